package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A path of 50 ms that holds 400 segments of 1000 octets. */
class QueueLossesTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long RTT = 50 * MS;
    private static final int HELD = 400;

    private final QueueLosses losses = new QueueLosses();
    private long now;

    /** A round trip in which so many of the segments were lost; whether to a queue. */
    private boolean round(long rtt, int lost) {
        now += rtt;
        losses.nextRound(RTT, now);
        losses.onRoundTrip(rtt);
        for (int i = 0; i < 20; i++) {
            acknowledge(rtt, HELD / 20, 0);
        }
        acknowledge(rtt, 0, lost);
        return losses.isOverflow(RTT);
    }

    private void acknowledge(long rtt, int delivered, int lost) {
        losses.onDelivered(
                new BbrTest.Sample(0, delivered * MSS, lost * MSS, 0, rtt, false, HELD * MSS, HELD * MSS, rtt));
    }

    @Test
    void whatIsLostWhileTheRoundTripIsLongIsLostToAQueue() {
        assertThat(round(RTT, 0)).isFalse();
        assertThat(round(RTT + 20 * MS, 0)).isFalse();
        assertThat(round(RTT + 20 * MS, 1)).isTrue();
    }

    @Test
    void oneThatIsHeardOfARoundLaterIsTooButNotLater() {
        round(RTT, 0);
        round(RTT + 20 * MS, 0);
        assertThat(round(RTT, 1)).isTrue();
        round(RTT, 0);
        assertThat(round(RTT, 1)).isFalse();
    }

    @Test
    void whatLeavesAtOnceWithPacingIsNoQueue() {
        round(RTT, 0);
        // A sixteenth, and a quantum of a millisecond.
        assertThat(round(RTT + 4 * MS, 1)).isFalse();
        assertThat(round(RTT + 5 * MS, 10)).isTrue();
    }

    @Test
    void aQuarterOfTheLongestQueueOfLateIsShort() {
        round(RTT + 40 * MS, 0);
        round(RTT, 0);
        round(RTT, 0);
        assertThat(round(RTT + 8 * MS, 1)).isFalse();
        assertThat(round(RTT + 12 * MS, 10)).isTrue();
    }

    @Test
    void theLongestQueueIsForgottenAfterTwentySeconds() {
        round(RTT + 40 * MS, 0);
        long begin = now;
        while (now - begin < 21_000 * MS) {
            round(RTT, 0);
        }
        assertThat(round(RTT + 8 * MS, 10)).isTrue();
    }

    @Test
    void anAcknowledgmentThatWaitedIsNoQueue() {
        for (int i = 0; i < 10; i++) {
            round(RTT, 0);
        }
        acknowledge(RTT + 12 * MS, 1, 1);
        assertThat(losses.isOverflow(RTT)).isFalse();
        acknowledge(RTT + 12 * MS, 1, 0);
        acknowledge(RTT + 12 * MS, 1, 0);
        assertThat(losses.isOverflow(RTT)).isTrue();
    }

    @Test
    void aQueueOfMoreThanAProductIsTheWorkOfOthers() {
        round(RTT, 0);
        assertThat(round(2 * RTT + 12 * MS, 50)).isTrue();
        assertThat(round(2 * RTT + 13 * MS, 50)).isFalse();
    }

    @Test
    void whoKeepsTheQueueIsJudgedByTheLeastRoundTripOfAll() {
        losses.onRoundTrip(RTT / 2);
        assertThat(round(RTT + 13 * MS, 50)).isFalse();
    }

    @Test
    void whatThePathLosesWithoutAQueueIsNoOverflowWithAQueueEither() {
        Random random = new Random(1);
        int overflows = 0;
        for (int i = 0; i < 1_000; i++) {
            // One round of eight has a queue; each loses 5 percent, some more, some less.
            boolean isOverflow = round(i % 8 == 0 ? RTT + 12 * MS : RTT, random.nextInt(HELD / 10));
            overflows += isOverflow && i > 20 ? 1 : 0;
        }
        assertThat(overflows).isZero();
        assertThat(losses.isPathsOwn()).isTrue();
    }

    @Test
    void onAPathThatLosesAQueueThatLosesMuchMoreIsStillSeen() {
        for (int i = 0; i < 100; i++) {
            round(RTT, HELD / 100);
        }
        int rounds = 0;
        while (!round(RTT + 12 * MS, HELD / 10)) {
            round(RTT, HELD / 100);
            assertThat(++rounds).isLessThan(10);
        }
    }

    @Test
    void withoutLossesNothingIsThePathsOwn() {
        assertThat(losses.isPathsOwn()).isFalse();
        for (int i = 0; i < 100; i++) {
            round(RTT, 0);
        }
        assertThat(losses.isPathsOwn()).isFalse();
        round(RTT, 1);
        round(RTT, 0);
        assertThat(losses.isPathsOwn()).isTrue();
    }
}
