package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fast recovery with SACK (RFC 6675), at the pace of RFC 6937. The congestion window is ten segments unless a test says otherwise. */
class SackRecoveryTest {
    private static final int ACK = TcpFlags.ACK;

    /** The ssn at which segment {@code n} begins, counted from 0. */
    private static int at(int n) {
        return 1 + n * MSS;
    }

    private static String segment(int n) {
        return ". " + at(n) + ":" + at(n + 1) + " ack 1";
    }

    private static String[] segments(int from, int to) {
        return IntStream.range(from, to).mapToObj(SackRecoveryTest::segment).toArray(String[]::new);
    }

    /** Ten segments have left, of many; a round trip ago. */
    private static TcpHarness tenOutstanding() {
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(100 * MSS)).isEqualTo(10 * MSS);
        assertThat(tcp.turn()).containsExactly(segments(0, 10));
        tcp.now += 10 * MS;
        return tcp;
    }

    /**
     * A path that has reordered; five segments left 15 ms ago, five 10 ms ago. Numbers begin behind what showed the reordering.
     */
    private static TcpHarness reordered() {
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(2 * MSS)).isEqualTo(2 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, at(0)).sack(at(1), at(2)));
        tcp.acks(at(2));
        tcp.skip(2 * MSS);
        assertThat(tcp.write(5 * MSS)).isEqualTo(5 * MSS);
        tcp.now += 5 * MS;
        assertThat(tcp.write(5 * MSS)).isEqualTo(5 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        return tcp;
    }

    private static void sack(TcpHarness tcp, int ack, int... blocks) {
        int[] edges = IntStream.of(blocks).map(SackRecoveryTest::at).toArray();
        tcp.arrives(tcp.peer(ACK, 1, at(ack)).sack(edges));
    }

    @Test
    void twoSegmentsBehindAGapLetTwoNewOnesLeave() {
        // RFC 3042: limited transmit.
        TcpHarness tcp = tenOutstanding();

        sack(tcp, 0, 1, 2);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        sack(tcp, 0, 1, 3);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        assertThat(tcp.turn()).containsExactly(segment(10), segment(11));
        assertThat(tcp.connection.segmentsRetransmitted()).isZero();
    }

    @Test
    void whatIsLostOfASuperSegmentGoesBeforeNewOctets() {
        // RFC 6675 4, NextSeg (1): room for one segment beside its options is enough, as it is for new octets.
        TcpHarness tcp = TcpHarness.established();
        int mss = MSS - 20;
        tcp.upper.optionOctets = 20;
        tcp.output.superSegment = 60_000;
        assertThat(tcp.write(100 * mss)).isEqualTo(10 * mss);
        tcp.turn();
        tcp.now += 10 * MS;

        List<String> left = new ArrayList<>();
        for (int sacked = 8; sacked <= 10; sacked++) {
            tcp.arrives(tcp.peer(ACK, 1, 1).sack(1 + 5 * mss, 1 + sacked * mss));
            left.addAll(tcp.turn());
            tcp.write(100 * mss);
            left.addAll(tcp.turn());
        }

        assertThat(left).containsExactly(". 1:4321/1440 ack 1", ". 4321:5761 ack 1", ". 5761:7201 ack 1");
    }

    @Test
    void theThirdSegmentBehindAGapBeginsRecovery() {
        // RFC 6675 5: cwnd is half of what is outstanding, the first lost segment leaves at once.
        TcpHarness tcp = tenOutstanding();

        sack(tcp, 0, 1, 4);

        assertThat(tcp.turn()).containsExactly(segment(0));
        assertThat(tcp.connection.congestion().window()).isEqualTo(5 * MSS);
        // 10 outstanding, 3 reported, 1 lost, 1 retransmitted.
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(7 * MSS);
        // RFC 6937 3: half of the three that arrived may leave, and one has left.
        assertThat(tcp.connection.sendRoom()).isEqualTo(MSS / 2);
        assertThat(tcp.write(100 * MSS)).isZero();
    }

    @Test
    void recoveryGoesOnAsOctetsLeaveTheNetwork() {
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 4);
        tcp.turn();

        // RFC 6937 3: of two that arrive one is replaced.
        sack(tcp, 0, 1, 5);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        sack(tcp, 0, 1, 6);
        assertThat(tcp.turn()).containsExactly(segment(10));
        assertThat(tcp.write(100 * MSS)).isZero();
        // In flight is what shall be: from now on all that arrives.
        sack(tcp, 0, 1, 7);
        assertThat(tcp.write(100 * MSS)).isZero();
        sack(tcp, 0, 1, 8);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        assertThat(tcp.sent()).containsExactly(segment(11));
    }

    @Test
    void belowTheThresholdWhatArrivesIsReplaced() {
        // RFC 6937 3: 0 to 5 are lost, one after the other. No burst follows.
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 6, 10);

        // In flight is nothing: what arrived may be replaced, up to cwnd.
        assertThat(tcp.turn()).containsExactly(segment(0), segment(1), segment(2), segment(3));
        assertThat(tcp.connection.sendRoom()).isZero();
        sack(tcp, 1, 6, 10);
        assertThat(tcp.turn()).containsExactly(segment(4), segment(5));
    }

    @Test
    void recoveryEndsWhenEverythingOutstandingAtItsBeginIsAcknowledged() {
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 10);
        assertThat(tcp.turn()).containsExactly(segment(0));

        tcp.acks(at(10));

        assertThat(tcp.connection.hasOutstanding()).isFalse();
        assertThat(tcp.connection.congestion().window()).isEqualTo(5 * MSS);
        assertThat(tcp.connection.sendRoom()).isEqualTo(5 * MSS);
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void severalHolesAreFilledInOrder() {
        TcpHarness tcp = tenOutstanding();

        // 0, 2 and 4 are missing, and 5 to 9 have arrived.
        sack(tcp, 0, 5, 10, 3, 4, 1, 2);

        // cwnd is 5; in flight nothing: all three leave.
        assertThat(tcp.turn()).containsExactly(segment(0), segment(2), segment(4));
        sack(tcp, 2, 5, 10, 3, 4);
        assertThat(tcp.turn()).isEmpty();
        sack(tcp, 4, 5, 10);
        tcp.acks(at(10));
        assertThat(tcp.connection.hasOutstanding()).isFalse();
        assertThat(tcp.connection.segmentsRetransmitted()).isEqualTo(3);
    }

    @Test
    void inRecoveryAHoleIsLostAtOnceWhereNothingWasReordered() {
        // RFC 8985 6.2 step 4: RACK.reo_wnd is 0 then.
        TcpHarness tcp = tenOutstanding();

        // Behind 5 lie two segments only.
        sack(tcp, 0, 6, 8, 1, 5);

        assertThat(tcp.turn()).startsWith(segment(0), segment(5));
    }

    @Test
    void aSegmentThatLeftLaterIsNotLostYetWhereSegmentsAreReordered() {
        // 0 to 4 left 5 ms before 5 to 9, and RACK.reo_wnd is 2.5 ms.
        TcpHarness tcp = reordered();
        sack(tcp, 0, 1, 5, 6, 9);

        // Three lie behind 5, which would be enough elsewhere.
        tcp.connection.sendPending(tcp.now, 100);
        // 10 outstanding, 7 reported, 1 lost, 1 retransmitted.
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(3 * MSS);
        assertThat(tcp.write(100 * MSS)).isEqualTo(2 * MSS);
        assertThat(tcp.turn()).containsExactly(segment(0), segment(10), segment(11));
    }

    @Test
    void withoutNewOctetsTheNextUnprovenSegmentLeaves() {
        // RFC 6675 4, NextSeg (3).
        TcpHarness tcp = reordered();

        // 5 is not overdue yet. Room: 5 - (10 - 6 reported - 1 lost + 1 again) = 1.
        sack(tcp, 0, 1, 5, 6, 8);

        assertThat(tcp.turn()).containsExactly(segment(0), segment(5));
        assertThat(tcp.connection.sendRoom()).isZero();
    }

    @Test
    void withoutAnythingElseTheLastSegmentIsRescuedOnce() {
        // RFC 6675 4, NextSeg (4).
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 8);

        assertThat(tcp.turn()).containsExactly(segment(0), segment(9).replace('.', 'P'));
        assertThat(tcp.turn()).isEmpty();
        tcp.acks(at(8));
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void severalLossesInOneWindowReduceTheCongestionWindowOnce() {
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 4);
        tcp.turn();
        sack(tcp, 4, 5, 8);
        tcp.turn();

        assertThat(tcp.connection.congestion().window()).isEqualTo(5 * MSS);
    }

    @Test
    void blocksOutsideWhatIsOutstandingAreIgnored() {
        TcpHarness tcp = tenOutstanding();

        sack(tcp, 0, 11, 20);
        sack(tcp, 0, 8, 11);
        sack(tcp, 0, -5, -1);
        sack(tcp, 0, 4, 1);
        sack(tcp, 3, 0, 3);

        assertThat(tcp.connection.octetsInFlight()).isEqualTo(7 * MSS);
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void aBlockThatCoversAPartOfASegmentReportsWholeSegmentsOnly() {
        TcpHarness tcp = tenOutstanding();

        tcp.arrives(tcp.peer(ACK, 1, 1).sack(at(1) + 10, at(4) + 10));

        assertThat(tcp.connection.octetsInFlight()).isEqualTo(8 * MSS);
    }

    @Test
    void aPeerThatDiscardsWhatItReportedGetsItAgain() {
        // RFC 2018 8: reneging.
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 10);
        tcp.turn();

        // Segment 0 arrives, but 1 to 9 are gone.
        tcp.acks(at(1));
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.pass(220 * MS)).containsExactly(segment(1));
        tcp.acks(at(2));
        assertThat(tcp.turn()).containsExactly(segment(2), segment(3));
    }

    @Test
    void whatWasReportedIsNotRepeatedAfterATimeout() {
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 3, 5);
        // Once when it is overdue (RFC 8985), once when the timer expires.
        assertThat(tcp.pass(220 * MS)).containsExactly(segment(0), segment(0));

        tcp.acks(at(1));
        assertThat(tcp.turn()).containsExactly(segment(1), segment(2));
        tcp.acks(at(5));
        assertThat(tcp.turn()).startsWith(segment(5), segment(6));
    }

    @Test
    void norWhenAcknowledgmentsAfterItHaveNoBlocks() {
        // RFC 6675 5.1: what was reported is believed through the first timeout.
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 3, 5);
        tcp.pass(220 * MS);
        tcp.acks(at(1));
        assertThat(tcp.turn()).containsExactly(segment(1), segment(2));

        tcp.acks(at(2));

        assertThat(tcp.turn()).containsExactly(segment(5));
    }

    @Test
    void aLostRetransmissionIsRepairedByTheTimer() {
        TcpHarness tcp = tenOutstanding();
        sack(tcp, 0, 1, 10);
        assertThat(tcp.turn()).containsExactly(segment(0));

        assertThat(tcp.pass(220 * MS)).containsExactly(segment(0));
        tcp.acks(at(10));
        assertThat(tcp.connection.hasOutstanding()).isFalse();
    }

    @Test
    void noNewRecoveryBeginsBeforeTheTimeoutsIsOver() {
        // RFC 6675 5.1.
        TcpHarness tcp = tenOutstanding();
        // A tail loss probe after 22 ms, the RTO 210 ms after it.
        tcp.pass(232 * MS);
        long threshold = tcp.connection.congestion().slowStartThreshold();

        sack(tcp, 1, 4, 8);
        tcp.turn();

        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(threshold);
        assertThat(threshold).isEqualTo(5 * MSS);
    }

    @Test
    void manySmallAcknowledgmentsGrowTheWindowNoMoreThanOneGreatOne() {
        // ACK division: octets count, not acknowledgments.
        TcpHarness divided = tenOutstanding();
        for (int ack = 2; ack <= at(1); ack++) {
            divided.acks(ack);
        }
        TcpHarness whole = tenOutstanding();
        whole.acks(at(1));

        assertThat(divided.connection.congestion().window())
                .isEqualTo(whole.connection.congestion().window());
    }

    @Test
    void aTimeoutHalvesWhatTheWindowLetOutAndNotWhatIsReported() {
        // RFC 5681 3.1: FlightSize is no more than the window; here 30 segments are outstanding, of which 28 were
        // reported.
        TcpHarness tcp = TcpHarness.established(
                TcpHarness.PLAIN.toBuilder().lossByTime(false).build());
        tcp.write(100 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        int reported = 2;
        for (int end = 10; end < 30; end++) {
            sack(tcp, 0, 1, reported++);
            tcp.write(100 * MSS);
            tcp.turn();
        }
        long window = tcp.connection.congestion().window();
        assertThat(window).isLessThan(10L * MSS);

        tcp.pass(500 * MS);

        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isLessThanOrEqualTo(window);
    }
}
