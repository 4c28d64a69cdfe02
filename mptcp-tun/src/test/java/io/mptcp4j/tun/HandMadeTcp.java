package io.mptcp4j.tun;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The least TCP that can talk to the kernel over a device that loses nothing: it answers a SYN, acknowledges each packet,
 * and sends what it is told to, without looking at windows or timers.
 */
final class HandMadeTcp implements AutoCloseable {
    static final int FIN = 1;
    static final int SYN = 2;
    static final int RST = 4;
    static final int ACK = 16;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int SEGMENT = 1400;

    final PacketBatch in = PacketBatch.forReceiving(16, ByteBufAllocator.DEFAULT);
    private final PacketBatch out = PacketBatch.forSending(1, ByteBufAllocator.DEFAULT);
    private final TunDevice device;
    private final TunPoller poller;
    private final IpAddress own;
    private final IpAddress peer;
    private int ownPort;
    private int peerPort;
    private int sndNxt = 1000;
    private int rcvNxt;

    int largestPacket;
    int largestSegmentSize;
    int untrustedChecksums;
    int wrongChecksums;
    boolean isFinished;

    HandMadeTcp(TunDevice device, IpAddress own, IpAddress peer) throws IOException {
        this.device = device;
        this.poller = TunPoller.open(List.of(device));
        this.own = own;
        this.peer = peer;
    }

    /** Waits for the kernel's SYN and answers it with these flags. */
    void answerSyn(int flags) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            PacketBatch batch = nextBatch(deadline);
            for (int i = 0; i < batch.count(); i++) {
                PacketBuffer packet = batch.get(i);
                if (isTcp(packet) && (flags(packet) & SYN) != 0) {
                    int tcp = RawPackets.transport(packet);
                    peerPort = packet.buffer().getUnsignedShort(tcp);
                    ownPort = packet.buffer().getUnsignedShort(tcp + 2);
                    rcvNxt = packet.buffer().getInt(tcp + 4) + 1;
                    note(packet);
                    send(flags, Unpooled.EMPTY_BUFFER);
                    sndNxt += (flags & SYN) != 0 ? 1 : 0;
                    return;
                }
            }
        }
    }

    /** Acknowledges what comes until the kernel has finished; adds the octets to {@code into}. */
    void receiveAll(ByteBuf into) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!isFinished) {
            PacketBatch batch = nextBatch(deadline);
            for (int i = 0; i < batch.count(); i++) {
                if (isTcp(batch.get(i))) {
                    take(batch.get(i), into);
                }
            }
            send(ACK, Unpooled.EMPTY_BUFFER);
        }
    }

    /** Sends octets as one packet, or one super-segment when they are long, in as many spans as there are buffers. */
    void send(int flags, ByteBuf... payload) throws IOException {
        out.clear();
        PacketBuffer packet = out.next();
        int length = 0;
        for (ByteBuf span : payload) {
            packet.addSpan(span, span.readerIndex(), span.readableBytes());
            length += span.readableBytes();
        }
        int ipLength = RawPackets.ipHeaderLength(own);
        int tcpLength = (flags & SYN) != 0 ? 28 : 20;
        writeTcp(packet.buffer(), RawPackets.INDEX + ipLength, flags, tcpLength);
        RawPackets.writeIp(packet.buffer(), own, peer, RawPackets.TCP, tcpLength + length);
        packet.setBounds(RawPackets.INDEX, ipLength + tcpLength);
        checksum(packet, tcpLength + length, payload);
        if (length > SEGMENT) {
            packet.setSegmentSize(SEGMENT);
        }
        sndNxt += length;
        if (device.transmit(out, 0) != 1) {
            throw new IOException("the device did not take the packet");
        }
    }

    @Override
    public void close() {
        poller.close();
        in.release();
        out.release();
    }

    private void checksum(PacketBuffer packet, int transportLength, ByteBuf... payload) {
        int tcp = RawPackets.INDEX + RawPackets.ipHeaderLength(own);
        int sum = RawPackets.pseudoHeader(own, peer, RawPackets.TCP, transportLength);
        if (device.capabilities().checksumOffload()) {
            packet.buffer().setShort(tcp + 16, sum);
            packet.setPartialChecksum(tcp - RawPackets.INDEX, 16);
        } else {
            ByteBuf whole =
                    Unpooled.buffer().writeBytes(packet.buffer(), tcp, packet.length() + RawPackets.INDEX - tcp);
            for (ByteBuf span : payload) {
                whole.writeBytes(span, span.readerIndex(), span.readableBytes());
            }
            packet.buffer().setShort(tcp + 16, ~RawPackets.fold(sum + RawPackets.sum(whole, 0, whole.writerIndex())));
        }
    }

    private void writeTcp(ByteBuf buffer, int tcp, int flags, int headerLength) {
        buffer.setShort(tcp, ownPort);
        buffer.setShort(tcp + 2, peerPort);
        buffer.setInt(tcp + 4, sndNxt);
        buffer.setInt(tcp + 8, rcvNxt);
        buffer.setByte(tcp + 12, headerLength << 2);
        buffer.setByte(tcp + 13, flags);
        buffer.setShort(tcp + 14, 0xffff);
        buffer.setInt(tcp + 16, 0);
        if (headerLength > 20) {
            buffer.setInt(tcp + 20, 0x0204_0000 | SEGMENT); // MSS
            buffer.setInt(tcp + 24, 0x0103_0308); // NOP, window scale 8
        }
    }

    private void take(PacketBuffer packet, ByteBuf into) {
        note(packet);
        ByteBuf buffer = packet.buffer();
        int tcp = RawPackets.transport(packet);
        int headerLength = (buffer.getByte(tcp + 12) & 0xf0) >> 2;
        int length = packet.index() + packet.length() - tcp - headerLength;
        if (buffer.getInt(tcp + 4) != rcvNxt) {
            return;
        }
        into.writeBytes(buffer, tcp + headerLength, length);
        boolean fin = (flags(packet) & FIN) != 0;
        isFinished |= fin;
        rcvNxt += length + (fin ? 1 : 0);
    }

    private void note(PacketBuffer packet) {
        largestPacket = Math.max(largestPacket, packet.length());
        largestSegmentSize = Math.max(largestSegmentSize, packet.segmentSize());
        if (!packet.isChecksumTrusted()) {
            untrustedChecksums++;
            int tcp = RawPackets.transport(packet);
            int length = packet.index() + packet.length() - tcp;
            int pseudo = RawPackets.pseudoHeader(peer, own, RawPackets.TCP, length);
            if (RawPackets.fold(pseudo + RawPackets.sum(packet.buffer(), tcp, length)) != 0xffff) {
                wrongChecksums++;
            }
        }
    }

    private PacketBatch nextBatch(long deadline) throws IOException {
        in.clear();
        while (device.receive(in, 0) == 0) {
            long left = deadline - System.nanoTime();
            if (left < 0) {
                throw new IOException("the kernel sent nothing for too long");
            }
            poller.await(left);
        }
        return in;
    }

    private static boolean isTcp(PacketBuffer packet) {
        return RawPackets.protocol(packet) == RawPackets.TCP;
    }

    private static int flags(PacketBuffer packet) {
        return packet.buffer().getByte(RawPackets.transport(packet) + 13);
    }
}
