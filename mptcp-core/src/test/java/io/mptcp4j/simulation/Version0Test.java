package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Family;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends speak version 0 (RFC 6824). */
class Version0Test {
    private static final ConnectionSettings V0 =
            ConnectionSettings.builder().versions(MptcpVersion.V0).build();
    private static final LinkProfile LINK = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyStreamArrivesIntactOverBadPaths(long seed) {
        Random random = new Random(seed);
        TwoHosts.Builder builder = TwoHosts.builder(seed).both(V0);
        int paths = 1 + random.nextInt(4);
        for (int i = 0; i < paths; i++) {
            builder.path(badPath(random), badPath(random));
        }
        builder.family(Family.values()[random.nextInt(Family.values().length)]);
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.transfer(1 + random.nextInt(300_000), random.nextInt(100_000));

            transfer.assertIntact();
            hosts.assertNothingLeft();
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 80);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void eachPathGetsItsSubflow(int paths) {
        TwoHosts.Builder builder = TwoHosts.builder(paths).both(V0);
        for (int i = 0; i < paths; i++) {
            builder.path(LINK);
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.transfer(2_000_000, 1_000_000).assertIntact();

            assertThat(transfer.client().mostSubflows()).isEqualTo(paths);
            assertThat(transfer.client().connection().version()).isEqualTo(MptcpVersion.V0);
            assertThat(transfer.client().cause()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.server().cause()).isEqualTo(CloseCause.NORMAL);
            hosts.assertNothingLeft();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void anyOneOfTheFirstSegmentsMayBeLost(int index) {
        TwoHosts.Builder builder =
                TwoHosts.builder(1).both(V0).path(LINK, new DropSegments(SegmentFilter.ALL.nth(index)));
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.transfer(400_000, 150_000).assertIntact();

            assertThat(transfer.client().fallbackReason())
                    .as(transfer.toString())
                    .isEqualTo(FallbackReason.NONE);
            assertThat(transfer.server().fallbackReason())
                    .as(transfer.toString())
                    .isEqualTo(FallbackReason.NONE);
            hosts.assertNothingLeft();
        }
    }

    private static LinkProfile badPath(Random random) {
        return LinkProfile.IDEAL
                .withRate(1_000_000 + random.nextInt(100_000_000))
                .withDelay(Duration.ofMillis(1 + random.nextInt(200)))
                .withLoss(0.05 * random.nextDouble())
                .withQueueOctets(30_000 + random.nextInt(500_000))
                .withReordering(0.1 * random.nextDouble(), Duration.ofMillis(1 + random.nextInt(30)))
                .withDuplication(0.05 * random.nextDouble());
    }
}
