package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.CoalesceSegments;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.RandomOctets;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.ShiftSequenceNumbers;
import io.mptcp4j.testing.SimulatedNetwork;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.testing.SimulatedPath;
import io.mptcp4j.testing.SplitSegments;
import io.mptcp4j.testing.StripOptions;
import io.mptcp4j.testing.TcpHost;
import io.mptcp4j.testing.TransferEnd;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** One TCP connection, without stack and MPTCP, over all kinds of bad paths. */
class TcpTransferTest {
    private static final IpAddress A = IpAddress.parse("10.0.0.1");
    private static final IpAddress B = IpAddress.parse("10.0.0.2");
    private static final LinkProfile GOOD = LinkProfile.IDEAL
            .withRate(50_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(100_000);
    private static final int MAX_STEPS = 200_000;

    @Test
    void everyStreamArrivesIntactOverBadPaths() {
        for (int seed = 1; seed <= 200; seed++) {
            transfer(seed, profile(new Random(seed)), TcpSettings.DEFAULT, 100_000, 30_000);
        }
    }

    @Test
    void withoutSackToo() {
        TcpSettings settings = TcpSettings.DEFAULT.toBuilder().sack(false).build();
        for (int seed = 201; seed <= 250; seed++) {
            transfer(seed, profile(new Random(seed)), settings, 100_000, 30_000);
        }
    }

    @Test
    void withoutTimestampsAndWindowScaleToo() {
        TcpSettings settings = TcpSettings.DEFAULT.toBuilder()
                .timestamps(false)
                .windowScaling(false)
                .build();
        for (int seed = 251; seed <= 300; seed++) {
            transfer(seed, profile(new Random(seed)), settings, 100_000, 30_000);
        }
    }

    @Test
    void aGoodPathIsFilled() {
        long took = transfer(1, GOOD, TcpSettings.DEFAULT, 5_000_000, 0);

        // 5 MB at 50 Mbit/s are 0.8 s.
        assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofMillis(1500));
    }

    @Test
    void middleboxesThatPlainTcpEnduresAreEndured() {
        transfer(2, GOOD, TcpSettings.DEFAULT, 300_000, 300_000, new ShiftSequenceNumbers(0x7fff_0000, 0x9000_0000));
        transfer(3, GOOD, TcpSettings.DEFAULT, 300_000, 300_000, new SplitSegments(500, true));
        transfer(4, GOOD, TcpSettings.DEFAULT, 300_000, 300_000, new CoalesceSegments(1400, Duration.ofMillis(1)));
        transfer(5, GOOD, TcpSettings.DEFAULT, 300_000, 300_000, new CorruptPayload(SegmentFilter.DATA.nth(20), false));
        for (int kind :
                new int[] {Option.MSS, Option.WINDOW_SCALE, Option.SACK_PERMITTED, Option.SACK, Option.TIMESTAMPS}) {
            transfer(
                    6,
                    GOOD.withLoss(0.01),
                    TcpSettings.DEFAULT,
                    300_000,
                    300_000,
                    new StripOptions(kind, SegmentFilter.ALL));
            transfer(
                    6,
                    GOOD.withLoss(0.01),
                    TcpSettings.DEFAULT,
                    300_000,
                    300_000,
                    new StripOptions(kind, SegmentFilter.SYN_ACK));
        }
    }

    /** Transfers both ways, checks every octet and an orderly end, and returns how long it took. */
    private static long transfer(
            long seed, LinkProfile profile, TcpSettings settings, long up, long down, Middlebox... boxes) {
        try (SimulatedNetwork network = new SimulatedNetwork(seed)) {
            SimulatedPath path = network.join("path", profile, boxes);
            RandomOctets upward = new RandomOctets(seed);
            RandomOctets downward = new RandomOctets(-seed);
            TransferEnd a = new TransferEnd(upward, up, downward, down, 20_000);
            TransferEnd b = new TransferEnd(downward, down, upward, up, 20_000);
            SeededEntropy entropy = new SeededEntropy(seed);
            TcpHost client = new TcpHost(path.deviceA(), new FourTuple(A, 1000, B, 80), true, settings, a, entropy);
            TcpHost server = new TcpHost(path.deviceB(), new FourTuple(B, 80, A, 1000), false, settings, b, entropy);
            network.add(client);
            network.add(server);
            Ending ending = network.run(() -> a.isDone() && b.isDone(), MAX_STEPS);
            long took = network.clock().now() - SimulatedNetwork.BEGIN;
            String story = "seed " + seed + ": " + ending + " after " + Duration.ofNanos(took) + "; a " + a + " "
                    + client.connection().state() + "; b " + b + " "
                    + server.connection().state() + "; " + profile;
            assertThat(a.fault()).as(story).isNull();
            assertThat(b.fault()).as(story).isNull();
            assertThat(ending).as(story).isEqualTo(Ending.DONE);
            ending = network.run(() -> client.end() != null && server.end() != null, MAX_STEPS);
            assertThat(ending).as("closing, " + story).isEqualTo(Ending.DONE);
            assertThat(client.end()).as(story).isIn("closed", "timed out");
            client.release();
            server.release();
            return took;
        }
    }

    private static LinkProfile profile(Random random) {
        return LinkProfile.IDEAL
                .withRate(2_000_000 + random.nextInt(100_000_000))
                .withDelay(Duration.ofMillis(1 + random.nextInt(200)))
                .withLoss(0.05 * random.nextDouble())
                .withQueueOctets(30_000 + random.nextInt(500_000))
                .withReordering(0.1 * random.nextDouble(), Duration.ofMillis(1 + random.nextInt(30)))
                .withDuplication(0.05 * random.nextDouble());
    }
}
