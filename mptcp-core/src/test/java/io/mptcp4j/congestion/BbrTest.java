package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mptcp4j.congestion.Bbr.Mode;
import org.junit.jupiter.api.Test;

/** BBR on a path of 1,000,000 octets a second and 50 ms, which holds 50 segments of 1000 octets. */
class BbrTest {
    private static final int MSS = 1_000;
    private static final long MS = 1_000_000L;
    private static final long RTT = 50 * MS;
    private static final double BANDWIDTH = 1e6;
    private static final long HELD = 50 * MSS;

    private final Bbr bbr = new Bbr(MSS);
    private long now = 1_000 * MS;
    private long delivered;
    private long prior;
    private long inFlight;
    private long lost;
    private long rtt = RTT;
    private boolean limited;

    record Sample(
            long delivered,
            long newlyDelivered,
            long newlyLost,
            long priorDelivered,
            long intervalNanos,
            boolean isApplicationLimited,
            long inFlightBefore,
            long inFlight,
            long rttNanos)
            implements DeliverySample {}

    /** So many octets are acknowledged, delivered at this rate; those in flight stay as many. */
    private void acked(long octets, double rate) {
        delivered += octets;
        long interval = (long) ((delivered - prior) * 1e9 / rate);
        bbr.onDelivered(new Sample(delivered, octets, lost, prior, interval, limited, inFlight, inFlight, rtt), now);
        lost = 0;
    }

    /** A round trip in which a whole window is acknowledged, in ten pieces, at this rate. */
    private void round(double rate) {
        prior = delivered;
        long piece = Math.max(MSS, bbr.window() / 10);
        for (int i = 0; i < 10; i++) {
            now += RTT / 10;
            acked(piece, rate);
        }
    }

    /** The rate doubles until the path is full; then what is in flight goes down. */
    private void fill() {
        for (double rate = BANDWIDTH / 8; rate < BANDWIDTH; rate *= 2) {
            inFlight = (long) (rate * RTT / 1e9);
            round(rate);
        }
        inFlight = 2 * HELD;
        for (int i = 0; i < 4; i++) {
            round(BANDWIDTH);
        }
        inFlight = HELD;
        round(BANDWIDTH);
        assertThat(bbr.mode()).isEqualTo(Mode.PROBE_BW);
    }

