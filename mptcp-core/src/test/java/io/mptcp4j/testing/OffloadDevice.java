package io.mptcp4j.testing;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.ForwardingDevice;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.SuperSegment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;

/** A device that takes super-segments and unfinished checksums, as a TUN with offload does, before one that does not. */
public final class OffloadDevice extends ForwardingDevice {
    private static final int BATCH = 64;
    private static final int LONGEST_PACKET = 65_535;
    private static final DeviceCapabilities OFFLOAD = new DeviceCapabilities(true, true, true, LONGEST_PACKET);

    private final PacketDevice device;
    private final SuperSegment segments = new SuperSegment();
    private final PacketBatch pieces = PacketBatch.forSending(BATCH, new UnpooledByteBufAllocator(false, true));
    private int cut;

    /** A device before {@code device}, which is closed with this one. */
    public OffloadDevice(PacketDevice device) {
        super(device);
        this.device = device;
    }

    /** Super-segments that have been cut. */
    public int cut() {
        return cut;
    }

    @Override
    public DeviceCapabilities capabilities() {
        return OFFLOAD;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        for (int i = 0; i < batch.count(); i++) {
            PacketBuffer packet = batch.get(i);
            byte[] octets = MiddleboxDevice.octetsOf(packet);
            if (!segments.wrap(Unpooled.wrappedBuffer(octets), 0, octets.length, packet.segmentSize())) {
                add(Unpooled.wrappedBuffer(octets), nowNanos);
                continue;
            }
            cut += segments.count() > 1 ? 1 : 0;
            for (int piece = 0; piece < segments.count(); piece++) {
                ByteBuf into = Unpooled.buffer(segments.longest());
                into.writerIndex(segments.write(piece, into, 0));
                add(into, nowNanos);
            }
        }
        flush(nowNanos);
        return batch.count();
    }

    private void add(ByteBuf packet, long nowNanos) throws IOException {
        if (pieces.isFull()) {
            flush(nowNanos);
        }
        pieces.next().addSpan(packet, 0, packet.readableBytes());
    }

    private void flush(long nowNanos) throws IOException {
        device.transmit(pieces, nowNanos);
        pieces.clear();
    }
}
