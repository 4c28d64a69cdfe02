package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A path of 50 ms that holds 100 segments of 1000 octets. */
class OverflowBoundTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long RTT = 50 * MS;
    private static final long HELD = 100 * MSS;
    private static final long MOST = 2 * HELD;

    private final OverflowBound bound = new OverflowBound();
    private long now = 1_000 * MS;

    @BeforeEach
    void sizeIsKnown() {
        bound.onSegmentSize(MSS);
    }

    /** A round trip in which so much was in flight, and was taken. */
    private void round(long inFlight) {
        now += RTT;
        bound.nextRound();
        bound.onDelivered(new BbrTest.Sample(inFlight, inFlight, 0, 0, RTT, false, inFlight, inFlight, RTT), MOST, now);
    }

    private void overflow(long lost, long rtt) {
        bound.onOverflow(lost, RTT, rtt, now);
    }

    @Test
    void thereIsNoneBeforeAQueueHasOverflowed() {
        round(HELD);
        assertThat(bound.get()).isEqualTo(OverflowBound.NONE);
        assertThat(bound.isReached(HELD)).isFalse();
    }

    @Test
    void itIsWhatThePathHoldsWithoutAQueue() {
        round(120 * MSS);
        overflow(5 * MSS, RTT * 125 / 100);
        assertThat(bound.get()).isEqualTo(HELD);
    }

    @Test
    void itIsNeverLessThanSevenTenthsOfWhatWasInFlight() {
        round(200 * MSS);
        overflow(0, 2 * RTT);
        assertThat(bound.get()).isEqualTo(140 * MSS);
    }

    @Test
    void whatCountsIsTheLongerOfTwoRounds() {
        round(120 * MSS);
        round(60 * MSS);
        overflow(0, RTT);
        assertThat(bound.get()).isEqualTo(120 * MSS);

        round(60 * MSS);
        round(60 * MSS);
        overflow(0, RTT);
        assertThat(bound.get()).isEqualTo(60 * MSS);
    }

    @Test
    void itIsTwoSegmentsAtLeast() {
        round(MSS);
        overflow(0, 2 * RTT);
        assertThat(bound.get()).isEqualTo(2 * MSS);
    }

    @Test
    void itComesBackAsCubicDoes() {
        round(100 * MSS);
        overflow(0, 2 * RTT);
        long begin = now;
        while (bound.get() < 99 * MSS) {
            round(bound.get());
            assertThat(now - begin).isLessThan(5_000 * MS);
        }
        // RFC 9438 4.2: K = cbrt(30 / 0.4) = 4.2 s; a segment below it after 4.22 - cbrt(1 / 0.4) s, of which
        // the target is a round trip ahead.
        assertThat((now - begin) / 1e9).isCloseTo(2.86 - 0.05, within(0.2));
    }

    @Test
    void whereItIsNotTheLimitItDoesNotGrow() {
        round(100 * MSS);
        overflow(0, 2 * RTT);
        for (int i = 0; i < 100; i++) {
            round(bound.get() - 4 * MSS);
        }
        assertThat(bound.get()).isEqualTo(70 * MSS);
        assertThat(bound.isReached(66 * MSS)).isFalse();
        assertThat(bound.isReached(67 * MSS)).isTrue();
    }

    @Test
    void itIsNoneAnyMoreWhenItHasGrownToWhatThereIsWithout() {
        round(190 * MSS);
        overflow(0, RTT);
        int rounds = 0;
        while (bound.get() != OverflowBound.NONE) {
            assertThat(bound.get()).isLessThan(MOST);
            round(bound.get());
            assertThat(++rounds).isLessThan(200);
        }
    }

    @Test
    void itIsForgotten() {
        round(HELD);
        overflow(0, RTT);
        bound.forget();
        assertThat(bound.get()).isEqualTo(OverflowBound.NONE);
    }

    @Test
    void whatWasNoLossIsTakenBackOnce() {
        round(160 * MSS);
        overflow(0, RTT);
        bound.save();
        round(80 * MSS);
        round(80 * MSS);
        overflow(0, RTT);
        assertThat(bound.get()).isEqualTo(80 * MSS);

        bound.restore();
        assertThat(bound.get()).isEqualTo(160 * MSS);

        overflow(0, RTT);
        bound.restore();
        assertThat(bound.get()).isEqualTo(80 * MSS);
    }
}
