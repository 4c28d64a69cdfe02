package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
    private static final int FIRST = 1_000;
    private static final long IDLE_NANOS = 10_000_000_000L;
    private static final int IDLE_TURNS = 200_000;
    private static final int FEW_MORE = 6;
    private static final int PAGES = 50_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final byte[] octets = new byte[64 << 10];

    /** Netty looks for leaks by noting where one buffer in 128 was last seen. */
    @BeforeEach
    void stopLookingForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    }

    /**
     * When the JVM compiles a method of a class for the first time it makes, in the thread that ran it, a string of each constant in
     * that class: 2,248 octets for Netty's allocator, of which the streams take pages so rarely that it would come in the midst.
     */
    @BeforeAll
    static void letTheCompilerSeeTheAllocator() {
        for (int i = 0; i < PAGES; i++) {
            PooledByteBufAllocator.DEFAULT.directBuffer(octetsOfPage(i)).release();
        }
    }

    private static int octetsOfPage(int i) {
        return 1 << 10 + i % 7;
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
        // Once there are four, the pairs of addresses that lie on different wires are not tried again, which allocates.
        ConnectionSettings four = ConnectionSettings.builder().maxSubflows(4).build();
        assertThat(allocatedOver(DeviceCapabilities.NONE, 2, four)).isZero();
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

        // What comes with time comes now for the first time: after the first octets there are joins, and those that
        // failed are tried again.
        transfer(pair, sender, receiver, FIRST);
        long end = pair.now + IDLE_NANOS;
        assertThat(pair.run(() -> pair.now >= end, IDLE_TURNS)).isTrue();
        transfer(pair, sender, receiver, WARM_UP);
        // The compiler leaves strings behind (see above) and goes on for as long as it is kept busy by others.
        for (int more = 0; more < FEW_MORE && transfer(pair, sender, receiver, SEGMENTS) != 0; more++) {
            continue;
        }
        long allocated = transfer(pair, sender, receiver, SEGMENTS);
        // A class of ours may still be compiled for the first time, and has fewer strings. What the code itself
        // allocates for segments comes back each round, so one round must be clean and none may leave more than
        // that kind of trace.
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
