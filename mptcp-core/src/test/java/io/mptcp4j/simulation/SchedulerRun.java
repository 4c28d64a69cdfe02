package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.List;

/** One way over some paths, timed from when all subflows are there. */
record SchedulerRun(Duration time, long copies, long reinjected, long duplicates) {
    private static final Duration FOR_JOINING = Duration.ofSeconds(3);
    private static final int STEPS = 20_000_000;

    /** A path whose queue holds its delay product, or 50 packets if that is more: where it is shorter, chance decides. */
    static LinkProfile path(double megabits, double delayMillis) {
        int product = (int) (megabits * 1e6 / 8 * 2 * delayMillis / 1e3 / 1_500);
        return LinkProfile.IDEAL
                .withRate((long) (megabits * 1e6))
                .withDelay(Duration.ofNanos((long) (delayMillis * 1e6)))
                .withQueuePackets(Math.max(50, product));
    }

    static ConnectionSettings settings(String scheduler) {
        return ConnectionSettings.builder()
                .scheduler(Schedulers.byName(scheduler))
                .build();
    }

    static SchedulerRun of(long seed, ConnectionSettings settings, long octets, List<LinkProfile> paths) {
        TwoHosts.Builder builder = TwoHosts.builder(seed).both(settings).maxSteps(STEPS);
        paths.forEach(builder::path);
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.begin(octets, 0);
            // One octet confirms the connection (RFC 8684 3.1), so that the others may join.
            transfer.client().application().limit(1);
            transfer.server().application().limit(0);
            transfer.runFor(FOR_JOINING);
            assertThat(transfer.client().connection().subflowCount()).isEqualTo(paths.size());

            long began = hosts.network().clock().now();
            transfer.client().application().limit(Long.MAX_VALUE);
            transfer.client().connection().onWritten(began);
            transfer.runUntil(() -> transfer.server().application().received() == octets);
            long took = hosts.network().clock().now() - began;

            transfer.server().application().limit(Long.MAX_VALUE);
            transfer.server().connection().onWritten(hosts.network().clock().now());
            transfer.finish().assertIntact();
            SchedulerRun run = new SchedulerRun(
                    Duration.ofNanos(took),
                    hosts.client().counters().get(Counter.OPPORTUNISTIC_OCTETS),
                    hosts.client().counters().get(Counter.REINJECTED_OCTETS),
                    hosts.server().counters().get(Counter.DUPLICATE_DATA_OCTETS));
            hosts.assertNothingLeft();
            return run;
        }
    }

    double megabits(long octets) {
        return octets * 8_000.0 / time.toNanos();
    }
}
