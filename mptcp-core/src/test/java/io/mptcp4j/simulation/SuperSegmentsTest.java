package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.TwoHosts;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Over devices that cut super-segments, transfers are as quick as over devices that take single ones, whatever the path loses. */
class SuperSegmentsTest {
    private static final int SEEDS = 60;
    private static final long OCTETS = 3_000_000;
    private static final int STEPS = 20_000_000;

    @Test
    void onManyPathsTheyCostNoTime() {
        double logOfRatios = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            double ratio = (double) transfer(seed, true).toNanos()
                    / transfer(seed, false).toNanos();
            assertThat(ratio).as("seed " + seed).isLessThan(2);
            logOfRatios += Math.log(ratio);
        }

        assertThat(Math.exp(logOfRatios / SEEDS)).isLessThan(1.03);
    }

    private static Duration transfer(int seed, boolean offload) {
        Random random = new Random(seed);
        boolean multipath = random.nextInt(4) != 0;
        ConnectionSettings settings = ConnectionSettings.builder()
                .multipath(multipath)
                .checksums(multipath && random.nextInt(5) == 0)
                .build();
        TwoHosts.Builder builder =
                TwoHosts.builder(seed).both(settings).offload(offload).maxSteps(STEPS);
        for (int paths = 1 + random.nextInt(2); paths > 0; paths--) {
            builder.path(path(random));
        }
        try (TwoHosts hosts = builder.build()) {
            return hosts.transfer(OCTETS, 0).finish().assertIntact().duration();
        }
    }

    /** 1 to 200 Mbit/s, 1 to 60 ms each way, a queue of a third of the delay product to twice that, and more. */
    private static LinkProfile path(Random random) {
        double rate = 1e6 * Math.pow(10, 2.3 * random.nextDouble());
        int millis = 1 + random.nextInt(60);
        double product = rate / 8 * 2 * millis / 1e3;
        return LinkProfile.IDEAL
                .withRate((long) rate)
                .withDelay(Duration.ofMillis(millis))
                .withQueueOctets(Math.max(30_000, (long) (product * (0.3 + 2 * random.nextDouble()))))
                .withLoss(random.nextInt(3) == 0 ? 0.03 * random.nextDouble() : 0)
                .withReordering(
                        random.nextInt(4) == 0 ? 0.1 * random.nextDouble() : 0, Duration.ofMillis(1 + millis / 2));
    }
}
