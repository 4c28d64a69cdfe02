package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.RandomKeys;
import io.mptcp4j.socket.LocalServerGroup;
import io.mptcp4j.testing.Allocations;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets on their way to another server leave nothing behind for the collector. */
class RelayAllocationTest {
    private static final int BATCHES = 2_000;
    private static final int BATCH = 64;
    private static final int OF_SERVER_1 = 0x8000_0000;

    private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, allocator);
    private final PacketBatch relayed = PacketBatch.forReceiving(BATCH, allocator);
    private final LocalServerGroup servers = new LocalServerGroup(2);
    private final ServerGroup owner = servers.join(1);
    private final Stack stack = new Stack(
            StackSettings.DEFAULT,
            new SeededEntropy(1),
            allocator,
            new RandomKeys(new SeededEntropy(2)),
            servers.join(0));

    @BeforeEach
    void stopLookingForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        stack.addDevice(new MemoryDevice("m0"), InterfaceSettings.of(TestHost.IPV4 + "/24"));
    }

    @AfterEach
    void lookForLeaksAgain() {
        ResourceLeakDetector.setLevel(level);
        incoming.release();
        relayed.release();
    }

    @Test
    void relayedPacketsAllocateNothingAfterWarmUp() {
        // given
        Segment segment = TestHost.segment(1, 443).seq(1);
        Option join = Option.written(into -> MpJoin.writeSyn(into, 0, false, 2, OF_SERVER_1, 9));
        pass(segment.copy().flags(TcpFlags.SYN).option(join).toBytes(), 1);
        byte[] packet = segment.ack(1).payload(new byte[1_400]).toBytes();

        // when, then
        Allocations.assertNoneIn(() -> pass(packet, BATCHES));
        assertThat(stack.counters().get(Counter.PACKETS_RELAYED)).isGreaterThan((long) BATCHES * BATCH);
        assertThat(stack.relayCount()).isEqualTo(1);
    }

    private void pass(byte[] packet, int batches) {
        for (int i = 0; i < batches; i++) {
            incoming.clear();
            for (PacketBuffer slot = incoming.next(); slot != null; slot = incoming.next()) {
                slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, packet);
                slot.setBounds(PacketBatch.RECEIVE_INDEX, packet.length);
            }
            stack.input(0, incoming, i);
            relayed.clear();
            owner.receive(relayed, i);
        }
    }
}
