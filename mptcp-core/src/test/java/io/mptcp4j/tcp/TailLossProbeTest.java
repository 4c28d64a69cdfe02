package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tail loss probes (RFC 8985 7). The round-trip time is 10 ms, the window ten segments, the RTO 210 ms. */
class TailLossProbeTest {
    private static final int ACK = TcpFlags.ACK;

    /** 2 * SRTT and the margin. */
    private static final long PTO = 22 * MS;

    /** With the peer's delayed acknowledgment, for a segment that is alone. */
    private static final long PTO_ALONE = 60 * MS;

    private static int at(int n) {
        return 1 + n * MSS;
    }

    private static String segment(int n) {
        return ". " + at(n) + ":" + at(n + 1) + " ack 1";
    }

    private static String last(int n) {
        return "P" + segment(n);
    }

    /** So many segments are all there is. */
    private static TcpHarness outstanding(int segments) {
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(segments * MSS)).isEqualTo(segments * MSS);
        tcp.turn();
        return tcp;
    }

    private static long rto(TcpHarness tcp) {
        return tcp.connection.retransmissionTimeoutNanos();
    }

    @Test
    void aLostTailSegmentCostsAProbeTimeoutAndNotAnRto() {
        // RFC 8985 7.3: the last segment again.
        TcpHarness tcp = outstanding(4);
        tcp.now += 10 * MS;
        tcp.acks(at(3));

        assertThat(tcp.pass(PTO_ALONE - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly("P 4381:5841 ack 1");
        tcp.now += 10 * MS;
        tcp.acks(at(4));

        assertThat(tcp.connection.hasOutstanding()).isFalse();
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isZero();
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);
    }

    @Test
    void aLostTailOfSeveralSegmentsIsRepairedByRecoveryWithoutAnRto() {
        // RFC 8985 7.4.1: 4 and 5 are lost, the probe is 5, its SACK proves the loss of 4.
        TcpHarness tcp = outstanding(6);
        tcp.now += 10 * MS;
        tcp.acks(at(4));
        assertThat(tcp.pass(PTO)).containsExactly("P 7301:8761 ack 1");
        tcp.now += 10 * MS;

        tcp.arrives(tcp.peer(ACK, 1, at(4)).sack(at(5), at(6)));

        assertThat(tcp.turn()).containsExactly(segment(4));
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
        tcp.now += 10 * MS;
        tcp.acks(at(6));
        assertThat(tcp.pass(1_000 * MS)).isEmpty();
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isZero();
    }

    @Test
    void aWholeFlightThatIsLostIsProbedWithItsLastSegment() {
        TcpHarness tcp = outstanding(3);

        assertThat(tcp.pass(PTO)).containsExactly("P 2921:4381 ack 1");
    }

    @Test
    void newOctetsAreTheBetterProbe() {
        // RFC 8985 7.3: a segment never sent, one beyond the congestion window.
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(100 * MSS)).isEqualTo(10 * MSS);
        tcp.turn();

        tcp.now += PTO;
        tcp.connection.advance(tcp.now);
        assertThat(tcp.connection.sendRoom()).isEqualTo(MSS);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);

        assertThat(tcp.turn()).containsExactly(segment(10));
        assertThat(tcp.connection.sendRoom()).isZero();
        assertThat(tcp.connection.segmentsRetransmitted()).isZero();
        // RFC 8985 7.3: the RTO is next, counted from the probe.
        assertThat(tcp.pass(rto(tcp) - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(segment(0));
    }

    @Test
    void theTimerRunsFromTheLastSegmentSent() {
        TcpHarness tcp = outstanding(2);
        tcp.now += 15 * MS;
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();

        assertThat(tcp.pass(PTO - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly("P 2921:4381 ack 1");
    }

    @Test
    void withoutASampleTheProbeLeavesAfterASecond() {
        // RFC 8985 7.2: the SYN had to be repeated, and no timestamp tells which was answered.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.pass(1_000 * MS);
        tcp.peerSyn();
        tcp.turn();
        tcp.write(2 * MSS);
        tcp.sent();

        assertThat(tcp.pass(999 * MS)).isEmpty();
        assertThat(tcp.pass(MS)).hasSize(1);
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);
    }

    @Test
    void thereIsOneProbeUntilItIsAnswered() {
        // RFC 8985 7.3: then the RTO is the last resort, and new octets do not put it off.
        TcpHarness tcp = outstanding(2);
        long begin = tcp.now;
        List<String> sent = new ArrayList<>(tcp.pass(PTO));
        long deadline = tcp.now + rto(tcp);
        while (tcp.now < deadline - 30 * MS) {
            assertThat(tcp.write(500)).isEqualTo(500);
            tcp.turn();
            assertThat(tcp.pass(30 * MS)).isEmpty();
        }

        sent.addAll(tcp.pass(deadline - tcp.now));

        assertThat(sent).containsExactly("P 1461:2921 ack 1", segment(0));
        assertThat(tcp.now - begin).isEqualTo(PTO + 210 * MS);
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void whereSegmentsAreReportedThereIsNoProbeEvenWithoutTheReorderingTimer() {
        // RFC 8985 7.2: no SACKed sequences in the scoreboard.
        TcpHarness tcp =
                TcpHarness.established(PLAIN.toBuilder().lossByTime(false).build());
        tcp.write(3 * MSS);
        tcp.sent();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).sack(1 + MSS, 1 + 2 * MSS));
        tcp.turn();

        assertThat(tcp.pass(190 * MS)).isEmpty();
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isZero();
    }

    @Test
    void anAnswerThatDoesNotCoverTheProbeLetsNoOtherLeave() {
        // RFC 8985 7.3: as long as TLP.end_seq is set.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(3 * MSS);
        tcp.sent();
        assertThat(tcp.pass(30 * MS)).hasSize(1);
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);

        tcp.acks(1 + MSS);

        // Nor is the RTO put off.
        long rto = tcp.connection.retransmissionTimeoutNanos();
        assertThat(tcp.pass(rto - 1)).isEmpty();
        assertThat(tcp.pass(1)).isNotEmpty();
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void thereIsNoSecondProbeBeforeASample() {
        // RFC 8985 7.3, second condition: the acknowledgment of what was sent twice is no sample.
        TcpHarness tcp = outstanding(1);
        assertThat(tcp.pass(PTO_ALONE)).hasSize(1);
        tcp.now += 10 * MS;
        tcp.acks(at(1));
        tcp.acks(at(1));
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        assertThat(tcp.turn()).hasSize(1);

        assertThat(tcp.pass(rto(tcp) - 1)).isEmpty();
        assertThat(tcp.pass(1)).hasSize(1);
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isEqualTo(1);
    }

    @Test
    void theLossThatAProbeRepairedReducesTheWindow() {
        // RFC 8985 7.4.2: nothing but the acknowledgment of later octets tells that one of the two copies was lost.
        TcpHarness tcp = outstanding(8);
        tcp.now += 10 * MS;
        tcp.acks(at(7));
        tcp.pass(PTO_ALONE);
        tcp.now += 10 * MS;
        tcp.acks(at(8));
        long before = tcp.connection.congestion().window();
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        tcp.now += 10 * MS;

        tcp.acks(at(9));

        // Half of the eight that were outstanding.
        assertThat(before).isGreaterThanOrEqualTo(10 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(4 * MSS);
        assertThat(tcp.counters.get(Counter.LOSS_PROBE_RECOVERIES)).isEqualTo(1);
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isZero();
    }

    @Test
    void aDuplicateReportOfTheProbeSaysThatNothingWasLost() {
        // RFC 8985 7.4.2, case 1: the D-SACK comes when all is acknowledged.
        TcpHarness tcp = outstanding(8);
        tcp.now += 10 * MS;
        tcp.acks(at(7));
        tcp.pass(PTO_ALONE);
        tcp.now += MS;
        tcp.acks(at(8));
        tcp.now += 9 * MS;
        tcp.arrives(tcp.peer(ACK, 1, at(8)).sack(at(7), at(8)));
        long before = tcp.connection.congestion().window();
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        tcp.now += 10 * MS;

        tcp.acks(at(9));

        assertThat(tcp.connection.congestion().window()).isGreaterThanOrEqualTo(before);
        assertThat(tcp.counters.get(Counter.LOSS_PROBE_RECOVERIES)).isZero();
    }

    @Test
    void aPlainDuplicateSaysTheSame() {
        // RFC 8985 7.4.2, case 2: a peer without D-SACK.
        TcpHarness tcp = outstanding(8);
        tcp.now += 10 * MS;
        tcp.acks(at(7));
        tcp.pass(PTO_ALONE);
        tcp.now += MS;
        tcp.acks(at(8));
        tcp.now += 9 * MS;
        tcp.acks(at(8));
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        tcp.now += 10 * MS;

        tcp.acks(at(9));

        assertThat(tcp.counters.get(Counter.LOSS_PROBE_RECOVERIES)).isZero();
    }

    @Test
    void whereSegmentsAreReportedTheReorderingTimerIsAtWorkInstead() {
        // RFC 8985 7.2.
        TcpHarness tcp = outstanding(3);
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, at(0)).sack(at(1), at(2)));

        assertThat(tcp.pass(3 * MS)).containsExactly(segment(0));
        assertThat(tcp.pass(50 * MS)).doesNotContain(last(2));
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isZero();
    }

    @Test
    void aProbeIsNotLaterThanTheRtoWouldBe() {
        // RFC 8985 7.2: the bound. Two round trips of 600 ms are more than RTO = 600 + 4 * 300 ms - 601 ms.
        TcpHarness tcp = TcpHarness.synSent(TcpHarness.PLAIN);
        tcp.now += 600 * MS;
        tcp.peerSyn();
        tcp.turn();
        assertThat(tcp.write(2 * MSS)).isEqualTo(2 * MSS);
        tcp.turn();
        long sentAt = tcp.now;
        tcp.now += 601 * MS;
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        long timeout = rto(tcp);

        assertThat(tcp.pass(sentAt + timeout - tcp.now - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly("P 2921:4381 ack 1");
        assertThat(tcp.pass(timeout - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(segment(0));
    }

    @Test
    void theFinIsProbedToo() {
        TcpHarness tcp = outstanding(1);
        tcp.connection.close(tcp.now);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.acks(at(1));

        assertThat(tcp.pass(PTO_ALONE)).containsExactly("F 1461 ack 1");
    }

    @Test
    void withoutSackThereIsNoProbe() {
        // RFC 8985 4: RACK-TLP needs SACK.
        TcpHarness tcp =
                TcpHarness.established(TcpHarness.PLAIN.toBuilder().sack(false).build());
        tcp.write(2 * MSS);
        tcp.turn();

        assertThat(tcp.pass(rto(tcp) - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(segment(0));
    }

    @Test
    void noProbeLeavesIntoAWindowThatHasShrunk() {
        TcpHarness tcp = outstanding(3);
        tcp.peerWindow = MSS;
        tcp.now += 10 * MS;
        tcp.acks(at(1));

        assertThat(tcp.pass(PTO)).isEmpty();
        assertThat(tcp.counters.get(Counter.LOSS_PROBES)).isZero();
    }
}
