package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CUBIC against figures computed by hand from RFC 9438. Segments of 1000 octets. */
class CubicTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final CongestionController cubic =
            CongestionControllers.byName("cubic").create(MSS);
    private long now;

    private double segments() {
        return (double) cubic.window() / MSS;
    }

    /** Slow start up to so many segments, with a round-trip time so short that no queue shows. */
    private void slowStartTo(int segments) {
        while (cubic.window() < (long) segments * MSS) {
            long octets = Math.min(cubic.window(), (long) segments * MSS - cubic.window());
            cubic.onAcked(octets, cubic.window(), 0, true, now);
        }
    }

    /** A loss with the whole window in flight, repaired at once. */
    private void lose() {
        cubic.onLoss(cubic.window(), now);
        cubic.onRecovered(now);
    }

    /** Whole windows are acknowledged, a segment at a time, until so much time has passed. */
    private void run(long nanos, long rtt, boolean limited) {
        long end = now + nanos;
        while (now < end) {
            long window = cubic.window();
            long count = window / MSS;
            for (int i = 0; i < count && now < end; i++) {
                now += rtt / count;
                cubic.onAcked(MSS, window, rtt, limited, now);
            }
        }
    }

    @Test
    void startsLikeAnyOther() {
        assertThat(cubic.name()).isEqualTo("cubic");
        assertThat(cubic.window()).isEqualTo(10 * MSS);
        slowStartTo(40);
        assertThat(cubic.window()).isEqualTo(40 * MSS);
    }

    @Test
    void givesUpThreeTenthsAtALoss() {
        slowStartTo(100);
        lose();

        assertThat(cubic.window()).isEqualTo(70 * MSS);
        assertThat(cubic.slowStartThreshold()).isEqualTo(70 * MSS);
    }

    @ParameterizedTest(name = "after {0} ms {1} segments")
    @CsvSource({
        // K = cbrt(30 / 0.4) = 4.217 s; W = 0.4 * (t - K)^3 + 100.
        "500, 79.45",
        "1000, 86.68",
        "2000, 95.64",
        "3000, 99.28",
        "4217, 100.00",
        "6000, 102.27",
        "8000, 121.65",
        "8434, 130.00"
    })
    void comesBackToWhereTheLossWasInTheTimeOfTheFormulaAndThenGoesBeyond(long millis, double segments) {
        slowStartTo(100);
        lose();

        run(millis * MS, 100 * MS, true);

        // RFC 9438 4.2: the window is a round-trip time behind the target at most, and made of whole segments.
        assertThat(segments()).isCloseTo(segments, within(1.6));
    }

    @Test
    void theTimeCountsAndNotTheRoundTrips() {
        slowStartTo(1_000);
        lose();
        run(5 * SECOND, 100 * MS, true);
        double oneRtt = segments();

        CubicTest other = new CubicTest();
        other.slowStartTo(1_000);
        other.lose();
        other.run(5 * SECOND, 200 * MS, true);

        // K = cbrt(300 / 0.4) = 9.086 s: 1000 - 0.4 * 4.086^3 = 972.7.
        assertThat(oneRtt).isCloseTo(972.7, within(4.0));
        assertThat(other.segments()).isCloseTo(972.7, within(4.0));
    }

    @Test
    void wheresTheStandardsTcpIsQuickerItKeepsUpWithThat() {
        // K = cbrt(3 / 0.4) = 1.957 s, and 20 round trips take 0.1 s.
        slowStartTo(10);
        lose();
        assertThat(cubic.window()).isEqualTo(7 * MSS);

        // RFC 9438 4.3: alpha = 3 * 0.3 / 1.7 = 0.529 a round trip until cwnd_prior, then 1: 7 + 6 * 0.529 =
        // 10.2, + 14.
        run(100 * MS, 5 * MS, true);

        assertThat(segments()).isCloseTo(24, within(2.0));
    }

    @Test
    void neverGrowsByMoreThanHalfInARoundTrip() {
        slowStartTo(1_000);
        cubic.onRetransmissionTimeout(cubic.window(), now);
        cubic.onRecovered(now);
        while (cubic.window() < cubic.slowStartThreshold()) {
            cubic.onAcked(cubic.window(), cubic.window(), 100 * MS, true, now);
        }
        cubic.onAcked(MSS, cubic.window(), 100 * MS, true, now);
        now += 100 * SECOND;
        // 0.4 * 100^3 segments would be wanted, were it not for the pause, which does not count, and the bound.
        long window = cubic.window();
        run(100 * MS, 100 * MS, true);

        assertThat(cubic.window()).isBetween(window, window + window / 2);
    }

    @Test
    void howeverFarTheFormulaIsAheadTheTargetIsOneAndAHalfWindows() {
        // RFC 9438 4.2: after 100 s 0.4 * 100^3 segments more are wanted.
        CubicAvoidance avoidance = new CubicAvoidance();
        avoidance.onSegmentSize(MSS);
        double growth = 0;
        for (long time = 0; time < 100 * SECOND; time += 100 * MS) {
            avoidance.onAcked(MSS, 100 * MSS, 100 * MS, true, time);
            growth = avoidance.growth(100 * MSS, time);
        }

        assertThat(growth).isEqualTo(50);
    }

    @Test
    void aFlowThatHasLessThanAtItsLastLossReleasesSome() {
        slowStartTo(100);
        lose();
        // RFC 9438 4.7: at 70, before 100 was reached again, Wmax becomes 70 * 0.85 = 59.5, from 49 on.
        lose();
        assertThat(cubic.window()).isEqualTo(49 * MSS);

        // K = cbrt(10.5 / 0.4) = 2.972 s.
        run(2_972 * MS, 200 * MS, true);

        assertThat(segments()).isCloseTo(59.5, within(1.5));
    }

    @Test
    void afterATimeoutItGrowsFromWhereSlowStartEnds() {
        slowStartTo(100);
        cubic.onRetransmissionTimeout(cubic.window(), now);
        // RFC 9438 4.8: the threshold by the same factor.
        assertThat(cubic.slowStartThreshold()).isEqualTo(70 * MSS);
        assertThat(cubic.window()).isEqualTo(MSS);
        cubic.onRecovered(now);
        slowStartTo(70);

        // K = 0: 70 + 0.4 * 4^3 = 95.6; the standard's: 70 + 40 * 0.529 = 91.2.
        run(4 * SECOND, 100 * MS, true);

        assertThat(segments()).isCloseTo(95.6, within(2.5));
    }

    @Test
    void aTimeoutForgetsWhereTheLossBeforeItWas() {
        slowStartTo(100);
        lose();
        cubic.onRetransmissionTimeout(cubic.window(), now);
        cubic.onRecovered(now);
        slowStartTo(49);

        // RFC 9438 4.8: K = 0: 49 + 0.4 * 4^3 = 74.6. With the place of the loss it would be 100 nearly.
        run(4 * SECOND, 100 * MS, true);

        assertThat(segments()).isCloseTo(74.6, within(2.5));
    }

    @Test
    void timeInWhichTheWindowWasNotTheLimitDoesNotCount() {
        slowStartTo(100);
        lose();
        run(SECOND, 100 * MS, true);
        double before = segments();

        run(20 * SECOND, 100 * MS, false);
        assertThat(segments()).isEqualTo(before);
        run(SECOND, 100 * MS, true);

        // As after two seconds, and not after twenty-two.
        assertThat(segments()).isCloseTo(95.64, within(1.6));
    }

    @Test
    void neitherDoesAPause() {
        slowStartTo(100);
        lose();
        run(SECOND, 100 * MS, true);

        now += 20 * SECOND;
        run(SECOND, 100 * MS, true);

        assertThat(segments()).isCloseTo(95.64, within(2.0));
    }

    @Test
    void aLossThatWasNoneChangesNothing() {
        slowStartTo(100);
        lose();
        run(2 * SECOND, 100 * MS, true);
        long window = cubic.window();
        long threshold = cubic.slowStartThreshold();

        cubic.onLoss(window, now);
        cubic.onLoss(window, now);
        assertThat(cubic.window()).isLessThan(window);
        cubic.onSpuriousLoss(now);

        assertThat(cubic.window()).isEqualTo(window);
        assertThat(cubic.slowStartThreshold()).isEqualTo(threshold);
        // The epoch goes on: after 6 s the window is where it would have been.
        run(4 * SECOND, 100 * MS, true);
        assertThat(segments()).isCloseTo(102.27, within(1.6));
    }

    @Test
    void afterAPauseSlowStartGoesBackToThreeQuarters() {
        slowStartTo(100);
        lose();
        run(4_217 * MS, 100 * MS, true);

        cubic.onIdleRestart(now);

        assertThat(cubic.window()).isEqualTo(10 * MSS);
        assertThat(cubic.slowStartThreshold()).isBetween(74L * MSS, 76L * MSS);
    }
}
