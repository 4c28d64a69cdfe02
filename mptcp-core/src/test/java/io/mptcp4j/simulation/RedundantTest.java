package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.SimulatedNetwork;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every octet on every subflow: a path that is cut is not noticed by who reads, and a slow one holds nobody up. */
class RedundantTest {
    private static final Logger LOG = LoggerFactory.getLogger(RedundantTest.class);
    private static final ConnectionSettings REDUNDANT = SchedulerRun.settings("redundant");
    private static final long LONGEST_GAP = Duration.ofMillis(20).toNanos();
    private static final long INTERVAL = Duration.ofMillis(2).toNanos();
    private static final int PIECE = 1_000;
    private static final int MESSAGE_SEEDS = 40;
    /** All of the first 700 have been looked at: {@code -Dmptcp4j.redundant.seeds=700}. */
    private static final int BULK_SEEDS = Integer.getInteger("mptcp4j.redundant.seeds", 60);

    private static final int STEPS = 20_000_000;
    private static final Duration JOINING = Duration.ofMillis(500);
    private static final Duration WATCHED = Duration.ofMillis(400);

    @SideBySide
    @Test
    void aCutIsNotNoticedInAStreamOfMessages() {
        for (int seed = 1; seed <= MESSAGE_SEEDS; seed++) {
            Random random = new Random(seed);
            try (TwoHosts hosts = hosts(REDUNDANT, seed, random, 10 + random.nextInt(90))) {
                assertThat(cut(hosts, random, PIECE).gap()).as("seed %d", seed).isLessThanOrEqualTo(LONGEST_GAP);
            }
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(strings = {"cubic", "reno", "bbr"})
    void aCutIsNotNoticedInABulkTransfer(String congestion) {
        long[] gaps = new long[BULK_SEEDS];
        double megabits = 0;
        for (int seed = 1; seed <= BULK_SEEDS; seed++) {
            Cut cut = cutInBulk(congestion, seed);
            assertThat(cut.gap()).as("seed %d", seed).isLessThanOrEqualTo(LONGEST_GAP);
            gaps[seed - 1] = cut.gap();
            megabits += cut.megabits() / BULK_SEEDS;
        }
        Arrays.sort(gaps);
        LOG.info(String.format(
                Locale.ROOT,
                "%s: longest wait %.1f ms, half at most %.1f ms, %.1f Mbit/s before the cut",
                congestion,
                gaps[BULK_SEEDS - 1] / 1e6,
                gaps[BULK_SEEDS / 2] / 1e6,
                megabits));
    }

    /** Where the path that is left filled its own queue after the cut, or copies that had left before were in the way. */
    @SideBySide
    @ParameterizedTest
    @ValueSource(ints = {120, 128, 336, 346, 398, 424, 500, 520, 546, 568, 620, 662, 674, 686, 692})
    void norIsItWhereThePathThatIsLeftWouldHaveAFullQueue(int seed) {
        assertThat(cutInBulk("cubic", seed).gap()).isLessThanOrEqualTo(LONGEST_GAP);
        assertThat(cutInBulk("reno", seed).gap()).isLessThanOrEqualTo(LONGEST_GAP);
    }

    private static Cut cutInBulk(String congestion, int seed) {
        Random random = new Random(seed);
        try (TwoHosts hosts = hosts(settings(congestion), seed, random, 100)) {
            return cut(hosts, random, 0);
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theQuickestSetsThePaceAndTheSlowLeaveOutWhatHasArrived(long seed) {
        int octets = 5_000_000;
        Duration alone = SchedulerRun.of(seed, REDUNDANT, octets, List.of(SchedulerRun.path(20, 5)))
                .time();
        SchedulerRun both = SchedulerRun.of(
                seed, REDUNDANT, octets, List.of(SchedulerRun.path(20, 5), SchedulerRun.path(2, 25 * seed)));

        // Whichever has an octet first sends it: the time of one window more or less at the begin.
        assertThat(both.time()).isLessThanOrEqualTo(alone.plusMillis(50));
        assertThat(both.duplicates()).isLessThan(octets / 8);
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingIsLostOrDoubledOnBadPaths(int seed) {
        try (TwoHosts hosts = TwoHosts.builder(seed)
                .both(REDUNDANT)
                .path(SchedulerRun.path(20, 5).withLoss(0.02))
                .path(SchedulerRun.path(10, 20).withLoss(0.05).withReordering(0.05, Duration.ofMillis(5)))
                .path(SchedulerRun.path(5, 40).withDuplication(0.05))
                .build()) {
            Transfer transfer = hosts.begin(1_000_000, 300_000);
            transfer.runUntil(() -> transfer.server().application().received() > 300_000);
            hosts.path(seed % 3).link().cut();
            transfer.finish().assertIntact();

            assertThat(hosts.client().counters().get(Counter.COPIED_OCTETS)).isPositive();
            hosts.assertNothingLeft();
        }
    }

    private static ConnectionSettings settings(String congestion) {
        return REDUNDANT.toBuilder()
                .congestion(CongestionGroups.byName(congestion))
                .build();
    }

    private static TwoHosts hosts(ConnectionSettings settings, int seed, Random random, int rate) {
        int other = seed % 2 == 0 ? 20 + random.nextInt(80) : rate;
        return TwoHosts.builder(seed)
                .both(settings)
                .maxSteps(STEPS)
                .path(SchedulerRun.path(rate, 1 + 4 * random.nextDouble()))
                .path(SchedulerRun.path(other, 1 + 4 * random.nextDouble()))
                .build();
    }

    /**
     * What came of a cut.
     *
     * @param gap the longest time without news at the reader from then on, in nanoseconds
     * @param megabits what the reader had got until then, in Mbit/s
     */
    private record Cut(long gap, double megabits) {}

    /** Cuts one of the paths at some time. */
    private static Cut cut(TwoHosts hosts, Random random, int piece) {
        SimulatedNetwork network = hosts.network();
        Transfer transfer = hosts.begin(60_000_000, 0);
        transfer.client().application().limit(1);
        transfer.runFor(JOINING);
        assertThat(transfer.client().connection().subflowCount()).isEqualTo(2);

        int cut = random.nextInt(2);
        long began = network.clock().now();
        double megabits = 0;
        long cutAt = began + Duration.ofMillis(300 + random.nextInt(700)).toNanos();
        long end = cutAt + WATCHED.toNanos();
        long written = 1;
        long longest = 0;
        long lastAt = 0;
        boolean isCut = false;
        while (network.clock().now() < end) {
            long now = network.clock().now();
            if (!isCut && now >= cutAt) {
                hosts.path(cut).link().cut();
                isCut = true;
                megabits = transfer.server().application().received() * 8e3 / (now - began);
            }
            written += piece;
            transfer.client().application().limit(piece == 0 ? Long.MAX_VALUE : written);
            transfer.client().connection().onWritten(now);
            long next = now + INTERVAL;
            while (network.clock().now() < next) {
                long before = transfer.server().application().received();
                network.run(() -> transfer.server().application().received() > before, next, STEPS);
                if (transfer.server().application().received() > before) {
                    long time = network.clock().now();
                    longest = isCut ? Math.max(longest, time - lastAt) : 0;
                    lastAt = time;
                }
            }
        }
        transfer.client().connection().abort(end);
        transfer.server().connection().abort(end);
        hosts.assertNothingLeft();
        return new Cut(Math.max(longest, end - lastAt), megabits);
    }
}
