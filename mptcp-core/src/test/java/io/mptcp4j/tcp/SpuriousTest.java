package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/**
 * Losses that were none, and what is taken back: by new octets after a timeout (RFC 5682), by reports of duplicates (RFC 2883, RFC
 * 3708), by timestamps (RFC 3522). The round-trip time is 10 ms, the window ten segments.
 */
class SpuriousTest {
    private static final int ACK = TcpFlags.ACK;

    /** A tail loss probe after 22 ms, the RTO 210 ms after it. */
    private static final long TIMEOUT = 232 * MS;

    private static final TcpSettings WITH_TIMESTAMPS =
            PLAIN.toBuilder().timestamps(true).build();

    private static int at(int n) {
        return 1 + n * MSS;
    }

    private static String segment(int n) {
        return ". " + at(n) + ":" + at(n + 1) + " ack 1";
    }

    private static void sack(TcpHarness tcp, int ack, int left, int right) {
        tcp.arrives(tcp.peer(ACK, 1, at(ack)).sack(at(left), at(right)));
    }

    private static long window(TcpHarness tcp) {
        return tcp.connection.congestion().window();
    }

    /** Ten segments have left, and nothing was heard until the RTO; the probe was new octets, segment 10. */
    private static TcpHarness timedOut() {
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.write(10 * MSS)).isEqualTo(10 * MSS);
        tcp.turn();
        tcp.now += 22 * MS;
        tcp.connection.advance(tcp.now);
        assertThat(tcp.write(MSS)).isEqualTo(MSS);
        tcp.turn();
        assertThat(tcp.pass(TIMEOUT - 22 * MS)).containsExactly(segment(0));
        assertThat(window(tcp)).isEqualTo(MSS);
        return tcp;
    }

    // ---- F-RTO

    @Test
    void aTimeoutByADelayIsTakenBackWhenOctetsFromBeforeItAreAcknowledged() {
        // RFC 5682 3.1 steps 2b and 3b.
        TcpHarness tcp = timedOut();
        tcp.now += MS;
        tcp.acks(at(1));
        assertThat(tcp.write(100 * MSS)).isEqualTo(2 * MSS);
        assertThat(tcp.turn()).containsExactly(segment(11), segment(12));

        tcp.now += MS;
        tcp.acks(at(2));

        assertThat(window(tcp)).isEqualTo(10 * MSS);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
        // 2 to 12 are on their way, and nothing leaves again.
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(11 * MSS);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.counters.get(Counter.SPURIOUS_TIMEOUTS)).isEqualTo(1);
        tcp.now += MS;
        tcp.acks(at(13));
        assertThat(tcp.connection.segmentsRetransmitted()).isEqualTo(1);
        assertThat(tcp.connection.hasOutstanding()).isFalse();
    }

    @Test
    void aReportOfOctetsFromBeforeTheTimeoutDoesTheSame() {
        // Step 3b by SACK; the hole is repaired by what found losses before (RFC 5682 3.1, last paragraph).
        TcpHarness tcp = timedOut();
        tcp.now += MS;
        tcp.acks(at(1));
        tcp.write(100 * MSS);
        tcp.turn();
        tcp.now += MS;

        sack(tcp, 1, 2, 3);

        assertThat(tcp.counters.get(Counter.SPURIOUS_TIMEOUTS)).isEqualTo(1);
        assertThat(tcp.turn()).isEmpty();
        tcp.now += MS;
        sack(tcp, 1, 2, 6);
        assertThat(tcp.turn()).contains(segment(1));
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
    }

    @Test
    void aTimeoutByALossIsNotTakenBack() {
        // Step 3a: what is acknowledged left after the timeout.
        TcpHarness tcp = timedOut();
        tcp.now += 10 * MS;
        tcp.acks(at(1));
        assertThat(tcp.write(100 * MSS)).isEqualTo(2 * MSS);
        assertThat(tcp.turn()).containsExactly(segment(11), segment(12));
        tcp.now += 10 * MS;

        sack(tcp, 1, 11, 12);

        assertThat(tcp.turn()).containsExactly(segment(1));
        assertThat(window(tcp)).isLessThanOrEqualTo(3 * MSS);
        assertThat(tcp.counters.get(Counter.SPURIOUS_TIMEOUTS)).isZero();
    }

    @Test
    void aDuplicateThatReportsNothingEndsTheWait() {
        TcpHarness tcp = timedOut();
        tcp.now += 10 * MS;
        tcp.acks(at(1));
        tcp.write(100 * MSS);
        tcp.turn();

        tcp.acks(at(1));
        sack(tcp, 1, 2, 3);

        assertThat(tcp.counters.get(Counter.SPURIOUS_TIMEOUTS)).isZero();
        assertThat(window(tcp)).isLessThanOrEqualTo(3 * MSS);
    }

    @Test
    void withoutNewOctetsTheRetransmissionsDoNotWait() {
        // Step 2b: not able to transmit unsent octets.
        TcpHarness tcp = timedOut();
        tcp.now += 10 * MS;

        tcp.acks(at(1));

        assertThat(tcp.turn()).containsExactly(segment(1), segment(2));
    }

    @Test
    void whenAllIsAcknowledgedAtOnceNothingIsKnown() {
        // Step 2a.
        TcpHarness tcp = timedOut();
        tcp.now += MS;

        tcp.acks(at(11));

        assertThat(window(tcp)).isLessThanOrEqualTo(2 * MSS);
        assertThat(tcp.counters.get(Counter.SPURIOUS_TIMEOUTS)).isZero();
    }

    @Test
    void aTimeoutDuringRecoveryIsNotJudgedByNewOctets() {
        // Step 1: RecoveryPoint lies beyond SND.UNA.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(10 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        sack(tcp, 0, 1, 4);
        tcp.turn();
        tcp.pass(300 * MS);
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
        tcp.now += 10 * MS;

        tcp.acks(at(4));

        // Retransmissions do not wait for new octets.
        tcp.connection.sendPending(tcp.now, 1_000);
        tcp.write(10 * MSS);
        assertThat(tcp.turn()).startsWith(segment(4));
    }

    @Test
    void whatIsOnItsWayAgainIsFoundLostByTimeWhenItIsLost() {
        // 1 was lost indeed: what is taken back stands before all that left later.
        TcpHarness tcp = timedOut();
        tcp.now += MS;
        tcp.acks(at(1));
        tcp.write(100 * MSS);
        tcp.turn();
        tcp.now += MS;
        sack(tcp, 1, 2, 3);
        assertThat(tcp.turn()).isEmpty();

        assertThat(tcp.pass(30 * MS)).contains(segment(1));
        assertThat(tcp.counters.get(Counter.RETRANSMISSION_TIMEOUTS)).isEqualTo(1);
    }

    // ---- D-SACK

    @Test
    void aTimeoutWhoseRetransmissionCameTwiceIsTakenBack() {
        TcpHarness tcp = timedOut();
        tcp.now += MS;
        tcp.acks(at(1));
        tcp.now += MS;

        sack(tcp, 1, 0, 1);

        assertThat(window(tcp)).isEqualTo(10 * MSS);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isEqualTo(1);
    }

    @Test
    void aRecoveryIsTakenBackWhenAllItsRetransmissionsCameTwice() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(10 * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, at(0)).sack(at(1), at(2), at(3), at(10)));
        assertThat(tcp.turn()).containsExactly(segment(0), segment(2));
        assertThat(window(tcp)).isEqualTo(5 * MSS);
        tcp.now += 5 * MS;
        tcp.acks(at(10));
        tcp.now += 5 * MS;

        sack(tcp, 10, 0, 1);
        assertThat(window(tcp)).isEqualTo(5 * MSS);
        sack(tcp, 10, 2, 3);

        assertThat(window(tcp)).isGreaterThanOrEqualTo(10 * MSS);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isEqualTo(1);
    }

    @Test
    void aReportOfAProbeTakesNothingBack() {
        // The last segment was repeated as a probe, and came twice; the first is lost.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(4 * MSS);
        tcp.turn();
        tcp.pass(22 * MS);
        tcp.now += 5 * MS;
        sack(tcp, 0, 1, 4);
        assertThat(tcp.turn()).containsExactly(segment(0));
        long reduced = window(tcp);

        tcp.arrives(tcp.peer(ACK, 1, at(0)).sack(at(3), at(4), at(1), at(4)));

        assertThat(window(tcp)).isEqualTo(reduced);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isZero();
    }

    // ---- timestamps

    private static TcpHarness withTimestamps() {
        TcpHarness tcp = TcpHarness.synSent(WITH_TIMESTAMPS);
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(TcpFlags.SYN | ACK, 0, 1)
                .mss(MSS)
                .windowScale(7)
                .sackPermitted()
                .timestamps());
        tcp.turn();
        return tcp;
    }

    @Test
    void whatIsLostBehindARetransmissionThatCameTwiceIsFoundByTime() {
        // The path was cut: 0 to 2 had arrived, their acknowledgments and all that followed them are lost.
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        tcp.write(10 * full);
        tcp.turn();
        int first = tcp.output.lastTsVal;
        assertThat(tcp.pass(TIMEOUT)).contains(". 1:" + (1 + full) + " ack 1");
        tcp.now += 10 * MS;

        // What is before the window is answered with the timestamp of what was in it last (RFC 7323 5.3, R2 and R3).
        tcp.arrives(tcp.peer(ACK, 1, 1 + 3 * full).timestamps(6_001, first).sack(1, 1 + full));

        assertThat(tcp.turn()).contains(". " + (1 + 3 * full) + ":" + (1 + 4 * full) + " ack 1");
    }

    /** Ten segments leave, and all but the first of five arrive; when they left, as timestamps have it. */
    private static int tenWithAHole(TcpHarness tcp) {
        int full = MSS - 12;
        assertThat(tcp.write(10 * full)).isEqualTo(10 * full);
        tcp.turn();
        int first = tcp.output.lastTsVal;
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1).timestamps(6_000, first).sack(1 + full, 1 + 5 * full));
        return first;
    }

    @Test
    void aHoleThatWasFilledByTheFirstTransmissionTakesTheRecoveryBack() {
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        int first = tenWithAHole(tcp);
        assertThat(tcp.turn()).contains(". 1:" + (1 + full) + " ack 1");
        assertThat(tcp.output.lastTsVal).isGreaterThan(first);
        long reduced = window(tcp);
        tcp.now += 5 * MS;

        tcp.arrives(tcp.peer(ACK, 1, 1 + 5 * full).timestamps(6_001, first));

        assertThat(reduced).isLessThan(10L * full);
        assertThat(window(tcp)).isGreaterThanOrEqualTo(10L * full);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isEqualTo(1);
    }

    @Test
    void thatIsKnownByTheTimestampThoughARoundTripHasPassedSince() {
        // RFC 8985 6.2 step 2, the first of both conditions; RFC 3522 3.2.
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        int first = tenWithAHole(tcp);
        tcp.turn();
        tcp.now += 15 * MS;

        tcp.arrives(tcp.peer(ACK, 1, 1 + 5 * full).timestamps(6_001, first));

        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isEqualTo(1);
    }

    @Test
    void aHoleThatCameLateTellsThatThePathReorders() {
        // Its octets had been sent twice, so that RFC 8985 6.2 step 3 alone would not see it.
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        int first = tenWithAHole(tcp);
        assertThat(tcp.turn()).isNotEmpty();
        tcp.now += 5 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * full).timestamps(6_001, first));
        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isEqualTo(1);
        int begin = 1 + 10 * full;
        assertThat(tcp.write(10 * full)).isEqualTo(10 * full);
        tcp.turn();
        int second = tcp.output.lastTsVal;
        tcp.now += 10 * MS;

        tcp.arrives(tcp.peer(ACK, 1, begin).timestamps(6_002, second).sack(begin + full, begin + 5 * full));

        // Three duplicates are no loss any more, but a quarter of the round trip is waited.
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.pass(2 * MS)).isEmpty();
        assertThat(tcp.pass(3 * MS)).contains(". " + begin + ":" + (begin + full) + " ack 1");
    }

    @Test
    void aHoleThatCameLateSaysNothingOfAnother() {
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        assertThat(tcp.write(10 * full)).isEqualTo(10 * full);
        tcp.turn();
        int first = tcp.output.lastTsVal;
        tcp.now += 10 * MS;
        tcp.arrives(
                tcp.peer(ACK, 1, 1).timestamps(6_000, first).sack(1 + full, 1 + 2 * full, 1 + 3 * full, 1 + 8 * full));
        assertThat(tcp.turn())
                .contains(". 1:" + (1 + full) + " ack 1", ". " + (1 + 2 * full) + ":" + (1 + 3 * full) + " ack 1");
        tcp.now += 5 * MS;

        tcp.arrives(tcp.peer(ACK, 1, 1 + 2 * full).timestamps(6_001, first).sack(1 + 3 * full, 1 + 8 * full));

        assertThat(window(tcp)).isLessThan(10L * full);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isZero();
        tcp.now += MS;

        tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * full).timestamps(6_002, first));

        assertThat(window(tcp)).isGreaterThanOrEqualTo(10L * full);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isEqualTo(1);
    }

    @Test
    void aHoleThatWasFilledByTheRetransmissionDoesNot() {
        TcpHarness tcp = withTimestamps();
        int full = MSS - 12;
        int first = tenWithAHole(tcp);
        tcp.turn();
        long reduced = window(tcp);
        tcp.now += 10 * MS;

        tcp.arrives(tcp.peer(ACK, 1, 1 + 5 * full).timestamps(6_001, tcp.output.lastTsVal));

        assertThat(window(tcp)).isEqualTo(reduced);
        assertThat(tcp.counters.get(Counter.UNDONE_BY_TIMESTAMPS)).isZero();
    }
}
