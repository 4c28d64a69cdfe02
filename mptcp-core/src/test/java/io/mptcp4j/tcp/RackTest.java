package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Losses found by time (RFC 8985). The round-trip time is 10 ms, the window ten segments, the reordering window 2.5 ms. */
class RackTest {
    private static final int ACK = TcpFlags.ACK;

    private static int at(int n) {
        return 1 + n * MSS;
    }

    private static String segment(int n) {
        return ". " + at(n) + ":" + at(n + 1) + " ack 1";
    }

    private static TcpHarness tenOutstanding() {
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(100 * MSS)).isEqualTo(10 * MSS);
        tcp.turn();
        return tcp;
    }

    private static void sack(TcpHarness tcp, int ack, int... blocks) {
        int[] edges = IntStream.of(blocks).map(RackTest::at).toArray();
        tcp.arrives(tcp.peer(ACK, 1, at(ack)).sack(edges));
    }

    @Test
    void aSegmentThatWasOvertakenIsRepairedWhenItIsOverdue() {
        // RFC 8985 6.2 step 5: one segment behind the hole is enough.
        TcpHarness tcp = tenOutstanding();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 2);

        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.pass(2 * MS)).isEmpty();
        assertThat(tcp.pass(MS)).containsExactly(segment(0));
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
    }

    @Test
    void aSegmentThatIsALittleLateIsNoLoss() {
        TcpHarness tcp = tenOutstanding();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 2);
        tcp.pass(2 * MS);

        tcp.acks(at(2));

        assertThat(tcp.pass(20 * MS)).isEmpty();
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isZero();
    }

    /** The first of ten was lost and has left again, and an eleventh after it. */
    private static TcpHarness oneSentAgainAndANewOne() {
        TcpHarness tcp = tenOutstanding();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 6);
        assertThat(tcp.turn()).containsExactly(segment(0));
        tcp.now += MS;
        sack(tcp, 0, 1, 7);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        assertThat(tcp.turn()).containsExactly(segment(10));
        return tcp;
    }

    @Test
    void aRetransmissionThatIsLostIsSentAgainWithoutATimeout() {
        TcpHarness tcp = oneSentAgainAndANewOne();

        // What left a millisecond after the retransmission arrives, and the retransmission does not.
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 7, 10, 11);

        // RFC 8985 6.2 step 4: during recovery at once, where nothing was reordered.
        assertThat(tcp.turn()).contains(segment(0));
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isZero();
    }

    @Test
    void aRetransmissionHasItsTimeBeforeTheTimerExpires() {
        // RFC 6675 6: re-armed when the segment at SND.UNA leaves again during recovery.
        TcpHarness tcp = oneSentAgainAndANewOne();
        long timeout = tcp.connection.retransmissionTimeoutNanos();

        // That the retransmission was lost is heard shortly before the timer of what left first would expire.
        tcp.now += timeout - 20 * MS;
        sack(tcp, 0, 1, 7, 10, 11);
        assertThat(tcp.turn()).contains(segment(0));

        timeout = tcp.connection.retransmissionTimeoutNanos();
        assertThat(tcp.pass(timeout - 5 * MS)).isEmpty();
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isZero();
        assertThat(tcp.pass(10 * MS)).contains(segment(0));
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
    }

    @Test
    void theLossOfARetransmissionReducesTheWindowASecondTime() {
        // RFC 5681 4.3.
        TcpHarness tcp = tenOutstanding();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 6);
        tcp.turn();
        long once = tcp.connection.congestion().window();
        tcp.now += MS;
        sack(tcp, 0, 1, 7);
        tcp.write(100 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;

        sack(tcp, 0, 1, 7, 10, 11);
        tcp.pass(3 * MS);

        assertThat(once).isEqualTo(5 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(once / 2);
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
    }

    @Test
    void anAnswerToTheFirstTransmissionIsNotTakenForOneToTheSecond() {
        // RFC 8985 6.2 step 2: 0 is repeated 10 ms after it left; its acknowledgment 1 ms later is that of the first.
        TcpHarness tcp = tenOutstanding();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 4);
        assertThat(tcp.turn()).containsExactly(segment(0));
        tcp.now += MS;

        tcp.acks(at(4));

        // Were it taken for the second, all that left before would be overdue soon.
        assertThat(tcp.pass(30 * MS)).isEmpty();
    }

    @Test
    void afterATimeoutALostRetransmissionIsFoundToo() {
        TcpHarness tcp = tenOutstanding();
        // A tail loss probe after 22 ms, the RTO 210 ms after it.
        assertThat(tcp.pass(232 * MS)).containsExactly("P" + segment(9).substring(1), segment(0));
        tcp.now += 10 * MS;
        tcp.acks(at(1));
        assertThat(tcp.turn()).containsExactly(segment(1), segment(2));
        tcp.now += 10 * MS;
        tcp.acks(at(2));
        assertThat(tcp.turn()).containsExactly(segment(3), segment(4));

        // 2 is lost again, 3 and 4 arrive.
        tcp.now += 10 * MS;
        sack(tcp, 2, 3, 5);

        assertThat(tcp.turn()).startsWith(segment(2));
    }

    @Test
    void aTimeoutMakesNoLossOfWhatLeftAMomentAgo() {
        // RFC 8985 6.3: the first segment is lost, of the others what is overdue.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.acks(at(1));
        tcp.write(4 * MSS);
        tcp.turn();
        tcp.now += 22 * MS;
        tcp.connection.advance(tcp.now);
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        tcp.pass(205 * MS);
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isZero();
        assertThat(tcp.write(2 * MSS)).isEqualTo(2 * MSS);
        tcp.turn();

        assertThat(tcp.pass(6 * MS)).containsExactly(segment(1));

        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(3 * MSS);
    }
}
