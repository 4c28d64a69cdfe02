package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hot path of the whole stack leaves nothing behind for the collector. */
class StackAllocationTest {
    private static final int SEGMENTS = 100_000;
    private static final int WARM_UP = 200_000;
    private static final int ROUNDS = 3;
    private static final long TRACE = 1_024;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
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
        assertThat(allocatedOver(DeviceCapabilities.NONE, 1)).isZero();
    }

    @Test
    void norDoSuperSegments() {
        assertThat(allocatedOver(new DeviceCapabilities(true, true, true, 65_535), 1))
                .isZero();
    }

    @Test
    void norDoFourSubflows() {
        assertThat(allocatedOver(DeviceCapabilities.NONE, 2)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redundant", "blest", "ecf", "round-robin"})
    void norDoesAnyScheduler(String name) {
        ConnectionSettings settings =
                ConnectionSettings.builder().scheduler(Schedulers.byName(name)).build();
        assertThat(allocatedOver(DeviceCapabilities.NONE, 1, settings)).isZero();
    }

    @Test
    void norDoChecksums() {
        ConnectionSettings checked =
                ConnectionSettings.builder().checksums(true).build();

        assertThat(allocatedOver(DeviceCapabilities.NONE, 1, checked)).isZero();
        assertThat(allocatedOver(new DeviceCapabilities(true, true, true, 65_535), 1, checked))
                .isZero();
    }

    private long allocatedOver(DeviceCapabilities capabilities, int wires) {
        return allocatedOver(capabilities, wires, ConnectionSettings.DEFAULT);
    }

    private long allocatedOver(DeviceCapabilities capabilities, int wires, ConnectionSettings settings) {
        StackPair pair = new StackPair(wires, StackSettings.DEFAULT, capabilities);
        pair.settings = settings;
        Listener listener = pair.listen(1);
        MptcpConnection sender = pair.connect(new StackPair.Recorder());
        pair.run(() -> listener.acceptable() == 1, 50);
        MptcpConnection receiver = listener.accept(new StackPair.Recorder());

        transfer(pair, sender, receiver, WARM_UP);
        long allocated = transfer(pair, sender, receiver, SEGMENTS);
        // Once, in a JVM that had run other tests, a round left 64 octets; what did it is not known (perhaps the
        // compiler,
        // which makes real objects of what it had kept in registers when it takes an assumption back). What the code
        // itself allocates for segments comes back each round, so one round must be clean and none may leave more
        // than that kind of trace.
        for (int round = 1; round < ROUNDS && allocated != 0; round++) {
            assertThat(allocated).as("octets allocated in round %d", round).isLessThan(TRACE);
            allocated = transfer(pair, sender, receiver, SEGMENTS);
        }

        // IPv4 and IPv6 over each wire.
        assertThat(receiver.subflowCount()).isEqualTo(2 * wires);
        return allocated;
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
            long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
            pair.turn();
            allocated += threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
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
