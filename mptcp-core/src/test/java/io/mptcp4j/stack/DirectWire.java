package io.mptcp4j.stack;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;

/** One end of a wire in memory without delay or loss, which allocates nothing. Super-segments arrive as they are. */
final class DirectWire implements PacketDevice {
    private static final int CAPACITY = 512;
    private static final int OCTETS = 66_000;

    private final String name;
    private final DeviceCapabilities capabilities;
    private final ByteBuf memory;
    private final int[] lengths = new int[CAPACITY];
    private final boolean[] trusted = new boolean[CAPACITY];
    private final int slotOctets;
    private DirectWire peer;
    private int head;
    private int count;
    private boolean broken;

    private DirectWire(String name, DeviceCapabilities capabilities) {
        this.name = name;
        this.capabilities = capabilities;
        this.slotOctets = capabilities.maxSuperSegment() > 0 ? OCTETS : 2_048;
        this.memory = Unpooled.directBuffer(CAPACITY * slotOctets, CAPACITY * slotOctets);
    }

    /** Both ends of a wire. */
    static DirectWire[] pair(String name, DeviceCapabilities capabilities) {
        DirectWire a = new DirectWire(name, capabilities);
        DirectWire b = new DirectWire(name, capabilities);
        a.peer = b;
        b.peer = a;
        return new DirectWire[] {a, b};
    }

    /** From now on nothing crosses in either direction. */
    void cut() {
        broken = true;
        peer.broken = true;
    }

    /** Whether packets wait to be received. */
    boolean hasInput() {
        return count > 0;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return 1500;
    }

    @Override
    public DeviceCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        int received = 0;
        while (count > 0) {
            PacketBuffer packet = batch.next();
            if (packet == null) {
                break;
            }
            packet.buffer().setBytes(PacketBatch.RECEIVE_INDEX, memory, head * slotOctets, lengths[head]);
            packet.setBounds(PacketBatch.RECEIVE_INDEX, lengths[head]);
            packet.setChecksumTrusted(trusted[head]);
            head = (head + 1) % CAPACITY;
            count--;
            received++;
        }
        return received;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) {
        for (int i = 0; i < batch.count(); i++) {
            if (peer.count == CAPACITY) {
                return i;
            }
            if (!broken) {
                peer.take(batch.get(i));
            }
        }
        return batch.count();
    }

    private void take(PacketBuffer packet) {
        int slot = (head + count) % CAPACITY;
        int at = slot * slotOctets;
        memory.setBytes(at, packet.buffer(), packet.index(), packet.length());
        at += packet.length();
        for (int i = 0; i < packet.spanCount(); i++) {
            memory.setBytes(at, packet.span(i), packet.spanIndex(i), packet.spanLength(i));
            at += packet.spanLength(i);
        }
        lengths[slot] = packet.totalLength();
        trusted[slot] = packet.hasPartialChecksum();
        count++;
    }

    @Override
    public void close() {
        memory.release();
    }
}
