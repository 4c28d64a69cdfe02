package io.mptcp4j.simulation;

import static io.mptcp4j.simulation.CongestionScenario.link;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.SideBySide;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two subflows take from a bottleneck that they share with TCP connections of other hosts. */
class SharedBottleneckTest {
    private static final Duration LONG = Duration.ofSeconds(120);
    private static final double MEGABITS = 5;
    private static final int SEEDS = 3;

    /** RFC 6356 1, goal 2: no more than one TCP; what drop-tail queues and the sawtooth make of it. */
    private static final double MOST = 1.2;

    @SideBySide
    @ParameterizedTest(name = "{0}, RTT {1} ms, queue {2}")
    @CsvSource({
        "lia, 20, 15",
        "lia, 20, 25",
        "lia, 40, 25",
        "lia, 80, 25",
        "olia, 20, 25",
        "olia, 80, 25",
        "balia, 20, 25",
        "balia, 80, 25"
    })
    void coupledSubflowsTakeTogetherWhatOneTcpTakes(String name, int rttMillis, int queuePackets) {
        CongestionScenario scenario = CongestionScenario.shared(link(MEGABITS, rttMillis, queuePackets), 1, LONG);

        double ratio = scenario.mean(name, SEEDS).toTcp();

        // Nor do they give way: two thirds at the least.
        assertThat(ratio).isBetween(0.67, MOST);
    }

    @SideBySide
    @ParameterizedTest(name = "RTT {0} ms, queue {1}")
    @CsvSource({"20, 25", "80, 25"})
    void uncoupledSubflowsTakeWhatTwoTcpsTake(int rttMillis, int queuePackets) {
        CongestionScenario scenario = CongestionScenario.shared(link(MEGABITS, rttMillis, queuePackets), 1, LONG);

        double ratio = scenario.mean("reno", 1).toTcp();

        assertThat(ratio).isGreaterThan(1.6);
    }

    @SideBySide
    @Test
    void amongFourTcpsLiaTakesWhatEachOfThemTakes() {
        CongestionScenario scenario = CongestionScenario.shared(link(4 * MEGABITS, 20, 100), 4, Duration.ofSeconds(40));

        double ratio = scenario.mean("lia", 1).toTcp();

        assertThat(ratio).isBetween(0.67, MOST);
    }

    @SideBySide
    @Test
    void whereLossIsRandomLiaTakesWhatATcpWithTheSameLossTakes() {
        // RFC 6356 3: alpha makes the rate that of a TCP on the best path, here with 1 % of loss.
        CongestionScenario scenario =
                CongestionScenario.shared(link(50, 40, 1_000).withLoss(0.01), 1, Duration.ofSeconds(60));

        assertThat(scenario.mean("lia", 2).toTcp()).isBetween(0.8, MOST);
        assertThat(scenario.mean("reno", 1).toTcp()).isGreaterThan(1.6);
    }
}
