package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many connections over little memory: the limit holds, each gets its part, and when it is over all is as before. */
class MemoryShortageTest {
    private static final long LIMIT = 16L << 20;
    private static final int STEPS = 20_000_000;
    private static final LinkProfile PATH = LinkProfile.IDEAL
            .withRate(1_000_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueuePackets(2_000);

    @SideBySide
    @ParameterizedTest(name = "{0} connections over {1} paths, {2} lost")
    @CsvSource({"200, 1, 0", "200, 2, 0.01", "60, 1, 0.02"})
    void hundredsOfConnectionsOverALittleMemoryAllFinish(int connections, int paths, double loss) {
        try (TwoHosts hosts = hosts(1, paths, PATH.withLoss(loss))) {
            // given: together they want several times the memory that there is
            List<Transfer> transfers = begin(hosts, connections, 300_000);
            Watch watch = new Watch(hosts);

            // when
            hosts.network().run(() -> watch.look() && transfers.stream().allMatch(MemoryShortageTest::isDone), STEPS);

            // then
            transfers.forEach(Transfer::assertIntact);
            assertThat(watch.isWithinLimits).isTrue();
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void thoseWhoDoNotReadDoNotStarveTheOthers(long seed) {
        try (TwoHosts hosts = hostsOfOneRich(seed)) {
            // given: hogs, whose readers never read, fill what they can
            List<Transfer> hogs = begin(hosts, 40, 4_000_000);
            hosts.network().run(() -> allAccepted(hogs), STEPS);
            hogs.forEach(hog -> hog.server().application().setReading(false));
            List<Transfer> others = begin(hosts, 100, 200_000);
            hosts.network().run(() -> allAccepted(others), STEPS);
            hogs.get(0).runFor(Duration.ofSeconds(5));
            Watch watch = new Watch(hosts);
            assertThat(hosts.server().memory().isShort()).isTrue();

            // when
            hosts.network().run(() -> watch.look() && others.stream().allMatch(MemoryShortageTest::isDone), STEPS);

            // then
            others.forEach(Transfer::assertIntact);
            assertThat(watch.isWithinLimits).isTrue();

            // and when the hogs read at last, they end well too
            hogs.forEach(hog -> hog.server().application().setReading(true));
            hosts.network().run(() -> watch.look() && hogs.stream().allMatch(MemoryShortageTest::isDone), STEPS);
            hogs.forEach(Transfer::assertIntact);
            assertThat(hosts.server().memory().isShort()).isFalse();
            assertThat(hosts.server().counters().get(Counter.MEMORY_SHORTAGES)).isPositive();
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void newConnectionsAreRefusedWhileMemoryIsShortAndTakenAfterwards(long seed) {
        try (TwoHosts hosts = hostsOfOneRich(seed)) {
            // given
            List<Transfer> hogs = begin(hosts, 40, 4_000_000);
            hosts.network().run(() -> allAccepted(hogs), STEPS);
            hogs.forEach(hog -> hog.server().application().setReading(false));
            hogs.get(0).runFor(Duration.ofSeconds(5));
            assertThat(hosts.server().memory().isShort()).isTrue();

            // when
            Transfer late = hosts.beginAgain(10_000, 0);
            late.runFor(Duration.ofMillis(500));

            // then: the SYN is not answered
            assertThat(late.client().isEstablished()).isFalse();
            assertThat(hosts.server().counters().get(Counter.MEMORY_SHORT_DROPS))
                    .isPositive();

            // and a later one is, when there is memory again
            hogs.forEach(hog -> hog.server().application().setReading(true));
            hosts.network().run(() -> isDone(late) && hogs.stream().allMatch(MemoryShortageTest::isDone), STEPS);
            late.assertIntact();
            hosts.assertNothingLeft();
        }
    }

    private static List<Transfer> begin(TwoHosts hosts, int count, int octets) {
        List<Transfer> transfers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            transfers.add(hosts.begin(octets, 0));
        }
        return transfers;
    }

    private static boolean allAccepted(List<Transfer> transfers) {
        return transfers.stream().allMatch(transfer -> transfer.server().connection() != null);
    }

    private static boolean isDone(Transfer transfer) {
        return transfer.client().application().isDone()
                        && transfer.server().application().isDone()
                || transfer.isOver();
    }

    private static TwoHosts hosts(long seed, int paths, LinkProfile path) {
        return hosts(seed, paths, path, LIMIT);
    }

    /** With a client that has so much memory that it may go on opening connections. */
    private static TwoHosts hostsOfOneRich(long seed) {
        return hosts(seed, 1, PATH, 8 * LIMIT);
    }

    private static TwoHosts hosts(long seed, int paths, LinkProfile path, long limitOfClient) {
        ConnectionSettings settings =
                ConnectionSettings.builder().sendBuffer(1 << 20).build();
        TwoHosts.Builder builder = TwoHosts.builder(seed)
                .both(settings)
                .limits(limit(limitOfClient), limit(LIMIT))
                .maxSteps(STEPS);
        for (int i = 0; i < paths; i++) {
            builder.path(path);
        }
        return builder.build();
    }

    private static StackSettings limit(long octets) {
        return StackSettings.builder().memoryLimit(octets).build();
    }

    /** Looks after each step how much memory is used. */
    private static final class Watch {
        private final TwoHosts hosts;
        private boolean isWithinLimits = true;

        private Watch(TwoHosts hosts) {
            this.hosts = hosts;
        }

        private boolean look() {
            isWithinLimits &=
                    isWithin(hosts.client().memory()) && isWithin(hosts.server().memory());
            return true;
        }

        private static boolean isWithin(MemoryBudget memory) {
            return memory.used() <= memory.limit();
        }
    }
}