    @Test
    void beginsWithTenSegmentsAndWithoutAPace() {
        assertThat(bbr.window()).isEqualTo(10 * MSS);
        assertThat(bbr.pacingRate()).isEqualTo(CongestionController.NO_PACING);
        assertThat(bbr.slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theFirstPaceIsTheWindowsEvenIfAllThatWasSentIsOneOctet() {
        limited = true;

        acked(1, 20);

        // draft-cardwell-iccrg-bbr-congestion-control-00 4.2.1: the initial window in one round trip, times the gain.
        assertThat((double) bbr.pacingRate()).isCloseTo(2.885 * 10 * MSS * 20, within(500.0));
    }

    @Test
    void doublesUntilTheBandwidthHasStayedForThreeRounds() {
        inFlight = 2 * HELD;
        round(BANDWIDTH / 2);
        assertThat(bbr.pacingRate()).isCloseTo((long) (2.885 * 0.99 * BANDWIDTH / 2), within(1_000L));
        round(BANDWIDTH);
        round(BANDWIDTH);
        round(BANDWIDTH);
        assertThat(bbr.mode()).isEqualTo(Mode.STARTUP);

        round(BANDWIDTH);

        assertThat(bbr.mode()).isEqualTo(Mode.DRAIN);
        assertThat(bbr.pacingRate()).isCloseTo((long) (0.99 * BANDWIDTH / 2.885), within(1_000L));
        assertThat(bbr.slowStartThreshold()).isEqualTo(HELD);

        inFlight = HELD;
        round(BANDWIDTH);
        assertThat(bbr.mode()).isEqualTo(Mode.PROBE_BW);
    }

    @Test
    void roundsThatRecoveryHeldDoNotShowThatThePathIsFull() {
        // Given losses in the first rounds, which hold what is in flight to what the path was seen to carry
        inFlight = HELD / 4;
        round(BANDWIDTH / 4);
        bbr.onLoss(inFlight, now);
        for (int i = 0; i < 6; i++) {
            round(BANDWIDTH / 4);
        }
        assertThat(bbr.mode()).isEqualTo(Mode.STARTUP);

        // then more in flight than that, and no more bandwidth, do
        inFlight = HELD / 2;
        for (int i = 0; i < 4; i++) {
            round(BANDWIDTH / 4);
        }
        assertThat(bbr.mode()).isNotEqualTo(Mode.STARTUP);
    }

    @Test
    void keepsTwiceWhatThePathHoldsAndCyclesThroughItsGains() {
        fill();
        double most = 0;
        double least = Double.MAX_VALUE;
        int even = 0;
        inFlight = (long) (1.5 * HELD);
        for (int i = 0; i < 160; i++) {
            now += RTT / 10;
            prior = delivered - HELD;
            acked(5 * MSS, BANDWIDTH);
            most = Math.max(most, bbr.pacingRate());
            least = Math.min(least, bbr.pacingRate());
            even += Math.abs(bbr.pacingRate() - 0.99 * BANDWIDTH) < 1_000 ? 1 : 0;
        }

        assertThat(most).isCloseTo(1.25 * 0.99 * BANDWIDTH, within(1_000.0));
        assertThat(least).isCloseTo(0.75 * 0.99 * BANDWIDTH, within(1_000.0));
        // Six of eight phases, each a round trip.
        assertThat(even).isBetween(100, 140);
        // With room for three quanta of two segments.
        assertThat(bbr.window()).isEqualTo(2 * HELD + 6 * MSS);
    }

    @Test
    void aRateThatTheApplicationLimitedIsNoMeasure() {
        fill();
        limited = true;
        for (int i = 0; i < 30; i++) {
            round(BANDWIDTH / 10);
        }
        assertThat(bbr.bandwidth()).isEqualTo(BANDWIDTH);

        limited = false;
        for (int i = 0; i < 11; i++) {
            round(BANDWIDTH / 2);
        }
        assertThat(bbr.bandwidth()).isEqualTo(BANDWIDTH / 2);
    }

    @Test
    void afterTenSecondsItLooksForTheLeastRoundTripTimeForAFifthOfASecond() {
        fill();
        rtt = RTT + MS;
        while (bbr.mode() != Mode.PROBE_RTT) {
            round(BANDWIDTH);
            assertThat(now).isLessThan(12_000 * MS);
        }
        assertThat(now).isGreaterThan(11_000 * MS);
        assertThat(bbr.window()).isEqualTo(4 * MSS);

        inFlight = 4 * MSS;
        long begun = now;
        while (bbr.mode() == Mode.PROBE_RTT) {
            round(BANDWIDTH / 12);
        }

        assertThat(now - begun).isBetween(200 * MS, 350 * MS);
        // What it measured meanwhile was its own restraint.
        assertThat(bbr.bandwidth()).isEqualTo(BANDWIDTH);
        assertThat(bbr.window()).isGreaterThan(2 * HELD - MSS);
    }

    @Test
    void inTheFirstRoundOfRecoveryOnlyWhatIsDeliveredIsReplacedAndThenTheModelHolds() {
        fill();
        long window = bbr.window();
        lost = 10 * MSS;
        inFlight = 40 * MSS;
        bbr.onLoss(inFlight, now);
        prior = delivered - HELD;
        acked(MSS, BANDWIDTH);
        assertThat(bbr.window()).isEqualTo(41 * MSS);

        bbr.onRecovered(now);
        assertThat(bbr.window()).isEqualTo(window);
    }

    @Test
    void aTimeoutLeavesOneSegmentAndTheModel() {
        fill();
        long window = bbr.window();
        bbr.onRetransmissionTimeout(HELD, now);
        assertThat(bbr.window()).isEqualTo(MSS);
        assertThat(bbr.bandwidth()).isEqualTo(BANDWIDTH);

        bbr.onSpuriousLoss(now);
        assertThat(bbr.window()).isEqualTo(window);
    }

    @Test
    void afterAPauseItIsNeitherQuickerThanThePathNorDoesItLookForARoundTripTime() {
        fill();
        now += 60_000 * MS;
        bbr.onIdleRestart(now);
        assertThat(bbr.pacingRate()).isCloseTo((long) (0.99 * BANDWIDTH), within(1_000L));

        prior = delivered;
        acked(MSS, BANDWIDTH);

        assertThat(bbr.mode()).isEqualTo(Mode.PROBE_BW);
    }

    /** Rounds in which as much is acknowledged as the path holds without a queue. */
    private void cruise() {
        inFlight = HELD;
        for (int i = 0; i < 40; i++) {
            now += RTT / 10;
            prior = delivered - HELD + HELD / 10;
            acked(HELD / 10, BANDWIDTH);
        }
    }

    /** Rounds without a queue, then one with a queue of a half product in which ten segments are lost. */
    private void overflow() {
        cruise();
        rtt = RTT * 3 / 2;
        inFlight = HELD * 3 / 2;
        prior = delivered + 6 * MSS - inFlight;
        for (int i = 0; i < 5; i++) {
            acked(MSS, BANDWIDTH);
        }
        bbr.onLoss(inFlight, now);
        lost = 10 * MSS;
        acked(MSS, BANDWIDTH);
    }

    @Test
    void afterAQueueHasOverflowedItKeepsAsMuchInFlightAsThePathHolds() {
        fill();
        overflow();

        // 75 segments and ten that were lost, of which seven tenths stay, for the queue had a third.
        assertThat(bbr.bound()).isCloseTo(60 * MSS, within(4L * MSS));
        bbr.onRecovered(now);
        acked(MSS, BANDWIDTH);
        assertThat(bbr.window()).isLessThanOrEqualTo(bbr.bound());
        // The model is what it was.
        assertThat(bbr.bandwidth()).isEqualTo(BANDWIDTH);
        assertThat(bbr.slowStartThreshold()).isEqualTo(HELD);
    }

    @Test
    void whatIsLostOfTheSameQueueIsAnsweredOnce() {
        fill();
        overflow();
        long bound = bbr.bound();

        for (int i = 0; i < 5; i++) {
            lost = 10 * MSS;
            acked(MSS, BANDWIDTH);
        }

        assertThat(bbr.bound()).isBetween(bound, bound + 2 * MSS);
    }

    @Test
    void whatIsLostWithoutAQueueMakesNoBound() {
        fill();
        inFlight = HELD;
        for (int i = 0; i < 50; i++) {
            lost = 10 * MSS;
            round(BANDWIDTH);
        }
        assertThat(bbr.bound()).isEqualTo(OverflowBound.NONE);
        assertThat(bbr.window()).isEqualTo(2 * HELD + 6 * MSS);
    }

    @Test
    void losingWithoutAQueueLiftsTheBound() {
        fill();
        overflow();
        rtt = RTT;
        inFlight = HELD;
        int rounds = 0;
        while (bbr.bound() != OverflowBound.NONE) {
            lost = 10 * MSS;
            round(BANDWIDTH);
            assertThat(++rounds).isLessThan(20);
        }
    }

    @Test
    void theQueueOfStartupMakesNoBound() {
        for (double rate = BANDWIDTH / 8; rate <= BANDWIDTH; rate *= 2) {
            inFlight = (long) (rate * RTT / 1e9);
            round(rate);
        }
        rtt = 2 * RTT;
        inFlight = 2 * HELD;
        while (bbr.mode() == Mode.STARTUP) {
            lost = 20 * MSS;
            round(BANDWIDTH);
        }
        inFlight = HELD;
        prior = delivered;
        lost = 20 * MSS;
        acked(MSS, BANDWIDTH);
        assertThat(bbr.mode()).isEqualTo(Mode.PROBE_BW);
        for (int i = 0; i < 10; i++) {
            lost = 20 * MSS;
            acked(MSS, BANDWIDTH);
        }
        assertThat(bbr.bound()).isEqualTo(OverflowBound.NONE);

        // Given what has left after that queue
        acked(HELD, BANDWIDTH);
        prior = delivered;
        acked(MSS, BANDWIDTH);
        lost = 20 * MSS;
        acked(MSS, BANDWIDTH);
        assertThat(bbr.bound()).isLessThan(OverflowBound.NONE);
    }

    @Test
    void aMarkIsAnOverflow() {
        fill();
        cruise();
        bbr.onCongestionExperienced(HELD, now);
        assertThat(bbr.bound()).isEqualTo(HELD);
    }

    @Test
    void anOverflowThatWasNoneLeavesNoBound() {
        fill();
        overflow();
        assertThat(bbr.bound()).isLessThan(OverflowBound.NONE);

        bbr.onSpuriousLoss(now);

        assertThat(bbr.bound()).isEqualTo(OverflowBound.NONE);
    }
}
