package io.mptcp4j.simulation;

import static io.mptcp4j.simulation.CongestionScenario.link;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.simulation.CongestionScenario.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Prints the tables of {@code docs/congestion.md}. Not among the tests that run by themselves:
 *
 * <pre>mvn -pl mptcp-core test -Dtest=CongestionTable</pre>
 */
class CongestionTable {
    private static final Duration LONG = Duration.ofSeconds(200);
    private static final int SEEDS = 4;

    /** Of what the path holds. */
    private static final double[] QUEUES = {0.25, 0.5, 1, 2, 4};

    @Test
    void printSharedBottleneck() {
        List<String> lines = new ArrayList<>();
        int[][] links = {{20, 25}, {40, 25}, {80, 25}, {40, 50}, {40, 100}};
        for (int[] link : links) {
            lines.add(shared("5 Mbit/s, %d ms, queue %d".formatted(link[0], link[1]), link(5, link[0], link[1]), 1));
        }
        lines.add(shared("20 Mbit/s, 20 ms, queue 100, four TCPs", link(20, 20, 100), 4));
        lines.add(shared("no queue, 40 ms, 1 % of loss", link(50, 40, 1_000).withLoss(0.01), 1));
        print("| bottleneck |", lines);
    }

    @Test
    void printResourcePooling() {
        List<String> lines = new ArrayList<>();
        LinkProfile link = link(10, 40, 50);
        for (int onSecond = 0; onSecond <= 1; onSecond++) {
            CongestionScenario scenario = CongestionScenario.disjoint(link, 4, link, onSecond, LONG);
            for (String name : CongestionGroups.names()) {
                Outcome outcome = scenario.mean(name, SEEDS);
                lines.add(String.format(
                        Locale.ROOT,
                        "| 4, %d | %s | %.2f | %.2f | %.1f %% | %.2f | %.2f |",
                        onSecond,
                        name,
                        outcome.overFirst(),
                        outcome.overSecond(),
                        100 * outcome.shareOverFirst(),
                        outcome.tcpOnFirst(),
                        outcome.tcpOnSecond()));
            }
        }
        print("| TCPs | | first | second | share over first | a TCP on first | on second |", lines);
    }

    @Test
    void printFreePaths() {
        List<String> lines = new ArrayList<>();
        lines.add(free("10 + 10 Mbit/s, 40 and 40 ms", link(10, 40, 50), link(10, 40, 50)));
        lines.add(free("10 + 3 Mbit/s, 20 and 60 ms", link(10, 20, 50), link(3, 60, 50)));
        print("| paths |", lines);
    }

    @Test
    void printCompetingTcps() {
        List<String> lines = new ArrayList<>();
        String[][] pairs = {{"cubic", "cubic"}, {"cubic", "bbr"}, {"bbr", "bbr"}, {"cubic", "reno"}};
        for (String[] pair : pairs) {
            for (double queue : QUEUES) {
                lines.add(String.format(
                        Locale.ROOT, "| %s, %s | %s |%s", pair[0], pair[1], queue, competing(queue, pair)));
            }
        }
        print("| | queue | first | second | least and greatest share of the first |", lines);
    }

    @Test
    void printCubicBesideBbr() {
        List<String> lines = new ArrayList<>();
        for (double megabits : new double[] {10, 50}) {
            for (int rttMillis : new int[] {20, 100}) {
                StringBuilder line =
                        new StringBuilder(String.format(Locale.ROOT, "| %.0f Mbit/s, %d ms |", megabits, rttMillis));
                for (double queue : QUEUES) {
                    line.append(sharesOfCubic(CompetingTcps.link(megabits, rttMillis, queue)));
                }
                lines.add(line.toString());
            }
        }
        print("| queue | 0.25 | 0.5 | 1 | 2 | 4 |", lines);
    }

    private static String sharesOfCubic(LinkProfile link) {
        double least = 1;
        double greatest = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            double[] rates =
                    CompetingTcps.rates(link, Duration.ofSeconds(10), Duration.ofSeconds(30), seed, "cubic", "bbr");
            double share = rates[0] / (rates[0] + rates[1]);
            least = Math.min(least, share);
            greatest = Math.max(greatest, share);
        }
        return String.format(Locale.ROOT, " %.0f to %.0f %% |", 100 * least, 100 * greatest);
    }

    private static String competing(double queue, String... names) {
        double[] mean = new double[2];
        double least = 1;
        double greatest = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            double[] rates = CompetingTcps.rates(
                    CompetingTcps.link(10, 40, queue), Duration.ofSeconds(10), Duration.ofSeconds(60), seed, names);
            double share = rates[0] / (rates[0] + rates[1]);
            least = Math.min(least, share);
            greatest = Math.max(greatest, share);
            mean[0] += rates[0] / SEEDS;
            mean[1] += rates[1] / SEEDS;
        }
        return String.format(
                Locale.ROOT, " %.2f | %.2f | %.0f to %.0f %% |", mean[0], mean[1], 100 * least, 100 * greatest);
    }

    @Test
    void printRandomLoss() {
        List<String> lines = new ArrayList<>();
        for (String name : new String[] {"cubic", "reno", "bbr"}) {
            StringBuilder line = new StringBuilder("| " + name + " |");
            for (double megabits : new double[] {10, 100}) {
                double[] rates = CompetingTcps.rates(
                        CompetingTcps.link(megabits, 50, 1).withLoss(0.01),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        1,
                        name);
                line.append(String.format(Locale.ROOT, " %.2f |", rates[0]));
            }
            lines.add(line.toString());
        }
        print("| | 10 Mbit/s | 100 Mbit/s |", lines);
    }

    private static String shared(String title, LinkProfile link, int tcps) {
        StringBuilder line = new StringBuilder("| " + title + " |");
        for (String name : CongestionGroups.names()) {
            double ratio = CongestionScenario.shared(link, tcps, LONG)
                    .mean(name, SEEDS)
                    .toTcp();
            line.append(String.format(Locale.ROOT, " %.2f |", ratio));
        }
        return line.toString();
    }

    private static String free(String title, LinkProfile first, LinkProfile second) {
        StringBuilder line = new StringBuilder("| " + title + " |");
        for (String name : CongestionGroups.names()) {
            CongestionScenario scenario = CongestionScenario.disjoint(first, 0, second, 0, Duration.ofSeconds(60));
            line.append(String.format(
                    Locale.ROOT, " %.2f |", scenario.mean(name, SEEDS).multipath()));
        }
        return line.toString();
    }

    private static void print(String head, List<String> lines) {
        System.out.println(head);
        lines.forEach(System.out::println);
    }
}
