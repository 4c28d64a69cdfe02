package io.mptcp4j.tun.testing;

import io.mptcp4j.device.ForwardingDevice;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.Checksum;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A box between a stack and its device that alters an octet of payload when it is told to, with a right TCP checksum: what
 * only a DSS checksum shows.
 */
public final class OctetFlipper {
    private static final int LEAST_PAYLOAD = 1_000;
    private static final int CHECKSUM_AT = 16;
    private static final int IPV6_HEADER = 40;
    private static final int TCP = 6;

    private final AtomicInteger outgoing = new AtomicInteger();
    private final AtomicInteger incoming = new AtomicInteger();
    private final AtomicInteger flipped = new AtomicInteger();

    /** Alters an octet of the next large segment that we send for the first time. */
    public void flipOutgoing() {
        outgoing.incrementAndGet();
    }

    /** Alters an octet of the next large segment that comes to us for the first time. */
    public void flipIncoming() {
        incoming.incrementAndGet();
    }

    /** How many octets were altered. */
    public int flipped() {
        return flipped.get();
    }

    /** The device with this box before it. */
    public PacketDevice on(PacketDevice device) {
        return new Box(device);
    }

    private static int tcpAt(PacketBuffer packet) {
        ByteBuf buffer = packet.buffer();
        int at = packet.index();
        boolean ipv4 = buffer.getByte(at) >>> 4 == 4;
        int protocol = buffer.getByte(at + (ipv4 ? 9 : 6));
        int length = ipv4 ? (buffer.getByte(at) & 0xf) * 4 : IPV6_HEADER;
        return protocol == TCP ? at + length : -1;
    }

    private static int payloadAt(PacketBuffer packet) {
        int tcp = tcpAt(packet);
        return tcp < 0 ? Integer.MAX_VALUE : tcp + (packet.buffer().getByte(tcp + 12) >>> 4 & 0xf) * 4;
    }

    /** Alters the octet at this index, which lies at an even or odd offset of the payload, and the checksum with it. */
    private static void flip(PacketBuffer packet, ByteBuf octets, int index, int offset, boolean repair) {
        int before = octets.getUnsignedByte(index);
        int after = before ^ 0x20;
        octets.setByte(index, after);
        if (repair) {
            int shift = (offset & 1) == 0 ? 8 : 0;
            int field = tcpAt(packet) + CHECKSUM_AT;
            int checksum = packet.buffer().getUnsignedShort(field);
            packet.buffer().setShort(field, Checksum.update(checksum, before << shift, after << shift));
        }
    }

    /** Where the octets end that have been seen in one direction: what comes again may come in vain. */
    private static final class Seen {
        private boolean any;
        private int end;

        /** Notes a segment; whether all of it is new. */
        boolean isNew(PacketBuffer packet, int payloadLength) {
            int from = packet.buffer().getInt(tcpAt(packet) + 4);
            boolean isNew = any && SequenceNumber.greaterOrEqual(from, end);
            if (!any || SequenceNumber.greaterThan(from + payloadLength, end)) {
                end = from + payloadLength;
            }
            any = true;
            return isNew;
        }
    }

    private final class Box extends ForwardingDevice {
        private final Seen in = new Seen();
        private final Seen out = new Seen();

        Box(PacketDevice device) {
            super(device);
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) throws IOException {
            int first = batch.count();
            int received = super.receive(batch, nowNanos);
            for (int i = first; i < batch.count(); i++) {
                PacketBuffer packet = batch.get(i);
                int from = payloadAt(packet);
                int length = packet.index() + packet.length() - from;
                boolean isNew = length > 0 && in.isNew(packet, length);
                if (isNew && length >= LEAST_PAYLOAD && incoming.get() > 0) {
                    flip(packet, packet.buffer(), from + length / 2, length / 2, !packet.isChecksumTrusted());
                    incoming.decrementAndGet();
                    flipped.incrementAndGet();
                }
            }
            return received;
        }

        @Override
        public int transmit(PacketBatch batch, long nowNanos) throws IOException {
            PacketBuffer altered = null;
            int at = 0;
            for (int i = 0; i < batch.count(); i++) {
                PacketBuffer packet = batch.get(i);
                boolean isNew = packet.spanCount() > 0 && out.isNew(packet, payloadOf(packet));
                boolean isLarge = isNew && packet.spanLength(0) >= LEAST_PAYLOAD;
                if (isLarge && outgoing.get() > 0 && altered == null) {
                    altered = packet;
                    at = i;
                    flipSpan(packet);
                }
            }
            int taken = super.transmit(batch, nowNanos);
            if (altered != null && at < taken) {
                outgoing.decrementAndGet();
                flipped.incrementAndGet();
            }
            if (altered != null) {
                // The page is the stream's, and what is sent again from it shall be right.
                flipSpan(altered);
            }
            return taken;
        }

        private int payloadOf(PacketBuffer packet) {
            int length = 0;
            for (int i = 0; i < packet.spanCount(); i++) {
                length += packet.spanLength(i);
            }
            return length;
        }

        private void flipSpan(PacketBuffer packet) {
            int offset = packet.spanLength(0) / 2;
            flip(packet, packet.span(0), packet.spanIndex(0) + offset, offset, !packet.hasPartialChecksum());
        }
    }
}
