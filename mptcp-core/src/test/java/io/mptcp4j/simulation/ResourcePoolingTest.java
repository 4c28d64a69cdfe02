package io.mptcp4j.simulation;

import static io.mptcp4j.simulation.CongestionScenario.PLAIN_TCP;
import static io.mptcp4j.simulation.CongestionScenario.link;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.simulation.CongestionScenario.Outcome;
import io.mptcp4j.testing.HostPairs;
import io.mptcp4j.testing.HostPairs.Pair;
import io.mptcp4j.testing.SharedLink;
import io.mptcp4j.testing.SideBySide;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two paths with a bottleneck each: which of them a connection uses, and how well. */
class ResourcePoolingTest {
    private static final double MEGABITS = 10;
    private static final LinkProfile LINK = link(MEGABITS, 40, 50);
    private static final Duration LONG = Duration.ofSeconds(40);

    private static final double SLOW_MEGABITS = 5;
    private static final LinkProfile SLOW = link(SLOW_MEGABITS, 40, 30);

    @SideBySide
    @Test
    void trafficLeavesThePathThatIsCongestedForTheOneThatIsFree() {
        // Four TCP connections on the first link, none on the second.
        CongestionScenario scenario = CongestionScenario.disjoint(LINK, 4, LINK, 0, LONG);
        Outcome uncoupled = scenario.run("reno", 1);
        assertThat(uncoupled.shareOverFirst()).isGreaterThan(0.11);

        for (String name : new String[] {"lia", "olia", "balia"}) {
            Outcome coupled = scenario.run(name, 1);

            assertThat(coupled.shareOverFirst()).as(name).isLessThan(0.75 * uncoupled.shareOverFirst());
            assertThat(coupled.overSecond()).as(name).isGreaterThan(0.95 * MEGABITS);
            assertThat(coupled.tcpOnFirst()).as(name).isGreaterThan(1.08 * uncoupled.tcpOnFirst());
        }
    }

    @SideBySide
    @Test
    void trafficPrefersThePathWithFewerOthers() {
        // Four TCP connections on the first link, one on the second.
        CongestionScenario scenario = CongestionScenario.disjoint(LINK, 4, LINK, 1, LONG);
        Outcome uncoupled = scenario.run("reno", 1);
        Outcome olia = scenario.run("olia", 1);
        Outcome balia = scenario.run("balia", 1);

        assertThat(uncoupled.shareOverFirst()).isGreaterThan(0.2);
        // LIA balances congestion in part only (RFC 6356 5): it is not asked for here.
        assertThat(olia.shareOverFirst()).isLessThan(0.5 * uncoupled.shareOverFirst());
        assertThat(balia.shareOverFirst()).isLessThan(0.75 * uncoupled.shareOverFirst());
    }

    @SideBySide
    @ParameterizedTest(name = "{0}, {1} and {2} Mbit/s")
    @CsvSource({"lia, 5, 5", "olia, 5, 5", "balia, 5, 5", "lia, 5, 1.5", "olia, 5, 1.5", "balia, 5, 1.5"})
    void onFreePathsNothingIsLost(String name, double first, double second) {
        CongestionScenario scenario =
                CongestionScenario.disjoint(link(first, 40, 30), 0, link(second, 60, 30), 0, Duration.ofSeconds(30));

        Outcome outcome = scenario.run(name, 1);

        // Headers take a twentieth.
        assertThat(outcome.multipath()).isGreaterThan(0.92 * (first + second));
    }

    /** OLIA is slow: on a path that it has left it has a window of one segment, and so hears of losses, or of none, rarely. */
    @SideBySide
    @ParameterizedTest(name = "{0}, after {1} s")
    @CsvSource({"lia, 20", "balia, 20", "olia, 150"})
    void aPathThatIsFreeAgainIsUsedAgain(String name, int seconds) {
        try (HostPairs hosts = new HostPairs(1)) {
            // given
            SharedLink first = hosts.link(SLOW);
            SharedLink second = hosts.link(SLOW);
            Pair multipath = hosts.pair(CongestionScenario.multipath(name), first, second)
                    .begin();
            Pair[] tcps = new Pair[4];
            for (int i = 0; i < tcps.length; i++) {
                tcps[i] = hosts.pair(PLAIN_TCP, first).begin();
                hosts.run(Duration.ofMillis(300));
            }
            hosts.run(Duration.ofSeconds(20));
            double congested = rateOverFirst(hosts, multipath);
            assertThat(congested).isLessThan(0.2 * SLOW_MEGABITS);

            // when
            for (Pair tcp : tcps) {
                tcp.abort();
            }
            hosts.run(Duration.ofSeconds(seconds));

            // then
            assertThat(rateOverFirst(hosts, multipath)).isGreaterThan(0.8 * SLOW_MEGABITS);
            hosts.assertNothingLeft();
        }
    }

    /** In Mbit/s, over the next ten seconds. */
    private static double rateOverFirst(HostPairs hosts, Pair multipath) {
        long before = multipath.deliveredOver(0);
        hosts.run(Duration.ofSeconds(10));
        return (multipath.deliveredOver(0) - before) * 8 / 10e6;
    }
}
