package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.testing.Allocations;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hot path of the whole stack leaves nothing behind for the collector. */
class StackAllocationTest {
    private static final int SEGMENTS = 100_000;
    private static final int WARM_UP = 200_000;
    private static final int FIRST = 1_000;
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final int IDLE_TURNS = 200_000;

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final byte[] octets = new byte[64 << 10];

    /** Netty looks for leaks by noting where one buffer in 128 was last seen. */
    @BeforeEach
    void stopLookingForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    @AfterEach
    void lookForLeaksAgain() {
        ResourceLeakDetector.setLevel(level);
    }

    @Test
    void aHundredThousandSegmentsAllocateNothingAfterWarmUp() {
        assertNothingIsAllocated(DeviceCapabilities.NONE, 1);
    }

    @Test
    void norDoSuperSegments() {
        assertNothingIsAllocated(new DeviceCapabilities(true, true, true, 65_535), 1);
    }

    @Test
    void norDoFourSubflows() {
        // Once there are four, the pairs of addresses that lie on different wires are not tried again, which allocates.
        ConnectionSettings four = ConnectionSettings.builder().maxSubflows(4).build();
        assertNothingIsAllocated(DeviceCapabilities.NONE, 2, four);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redundant", "blest", "ecf", "round-robin"})
    void norDoesAnyScheduler(String name) {
        ConnectionSettings settings =
                ConnectionSettings.builder().scheduler(Schedulers.byName(name)).build();
        assertNothingIsAllocated(DeviceCapabilities.NONE, 1, settings);
    }

    @Test
    void norDoChecksums() {
        ConnectionSettings checked =
                ConnectionSettings.builder().checksums(true).build();

        assertNothingIsAllocated(DeviceCapabilities.NONE, 1, checked);
        assertNothingIsAllocated(new DeviceCapabilities(true, true, true, 65_535), 1, checked);
    }

    private void assertNothingIsAllocated(DeviceCapabilities capabilities, int wires) {
        assertNothingIsAllocated(capabilities, wires, ConnectionSettings.DEFAULT);
    }

    private void assertNothingIsAllocated(DeviceCapabilities capabilities, int wires, ConnectionSettings settings) {
        try (StackPair pair = new StackPair(wires, StackSettings.DEFAULT, capabilities)) {
            pair.settings = settings;
            assertNothingIsAllocated(pair);
        }
    }

    private void assertNothingIsAllocated(StackPair pair) {
        Listener listener = pair.listen(1);
        MptcpConnection sender = pair.connect(new StackPair.Recorder());
        pair.run(() -> listener.acceptable() == 1, 50);
        MptcpConnection receiver = listener.accept(new StackPair.Recorder());

        // What comes with time comes now for the first time: after the first octets there are joins, and those that
        // failed are tried again.
        transfer(pair, sender, receiver, FIRST);
        long end = pair.now + IDLE_NANOS;
        assertThat(pair.run(() -> pair.now >= end, IDLE_TURNS)).isTrue();
        transfer(pair, sender, receiver, WARM_UP);
        Allocations.assertNoneTold(() -> transfer(pair, sender, receiver, SEGMENTS));

        // IPv4 and IPv6 over each wire.
        assertThat(receiver.subflowCount()).isEqualTo(2 * pair.wires.length);
    }

    /**
     * Lets octets flow until so many segments (MSS each) more have arrived at the receiver.
     *
     * @return what both stacks allocated; not what writing and reading did, which is for the application's threads
     */
    private long transfer(StackPair pair, MptcpConnection sender, MptcpConnection receiver, int segments) {
        long end = receiver.receivedOctets() + segments * 1_400L;
        long turns = 0;
        long allocated = 0;
        while (receiver.receivedOctets() < end) {
            if (sender.sendStream().write(octets, 0, octets.length) > 0) {
                sender.onWritten(pair.now);
            }
            long before = Allocations.soFar();
            pair.turn();
            allocated += Allocations.soFar() - before;
            if (receiver.receiveStream().read(octets, 0, octets.length) > 0) {
                receiver.onConsumed(pair.now);
            }
            if (++turns > 20L * segments) {
                throw new AssertionError("stuck after " + pair.server.counters().get(Counter.PACKETS_IN)
                        + " packets at " + receiver.receivedOctets());
            }
        }
        return allocated;
    }
}
