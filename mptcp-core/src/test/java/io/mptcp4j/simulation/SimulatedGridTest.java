package io.mptcp4j.simulation;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Family;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Transfers both ways over one to three bad paths: loss up to 5 %, reordering, duplication, delays of 1 to 200 ms, small
 * queues. A seed decides everything; a seed that fails fails again.
 */
class SimulatedGridTest {
    private static final int SEEDS = 200;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyStreamArrivesIntact(long seed) {
        Random random = new Random(seed);
        TwoHosts.Builder builder = TwoHosts.builder(seed);
        int paths = 1 + random.nextInt(3);
        for (int i = 0; i < paths; i++) {
            builder.path(profile(random), profile(random));
        }
        builder.family(Family.values()[random.nextInt(Family.values().length)]);
        try (TwoHosts hosts = builder.build()) {
            hosts.transfer(1 + random.nextInt(300_000), random.nextInt(100_000)).assertIntact();
            hosts.assertNothingLeft();
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    private static LinkProfile profile(Random random) {
        return LinkProfile.IDEAL
                .withRate(1_000_000 + random.nextInt(100_000_000))
                .withDelay(Duration.ofMillis(1 + random.nextInt(200)))
                .withLoss(0.05 * random.nextDouble())
                .withQueueOctets(30_000 + random.nextInt(500_000))
                .withReordering(0.1 * random.nextDouble(), Duration.ofMillis(1 + random.nextInt(30)))
                .withDuplication(0.05 * random.nextDouble());
    }
}
