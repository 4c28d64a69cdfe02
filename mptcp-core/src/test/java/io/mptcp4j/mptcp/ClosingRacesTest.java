package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Short connections whose paths fail, or whose ends give up, at any moment: while joining, while closing, in between. */
class ClosingRacesTest {
    private static final Duration LONGEST = Duration.ofMinutes(3);

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aPathThatDiesAtAnyMomentHarmsNobody(long seed) {
        Random random = new Random(seed);
        try (TwoHosts hosts = hosts(seed, random, 0)) {
            Transfer transfer = hosts.begin(random.nextInt(200_000), random.nextInt(200_000));

            transfer.runFor(moment(random));
            hosts.path(random.nextInt(2)).link().cut();

            transfer.finish();
            // A connection whose first SYN was never answered has no other path.
            if (transfer.client().isEstablished() && transfer.client().mostSubflows() == 2) {
                transfer.assertIntact();
            }
            assertThat(transfer.client().application().fault()).isNull();
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void deviceDownAndUpAgainAtAnyMomentLosesNoOctet(long seed) {
        Random random = new Random(seed);
        try (TwoHosts hosts = hosts(seed, random, 0.02)) {
            Transfer transfer = hosts.begin(random.nextInt(200_000), random.nextInt(200_000));

            transfer.runUntil(() -> transfer.client().mostSubflows() == 2 || transfer.isOver());
            transfer.runFor(moment(random));
            int device = random.nextInt(2);
            hosts.client().onDeviceDown(device, hosts.network().clock().now());
            transfer.runFor(moment(random).multipliedBy(10));
            hosts.client().onDeviceUp(device, hosts.network().clock().now());

            transfer.finish().assertIntact();
            assertThat(transfer.duration()).isLessThan(LONGEST);
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void bothDevicesDownForAMomentAreABreakBeforeMake(long seed) {
        Random random = new Random(seed);
        try (TwoHosts hosts = hosts(seed, random, 0.01)) {
            Transfer transfer = hosts.begin(300_000, random.nextInt(200_000));

            transfer.runUntil(() -> transfer.client().mostSubflows() == 2 || transfer.isOver());
            transfer.runFor(moment(random));
            for (int device = 0; device < 2; device++) {
                hosts.client().onDeviceDown(device, hosts.network().clock().now());
            }
            transfer.runFor(moment(random).multipliedBy(10));
            for (int device = 0; device < 2; device++) {
                hosts.client().onDeviceUp(device, hosts.network().clock().now());
            }

            transfer.finish().assertIntact();
            assertThat(transfer.duration()).isLessThan(LONGEST);
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void anAbortAtAnyMomentLeavesNothingBehind(long seed) {
        Random random = new Random(seed);
        try (TwoHosts hosts = hosts(seed, random, 0.05)) {
            Transfer transfer = hosts.begin(random.nextInt(200_000), random.nextInt(200_000));

            transfer.runFor(moment(random));
            MptcpConnection victim = random.nextBoolean() || transfer.server().connection() == null
                    ? transfer.client().connection()
                    : transfer.server().connection();
            victim.abort(hosts.network().clock().now());

            transfer.finish();
            assertThat(victim.closeCause()).isNotNull();
            assertThat(transfer.client().application().fault()).isNull();
            hosts.assertNothingLeft();
        }
    }

    static Duration moment(Random random) {
        return Duration.ofMillis((long) Math.expm1(random.nextDouble() * 6));
    }

    static TwoHosts hosts(long seed, Random random, double loss) {
        TwoHosts.Builder builder = TwoHosts.builder(seed);
        for (int path = 0; path < 2; path++) {
            builder.path(LinkProfile.IDEAL
                    .withRate(5_000_000 + random.nextInt(50_000_000))
                    .withDelay(Duration.ofMillis(1 + random.nextInt(50)))
                    .withQueueOctets(200_000)
                    .withLoss(loss));
        }
        return builder.build();
    }
}
