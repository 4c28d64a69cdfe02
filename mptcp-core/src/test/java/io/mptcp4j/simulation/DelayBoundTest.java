package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.testing.HostPairs;
import io.mptcp4j.testing.HostPairs.Pair;
import io.mptcp4j.testing.SharedLink;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Subflows that copy fill no queue of their own, and do not leave to others what is theirs. */
class DelayBoundTest {
    private static final Logger LOG = LoggerFactory.getLogger(DelayBoundTest.class);
    private static final int STEPS = 20_000_000;
    private static final long ENDLESS = 1L << 40;
    private static final Duration BEFORE = Duration.ofSeconds(4);
    private static final Duration MEASURED = Duration.ofSeconds(20);

    /** A queue of 500 packets, which would take 60 to 600 ms. */
    @SideBySide
    @ParameterizedTest(name = "{0}, {1} Mbit/s, round trip {2} ms")
    @CsvSource({
        "cubic, 10, 2",
        "cubic, 20, 10",
        "cubic, 50, 40",
        "cubic, 100, 4",
        "reno, 20, 10",
        "reno, 100, 4",
        "bbr, 20, 10",
    })
    void aLongQueueStaysShortAndThePathFull(String congestion, int megabits, int rtt) {
        LinkProfile path = CongestionScenario.link(megabits, rtt, 500);
        try (TwoHosts hosts = TwoHosts.builder(1)
                .both(settings("redundant", congestion))
                .maxSteps(STEPS)
                .path(path)
                .path(path)
                .build()) {
            Transfer transfer = hosts.begin(ENDLESS, 0);
            transfer.runFor(Duration.ofSeconds(2));
            long before = transfer.server().application().received();
            long longest = 0;
            for (int i = 0; i < 300; i++) {
                transfer.runFor(Duration.ofMillis(10));
                for (int s = 0; s < 2; s++) {
                    Subflow subflow = transfer.client().connection().subflow(s);
                    longest = Math.max(longest, subflow.tcp().smoothedRttNanos());
                }
            }
            double rate = (transfer.server().application().received() - before) * 8 / 3e6;

            LOG.info(String.format(
                    "%s, %d Mbit/s, %d ms: %.1f ms, %.1f Mbit/s", congestion, megabits, rtt, longest / 1e6, rate));
            assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofMillis(rtt + rtt / 4 + 5 + 10));
            assertThat(rate).isGreaterThan(0.9 * megabits);
            transfer.client().connection().abort(hosts.network().clock().now());
            transfer.server().connection().abort(hosts.network().clock().now());
            hosts.assertNothingLeft();
        }
    }

    /** Each subflow has a bottleneck together with a TCP that fills the queue. */
    @SideBySide
    @ParameterizedTest(name = "{0}, {1} Mbit/s, round trip {2} ms, queue {3}")
    @CsvSource({
        "cubic, 50, 10, 1",
        "cubic, 50, 4, 3",
        "cubic, 20, 20, 3",
        "reno, 50, 10, 1",
        "reno, 20, 20, 3",
        "reno, 20, 10, 1",
    })
    void besideATcpThatFillsTheQueueItIsNotStarved(String congestion, int megabits, int rtt, int queue) {
        double[] rates = besideTcps("redundant", congestion, CompetingTcps.link(megabits, rtt, queue));

        LOG.info(String.format(
                "%s, %d Mbit/s, %d ms, queue %d: %.1f Mbit/s, tcp %.1f and %.1f",
                congestion, megabits, rtt, queue, rates[0], rates[1], rates[2]));
        assertThat(rates[0]).isGreaterThan(Math.min(rates[1], rates[2]) / 4);
    }

    private static double[] besideTcps(String scheduler, String congestion, LinkProfile link) {
        try (HostPairs hosts = new HostPairs(1)) {
            SharedLink first = hosts.link(link);
            SharedLink second = hosts.link(link);
            List<Pair> pairs = List.of(
                    hosts.pair(settings(scheduler, congestion), first, second),
                    hosts.pair(CompetingTcps.tcp(congestion), first),
                    hosts.pair(CompetingTcps.tcp(congestion), second));
            pairs.forEach(Pair::begin);
            hosts.run(BEFORE);
            double[] before = pairs.stream().mapToDouble(Pair::received).toArray();
            hosts.run(MEASURED);
            double[] rates = pairs.stream().mapToDouble(Pair::received).toArray();
            hosts.assertNothingLeft();
            for (int i = 0; i < rates.length; i++) {
                rates[i] = (rates[i] - before[i]) * Byte.SIZE / 1e6 / MEASURED.toSeconds();
            }
            return rates;
        }
    }

    private static ConnectionSettings settings(String scheduler, String congestion) {
        return SchedulerRun.settings(scheduler).toBuilder()
                .congestion(CongestionGroups.byName(congestion))
                .build();
    }
}
