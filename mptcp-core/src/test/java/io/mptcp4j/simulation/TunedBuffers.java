package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.TwoHosts;
import java.time.Duration;
import java.util.List;

/** What the tests of buffers that grow have in common, the sender's and the receiver's. */
final class TunedBuffers {
    static final int INITIAL = 64 << 10;
    static final int MAXIMUM = 16 << 20;
    static final int STEPS = 20_000_000;

    private TunedBuffers() {}

    /** The delay product of a path in octets. */
    static long product(double megabits, double delayMillis) {
        return (long) (megabits * 1e6 / 8 * 2 * delayMillis / 1e3);
    }

    static TwoHosts hosts(ConnectionSettings settings, LinkProfile path) {
        return hosts(settings, StackSettings.DEFAULT, path);
    }

    static TwoHosts hosts(ConnectionSettings settings, StackSettings limits, LinkProfile path) {
        return TwoHosts.builder(1)
                .both(settings)
                .limits(limits)
                .maxSteps(STEPS)
                .path(path)
                .build();
    }

    /** A transfer with the one takes at most so many times as long as with the other, and so much more. */
    static void assertAsQuick(
            ConnectionSettings tuned,
            ConnectionSettings reference,
            long octets,
            List<LinkProfile> paths,
            double factor,
            Duration more) {
        long allowed = (long)
                (factor * SchedulerRun.of(1, reference, octets, paths).time().toNanos());
        assertThat(SchedulerRun.of(1, tuned, octets, paths).time().toNanos())
                .isLessThanOrEqualTo(allowed + more.toNanos());
    }
}
