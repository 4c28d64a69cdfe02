package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** While a file is under way, all paths but one are cut, healed, changed, and their devices go down and come back. */
class ChaosTest {
    private static final int SEEDS = 40;
    private static final int EVENTS = 12;

    private Random random;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void oneGoodPathIsEnough(long seed) {
        random = new Random(seed);
        int paths = 2 + random.nextInt(3);
        int good = random.nextInt(paths);
        TwoHosts.Builder builder = TwoHosts.builder(seed);
        for (int i = 0; i < paths; i++) {
            builder.path(profile(), profile());
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.begin(500_000 + random.nextInt(3_000_000), random.nextInt(1_000_000));
            transfer.runUntil(() -> transfer.client().mostSubflows() == paths || transfer.isOver());
            for (int i = 0; i < EVENTS; i++) {
                transfer.runFor(Duration.ofMillis(random.nextInt(400)));
                disturb(hosts, (good + 1 + random.nextInt(paths - 1)) % paths);
            }

            transfer.finish().assertIntact();

            assertThat(transfer.client().cause()).as(transfer.toString()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.server().cause()).as(transfer.toString()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(60));
            hosts.paths().forEach(path -> path.link().heal());
            hosts.assertNothingLeft();
        }
    }

    private void disturb(TwoHosts hosts, int path) {
        VirtualLink link = hosts.path(path).link();
        Stack stack = random.nextBoolean() ? hosts.client() : hosts.server();
        long now = hosts.network().clock().now();
        switch (random.nextInt(7)) {
            case 0 -> link.cut();
            case 1 -> link.cutFromA();
            case 2 -> link.cutFromB();
            case 3 -> link.heal();
            case 4 -> stack.onDeviceDown(path, now);
            case 5 -> stack.onDeviceUp(path, now);
            default -> link.setProfiles(profile(), profile());
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    private LinkProfile profile() {
        return LinkProfile.IDEAL
                .withRate(2_000_000 + random.nextInt(50_000_000))
                .withDelay(Duration.ofMillis(1 + random.nextInt(60)))
                .withLoss(0.02 * random.nextDouble() * random.nextInt(2))
                .withQueueOctets(30_000 + random.nextInt(300_000));
    }
}
