package io.mptcp4j.simulation;

import static io.mptcp4j.simulation.TunedBuffers.INITIAL;
import static io.mptcp4j.simulation.TunedBuffers.MAXIMUM;
import static io.mptcp4j.simulation.TunedBuffers.assertAsQuick;
import static io.mptcp4j.simulation.TunedBuffers.hosts;
import static io.mptcp4j.simulation.TunedBuffers.product;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.BufferSize;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The send buffer grows with the congestion windows, within its bounds and those of the stack. */
class SendTuningTest {
    private static final ConnectionSettings TUNED = sending(new BufferSize(INITIAL, MAXIMUM));
    private static final ConnectionSettings LARGE = sending(BufferSize.fixed(MAXIMUM));

    @SideBySide
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"10, 5", "100, 25", "100, 100", "400, 40"})
    void aTransferIsAsQuickAsWithALargeBufferFromTheBegin(double rate, double delay) {
        List<LinkProfile> path = List.of(SchedulerRun.path(rate, delay));

        assertAsQuick(TUNED, LARGE, 20 * product(rate, delay), path, 1.03, Duration.ZERO);
    }

    @SideBySide
    @ParameterizedTest(name = "{0} and {1} ms")
    @CsvSource({"10, 10", "10, 50", "5, 100"})
    void itCoversTheSlowestOfTwoPaths(double quick, double slow) {
        List<LinkProfile> paths = List.of(SchedulerRun.path(50, quick), SchedulerRun.path(50, slow));

        assertAsQuick(TUNED, LARGE, 40 * product(100, slow), paths, 1.05, Duration.ZERO);
    }

    @SideBySide
    @Test
    void itGrowsWithTheCongestionWindowAndNotToTheBound() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(20, 20))) {
            // 20 Mbit/s in 40 ms are 100 KB; the queue holds as much again, and the buffer four windows.
            Transfer transfer = hosts.begin(20_000_000, 0);
            MptcpConnection sender = transfer.client().connection();
            long mostInFlight = 0;
            for (int i = 0; i < 500; i++) {
                transfer.runFor(Duration.ofMillis(10));
                mostInFlight = Math.max(
                        mostInFlight, sender.subflow(0).tcp().congestion().window());
                assertThat((long) sender.sendStream().capacity())
                        .isLessThanOrEqualTo(Math.max(INITIAL, 8 * mostInFlight));
            }

            assertThat(sender.sendStream().capacity()).isBetween(2 * 100_000, 4_000_000);
            transfer.finish().assertIntact();
        }
    }

    @SideBySide
    @Test
    void itNeverGrowsBeyondItsBound() {
        try (TwoHosts hosts = hosts(sending(new BufferSize(INITIAL, 150_000)), SchedulerRun.path(100, 50))) {
            Transfer transfer = hosts.begin(10_000_000, 0);
            MptcpConnection sender = transfer.client().connection();
            boolean within = true;
            for (int i = 0; i < 200; i++) {
                transfer.runFor(Duration.ofMillis(20));
                within &= sender.sendStream().capacity() <= 150_000;
                within &= sender.sendStream().room() <= 150_000;
            }

            assertThat(within).isTrue();
            assertThat(sender.sendStream().capacity()).isEqualTo(150_000);
            transfer.finish().assertIntact();
        }
    }

    @SideBySide
    @Test
    void aFixedBufferStaysAsItIs() {
        try (TwoHosts hosts = hosts(sending(BufferSize.fixed(INITIAL)), SchedulerRun.path(100, 50))) {
            Transfer transfer = hosts.begin(2_000_000, 0);
            MptcpConnection sender = transfer.client().connection();
            transfer.finish().assertIntact();

            assertThat(sender.sendStream().capacity()).isEqualTo(INITIAL);
        }
    }

    @SideBySide
    @Test
    void whoSetsItWhileItGrowsHasWhatHeSetFromThenOn() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(20_000_000, 0);
            MptcpConnection sender = transfer.client().connection();
            transfer.runUntil(() -> transfer.server().application().received() > 5_000_000);
            assertThat(sender.sendStream().capacity()).isGreaterThan(500_000);

            // what is written already stays, and leaves
            sender.changeSettings(
                    sender.settings().toBuilder().sendBuffer(100_000).build(),
                    hosts.network().clock().now());
            transfer.finish().assertIntact();

            assertThat(sender.sendStream().capacity()).isEqualTo(100_000);
        }
    }

    @SideBySide
    @Test
    void whileMemoryIsShortItIsWhatIsFairAndDoesNotGrow() {
        StackSettings little = StackSettings.builder().memoryLimit(8 << 20).build();
        try (TwoHosts hosts = hosts(TUNED, little, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(40_000_000, 0);
            MptcpConnection sender = transfer.client().connection();
            transfer.runUntil(() -> transfer.server().application().received() > 300_000);
            int grown = sender.sendStream().capacity();
            assertThat(grown).isGreaterThan(INITIAL);

            // when others take what there is
            MemoryBudget memory = hosts.client().memory();
            long others = memory.limit() / 8 * 7 - memory.used();
            assertThat(memory.tryReserve(others)).isTrue();
            transfer.runFor(Duration.ofSeconds(2));

            // then it has not grown, and a writer gets no further than is fair; but the transfer goes on
            assertThat(memory.isShort()).isTrue();
            assertThat(sender.sendStream().capacity()).isEqualTo(grown);
            assertThat(sender.sendStream().allowance())
                    .isEqualTo(Math.min(grown, memory.fairOctets()))
                    .isLessThan(MAXIMUM);
            long before = transfer.server().application().received();
            transfer.runFor(Duration.ofSeconds(1));
            assertThat(transfer.server().application().received()).isGreaterThan(before);
            assertThat(memory.used()).isLessThanOrEqualTo(memory.limit());

            // and afterwards it grows again
            memory.release(others);
            transfer.runFor(Duration.ofSeconds(1));
            assertThat(sender.sendStream().capacity()).isGreaterThan(grown);
            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    @SideBySide
    @Test
    void withoutAnyMemoryNothingIsThrownAndTheTransferEndsWell() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(30_000_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 300_000);
            MemoryBudget memory = hosts.client().memory();
            long others = memory.limit() - memory.used();
            assertThat(memory.tryReserve(others)).isTrue();

            transfer.runFor(Duration.ofSeconds(5));
            assertThat(memory.used()).isLessThanOrEqualTo(memory.limit());

            memory.release(others);
            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }

    private static ConnectionSettings sending(BufferSize size) {
        return ConnectionSettings.builder()
                .sendBuffer(size)
                .receiveBuffer(MAXIMUM)
                .build();
    }
}
