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

/** The receive buffer grows with what the reader takes in a round trip. */
class ReceiveTuningTest {
    private static final ConnectionSettings TUNED = receiving(new BufferSize(INITIAL, MAXIMUM));
    private static final ConnectionSettings LARGE = receiving(BufferSize.fixed(MAXIMUM));

    @SideBySide
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"10, 5", "100, 25", "100, 100", "400, 40"})
    void aTransferIsAsQuickAsWithALargeBufferFromTheBegin(double rate, double delay) {
        List<LinkProfile> path = List.of(SchedulerRun.path(rate, delay));

        assertAsQuick(TUNED, LARGE, 20 * product(rate, delay), path, 1.03, Duration.ZERO);
    }

    /** Whose own stream has ended receives all the same (RFC 9293 3.6, case 1). */
    @SideBySide
    @Test
    void itGrowsAlsoForPlainTcpThatHasClosedItsOwnDirection() {
        Duration large = ofPlainTcp(LARGE);

        assertThat(ofPlainTcp(TUNED)).isLessThan(large.multipliedBy(103).dividedBy(100));
    }

    /** The server has nothing to send and closes at once. */
    private static Duration ofPlainTcp(ConnectionSettings settings) {
        ConnectionSettings plain = settings.toBuilder().multipath(false).build();
        try (TwoHosts hosts = hosts(plain, SchedulerRun.path(100, 25))) {
            return hosts.transfer(20 * product(100, 25), 0).assertIntact().duration();
        }
    }

    @SideBySide
    @ParameterizedTest(name = "{0} and {1} ms")
    @CsvSource({"10, 10", "10, 50", "5, 100"})
    void itCoversTheSlowestOfTwoPaths(double quick, double slow) {
        // what comes on the quick path waits for what is on the slow one (RFC 8684 3.3.5)
        List<LinkProfile> paths = List.of(SchedulerRun.path(50, quick), SchedulerRun.path(50, slow));

        // Of paths that look alike each carries all octets while the window is small (ADR 19): a round trip of both is
        // lost.
        Duration tested = quick == slow ? Duration.ofMillis((long) (2 * slow)) : Duration.ZERO;
        assertAsQuick(TUNED, LARGE, 40 * product(100, slow), paths, 1.05, tested);
    }

    @SideBySide
    @Test
    void itGrowsWithTheDelayProductAndNotToTheBound() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(20, 20))) {
            // 20 Mbit/s in 40 ms are 100 KB; the queue holds as much again.
            MptcpConnection receiver = run(hosts, 20_000_000);

            assertThat(receiver.receiveStream().capacity()).isBetween(200_000, 2_000_000);
        }
    }

    @SideBySide
    @Test
    void itNeverGrowsBeyondItsBound() {
        try (TwoHosts hosts = hosts(receiving(new BufferSize(INITIAL, 150_000)), SchedulerRun.path(100, 50))) {
            MptcpConnection receiver = run(hosts, 10_000_000);

            assertThat(receiver.receiveStream().capacity()).isEqualTo(150_000);
        }
    }

    @SideBySide
    @Test
    void aFixedBufferStaysAsItIs() {
        try (TwoHosts hosts = hosts(receiving(BufferSize.fixed(INITIAL)), SchedulerRun.path(100, 50))) {
            MptcpConnection receiver = run(hosts, 2_000_000);

            assertThat(receiver.receiveStream().capacity()).isEqualTo(INITIAL);
        }
    }

    @SideBySide
    @Test
    void whoSetsItWhileItGrowsHasWhatHeSetFromThenOn() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(20_000_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 5_000_000);
            MptcpConnection receiver = transfer.server().connection();
            assertThat(receiver.receiveStream().capacity()).isGreaterThan(INITIAL);

            receiver.changeSettings(
                    receiver.settings().toBuilder().receiveBuffer(100_000).build(),
                    hosts.network().clock().now());
            transfer.finish().assertIntact();

            assertThat(receiver.receiveStream().capacity()).isEqualTo(100_000);
        }
    }

    @SideBySide
    @Test
    void otherSettingsLeaveWhatHasGrown() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(20_000_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 5_000_000);
            MptcpConnection receiver = transfer.server().connection();
            int grown = receiver.receiveStream().capacity();

            receiver.changeSettings(receiver.settings(), hosts.network().clock().now());

            assertThat(receiver.receiveStream().capacity()).isEqualTo(grown);
        }
    }

    @SideBySide
    @Test
    void aReaderWhoDoesNotReadGetsNoLargerBuffer() {
        try (TwoHosts hosts = hosts(TUNED, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(20_000_000, 0);
            transfer.runUntil(() -> transfer.server().connection() != null);
            transfer.server().application().setReading(false);
            transfer.runFor(Duration.ofSeconds(10));

            assertThat(transfer.server().connection().receiveStream().capacity())
                    .isEqualTo(INITIAL);
            assertThat(transfer.server().connection().receivedOctets()).isLessThanOrEqualTo(INITIAL);
        }
    }

    @SideBySide
    @Test
    void whileMemoryIsShortItDoesNotGrowAndTheWindowIsWhatIsFair() {
        StackSettings little = StackSettings.builder().memoryLimit(4 << 20).build();
        try (TwoHosts hosts = hosts(TUNED, little, SchedulerRun.path(100, 25))) {
            Transfer transfer = hosts.begin(40_000_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 400_000);
            MptcpConnection receiver = transfer.server().connection();
            int grown = receiver.receiveStream().capacity();
            MemoryBudget memory = hosts.server().memory();
            assertThat(grown).isGreaterThan(INITIAL).isGreaterThan(memory.fairOctets());

            // when others take what there is
            long others = memory.limit() / 8 * 5 - memory.used();
            assertThat(memory.tryReserve(others)).isTrue();
            transfer.runFor(Duration.ofSeconds(2));

            // then the transfer goes on, as quickly as the fair window lets it
            assertThat(memory.isShort()).isTrue();
            assertThat(receiver.receiveStream().capacity()).isEqualTo(grown);
            assertThat(transfer.client().connection().subflow(0).tcp().sendWindow())
                    .isPositive()
                    .isLessThanOrEqualTo(memory.fairOctets());
            long before = transfer.server().application().received();
            transfer.runFor(Duration.ofSeconds(1));
            assertThat(transfer.server().application().received()).isGreaterThan(before + memory.fairOctets());

            memory.release(others);
            transfer.finish().assertIntact();
            assertThat(receiver.receiveStream().capacity()).isGreaterThan(grown);
        }
    }

    @SideBySide
    @Test
    void withoutTimestampsToo() {
        ConnectionSettings settings = TUNED.toBuilder()
                .tcp(TUNED.tcp().toBuilder().timestamps(false).build())
                .build();
        List<LinkProfile> path = List.of(SchedulerRun.path(100, 25));
        long octets = 20 * product(100, 25);

        assertAsQuick(settings, TUNED, octets, path, 1.1, Duration.ZERO);
    }

    private static ConnectionSettings receiving(BufferSize size) {
        return ConnectionSettings.builder()
                .receiveBuffer(size)
                .sendBuffer(MAXIMUM)
                .build();
    }

    private static MptcpConnection run(TwoHosts hosts, long octets) {
        Transfer transfer = hosts.begin(octets, 0);
        transfer.runUntil(() -> transfer.server().connection() != null);
        MptcpConnection receiver = transfer.server().connection();
        transfer.finish().assertIntact();
        return receiver;
    }
}
