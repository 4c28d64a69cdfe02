package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.testing.Allocations;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop allocates nothing for a packet, once the streams have seen some. */
class StreamAllocationTest {
    private static final int PACKETS = 100_000;
    private static final int FILLINGS = 100;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final ByteBuf packet = Unpooled.directBuffer(65_792, 65_792).writeZero(65_792);
    private final byte[] application = new byte[256 * 1024];

    @AfterEach
    void release() {
        packet.release();
    }

    @Test
    void receivingInOrderAllocatesNothing() {
        ReceiveStream stream = new ReceiveStream(allocator, budget, 4 << 20);

        assertAllocatesNothing(() -> receive(stream, 1460, false));

        stream.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void receivingSuperSegmentsAllocatesNothing() {
        ReceiveStream stream = new ReceiveStream(allocator, budget, 4 << 20);

        assertAllocatesNothing(() -> receive(stream, 60_000, false));

        stream.close();
        assertThat(packet.refCnt()).isEqualTo(1);
    }

    @Test
    void receivingOutOfOrderAllocatesNothing() {
        ReceiveStream stream = new ReceiveStream(allocator, budget, 4 << 20);

        assertAllocatesNothing(() -> receive(stream, 1460, true));

        stream.close();
        assertThat(budget.used()).isZero();
    }

    @Test
    void readingAndReleasingWhatIsSentAllocatesNothing() {
        // Netty's leak detection, where it is on, allocates as buffers are released.
        ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        try {
            assertSendingAllocatesNothing();
        } finally {
            ResourceLeakDetector.setLevel(level);
        }
    }

    private void assertSendingAllocatesNothing() {
        SendStream stream = new SendStream(new PooledByteBufAllocator(true), budget, 8 << 20);
        PacketBuffer outgoing = new PacketBuffer(packet);
        Allocations.assertNoneTold(() -> {
            long allocated = 0;
            for (int i = 0; i < FILLINGS; i++) {
                while (stream.write(application, 0, application.length) > 0) {
                    // until it is full
                }
                long before = Allocations.soFar();
                send(stream, outgoing);
                allocated += Allocations.soFar() - before;
            }
            return allocated;
        });

        stream.close();
    }

    /** Everything written leaves in super-segments, and is acknowledged a little later. */
    private static void send(SendStream stream, PacketBuffer outgoing) {
        long position = stream.released();
        for (int length = 1; length > 0; position += length) {
            outgoing.clear();
            length = stream.readable(position, 65_160, 16);
            stream.read(position, length, outgoing);
            stream.release(Math.max(stream.released(), position - 500_000));
        }
        stream.release(position);
    }

    /** One batch of 64 packets, perhaps each second one before the one it follows; then the application reads all. */
    private void receive(ReceiveStream stream, int length, boolean swapped) {
        long start = stream.nextPosition();
        for (int i = 0; i < 64; i++) {
            int place = swapped ? i ^ 1 : i;
            boolean accepted = stream.accept(start + (long) place * length, packet, 64, length);
            assert accepted;
        }
        stream.publish();
        while (stream.read(application, 0, application.length) > 0) {
            // until it is empty
        }
        assert stream.window() == stream.capacity();
    }

    private static void assertAllocatesNothing(Runnable batch) {
        for (int i = 0; i < 1000; i++) {
            batch.run();
        }
        Allocations.assertNoneIn(() -> {
            for (int i = 0; i < PACKETS / 64; i++) {
                batch.run();
            }
        });
    }
}
