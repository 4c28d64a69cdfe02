package io.mptcp4j.simulation;

import static io.mptcp4j.simulation.CompetingTcps.link;
import static io.mptcp4j.simulation.CompetingTcps.rates;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.SideBySide;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * TCP connections with the same and with different congestion control through one bottleneck, of 10 Mbit/s and 40 ms if nothing else is
 * said. With {@code -Dmptcp4j.seeds=20} CUBIC and BBR meet with more seeds.
 */
class CongestionFairnessTest {
    private static final double MEGABITS = 10;
    private static final int RTT_MILLIS = 40;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final int SEEDS = 3;

    private static final double LEAST_SHARE = 0.15;

    private static final double LEAST_OF_THE_LINK = 0.94;

    /** With a queue of four packets, where two CUBIC flows get 0.92. */
    private static final double LEAST_WITH_A_SHORT_QUEUE = 0.88;

    /** Headers take a twentieth. */
    private static final double PAYLOAD = 0.95;

    /** In a queue of four products an epoch takes so long that they need some minutes for it. */
    @SideBySide
    @ParameterizedTest(name = "queue of {0} of what the path holds, {1} s")
    @CsvSource({"0.5, 60", "1, 60", "2, 60", "4, 240"})
    void twoCubicFlowsShareALinkWithinAFifth(double queue, int seconds) {
        double[] mean = new double[2];
        for (int seed = 1; seed <= SEEDS; seed++) {
            double[] rates = rates(
                    link(MEGABITS, RTT_MILLIS, queue), WARM_UP, Duration.ofSeconds(seconds), seed, "cubic", "cubic");

            assertThat(rates[0]).as("seed %d", seed).isBetween(0.8 * rates[1], 1.25 * rates[1]);
            assertThat(rates[0] + rates[1]).as("seed %d", seed).isGreaterThan(0.94 * PAYLOAD * MEGABITS);
            mean[0] += rates[0] / SEEDS;
            mean[1] += rates[1] / SEEDS;
        }
        assertThat(mean[0]).isBetween(0.85 * mean[1], mean[1] / 0.85);
    }

    @SideBySide
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms, queue of {2} of what the path holds")
    @CsvSource({
        "10, 20, 0.25", "10, 20, 0.5", "10, 20, 1", "10, 20, 2", "10, 20, 4",
        "10, 100, 0.25", "10, 100, 0.5", "10, 100, 1", "10, 100, 2", "10, 100, 4",
        "10, 40, 1", "10, 40, 2", "10, 40, 4", "30, 20, 0.5"
    })
    void neitherCubicNorBbrStarvesBesideTheOther(double megabits, int rttMillis, double queue) {
        for (int seed = 1; seed <= Integer.getInteger("mptcp4j.seeds", SEEDS); seed++) {
            double[] rates = rates(link(megabits, rttMillis, queue), WARM_UP, HALF_A_MINUTE, seed, "cubic", "bbr");

            double total = rates[0] + rates[1];
            assertThat(rates[0] / total).as("share of CUBIC, seed %d", seed).isBetween(LEAST_SHARE, 1 - LEAST_SHARE);
            double least = queue < 0.5 ? LEAST_WITH_A_SHORT_QUEUE : LEAST_OF_THE_LINK;
            assertThat(total).as("seed %d", seed).isGreaterThan(least * PAYLOAD * megabits);
        }
    }

    @SideBySide
    @ParameterizedTest(name = "queue of {0} of what the path holds")
    @CsvSource({"0.25", "0.5", "1", "4"})
    void twoBbrFlowsShareALink(double queue) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            double[] rates = rates(link(MEGABITS, RTT_MILLIS, queue), WARM_UP, LONG, seed, "bbr", "bbr");

            assertThat(rates[0]).as("seed %d", seed).isBetween(0.7 * rates[1], rates[1] / 0.7);
        }
    }

    /**
     * RFC 9438 5.1: in the region of the standard's TCP the mean window is that of RFC 3649 for a loss rate p: sqrt(1.5 / p)
     * segments, 12.2; in its own region, sqrt4(C * (3 + beta) / (4 * (1 - beta))) * (RTT / p)^(3/4) / RTT = 9.9 segments.
     */
    @SideBySide
    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3"})
    void withRandomLossCubicIsNearItsModel(int seed) {
        double[] rates = rates(link(100, 50, 1).withLoss(0.01), WARM_UP, LONG, seed, "cubic");

        double model = Math.sqrt(1.5 / 0.01) * 1_460 * Byte.SIZE / 0.05 / 1e6;
        assertThat(rates[0]).isBetween(0.8 * model, 1.6 * model);
    }

    @SideBySide
    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3"})
    void withRandomLossBbrKeepsMostOfTheLink(int seed) {
        double[] rates =
                rates(link(100, 50, 1).withLoss(0.01), Duration.ofSeconds(5), Duration.ofSeconds(15), seed, "bbr");

        assertThat(rates[0]).isGreaterThan(90);
    }
}
