package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Slow start that watches the round-trip time (RFC 9406). A round is ten segments here. */
class HyStartTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final int ROUND = 10;

    private final HyStart hyStart = new HyStart();

    /** One round with this round-trip time; returns by how much the window grew. */
    private long round(long rttNanos) {
        long growth = 0;
        for (int i = 0; i < ROUND; i++) {
            growth += hyStart.onAcked(MSS, ROUND * MSS, rttNanos);
        }
        return growth;
    }

    @Test
    void growsByAllThatIsAcknowledgedWhileTheRoundTripTimeStays() {
        for (int i = 0; i < 20; i++) {
            assertThat(round(20 * MS)).isEqualTo(ROUND * MSS);
        }

        assertThat(hyStart.isOver()).isFalse();
    }

    @Test
    void aRoundTripTimeThatIsLittleLongerChangesNothing() {
        // RFC 9406 4.2: at least 4 ms, or an eighth of the last round's, at most 16 ms.
        round(20 * MS);

        assertThat(round(23 * MS)).isEqualTo(ROUND * MSS);
        assertThat(round(26 * MS)).isEqualTo(ROUND * MSS);
    }

    @Test
    void onALongPathSixteenMillisecondsAreAQueue() {
        // RFC 9406 4.2: MAX_RTT_THRESH; an eighth would be 25 ms.
        round(200 * MS);

        assertThat(round(217 * MS)).isEqualTo(8 * MSS + 2 * MSS / 4);
    }

    @Test
    void onALongPathFifteenMillisecondsAreNone() {
        round(200 * MS);

        assertThat(round(215 * MS)).isEqualTo(ROUND * MSS);
    }

    @Test
    void aQueueThatFillsMakesItGrowAQuarterAsFast() {
        round(20 * MS);

        // Eight samples are wanted before a round is judged; the first acknowledgment of a round ends the one before.
        assertThat(round(25 * MS)).isEqualTo(8 * MSS + 2 * MSS / 4);
        assertThat(round(25 * MS)).isEqualTo(ROUND * MSS / 4);
    }

    @Test
    void afterFiveSlowRoundsSlowStartIsOver() {
        round(20 * MS);
        for (int i = 0; i < 4; i++) {
            round(30 * MS);
            assertThat(hyStart.isOver()).isFalse();
        }

        round(30 * MS);
        round(30 * MS);

        assertThat(hyStart.isOver()).isTrue();
    }

    @Test
    void aHiccupIsForgotten() {
        round(20 * MS);
        round(30 * MS);

        round(20 * MS);

        assertThat(round(20 * MS)).isEqualTo(ROUND * MSS);
        assertThat(hyStart.isOver()).isFalse();
    }

    @Test
    void aRoundOfFewSamplesIsNotJudged() {
        round(20 * MS);

        long growth = 0;
        for (int i = 0; i < 10; i++) {
            // Five acknowledgments a round.
            growth += hyStart.onAcked(2 * MSS, ROUND * MSS, 100 * MS);
        }

        assertThat(growth).isEqualTo(20 * MSS);
    }

    @Test
    void theSlowStartAfterATimeoutIsNotWatched() {
        // RFC 9406 4.3: what the path had room for is known then.
        NewReno reno = new NewReno(MSS);
        reno.onAcked(MSS, 10 * MSS, 20 * MS, true, 0);
        reno.onRetransmissionTimeout(100 * MSS, 0);
        int rtt = 20;
        int rounds = 0;
        while (reno.window() < 50 * MSS) {
            long window = reno.window();
            for (long acked = 0; acked < window; acked += MSS) {
                reno.onAcked(MSS, window, rtt * MS, true, 0);
            }
            rtt += 10;
            rounds++;
        }

        assertThat(rounds).isEqualTo(6);
        assertThat(reno.slowStartThreshold()).isEqualTo(50 * MSS);
    }

    @Test
    void theControllerLeavesSlowStartWithoutALoss() {
        NewReno reno = new NewReno(MSS);
        int rtt = 20;
        while (reno.slowStartThreshold() == Long.MAX_VALUE && rtt < 1_000) {
            long window = reno.window();
            for (long acked = 0; acked < window; acked += MSS) {
                reno.onAcked(MSS, window, rtt * MS, true, 0);
            }
            rtt += 10;
        }

        assertThat(reno.slowStartThreshold()).isEqualTo(reno.window()).isLessThan(150 * MSS);
        long window = reno.window();
        reno.onAcked(window, window, rtt * MS, true, 0);
        assertThat(reno.window()).isEqualTo(window + MSS);
    }
}
