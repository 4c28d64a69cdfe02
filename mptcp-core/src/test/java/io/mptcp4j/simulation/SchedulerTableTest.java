package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each scheduler makes of two paths: octets whole, goodput in a table (docs/schedulers.md has one). */
class SchedulerTableTest {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerTableTest.class);
    private static final int OCTETS = 4_000_000;

    private record Case(String name, LinkProfile first, LinkProfile second, double sum) {}

    private static final List<Case> CASES = List.of(
            new Case("10+10 Mbit/s, 10/10 ms", SchedulerRun.path(10, 10), SchedulerRun.path(10, 10), 20),
            new Case("10+10 Mbit/s, 1/25 ms", SchedulerRun.path(10, 1), SchedulerRun.path(10, 25), 20),
            new Case("10+3 Mbit/s, 1/25 ms", SchedulerRun.path(10, 1), SchedulerRun.path(3, 25), 13),
            new Case("10+3 Mbit/s, 25/1 ms", SchedulerRun.path(10, 25), SchedulerRun.path(3, 1), 13),
            new Case("20+1 Mbit/s, 10/100 ms", SchedulerRun.path(20, 10), SchedulerRun.path(1, 100), 21));

    @Test
    void eachSchedulerDeliversEverythingAndThoseThatAddPathsUseThem() {
        for (Case paths : CASES) {
            for (String name : Schedulers.names()) {
                SchedulerRun run =
                        SchedulerRun.of(1, SchedulerRun.settings(name), OCTETS, List.of(paths.first, paths.second));
                double megabits = run.megabits(OCTETS);
                LOG.info(String.format(
                        "%-24s %-12s %5.1f Mbit/s, twice %4.1f %%",
                        paths.name, name, megabits, 100.0 * run.duplicates() / OCTETS));

                double least = name.equals("redundant") ? 0.8 * 10 : 0.75 * paths.sum;
                assertThat(megabits).as("%s, %s", paths.name, name).isGreaterThan(least);
            }
        }
    }
}
