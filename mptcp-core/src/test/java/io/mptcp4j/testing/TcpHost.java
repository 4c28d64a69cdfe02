package io.mptcp4j.testing;

import io.mptcp4j.congestion.CongestionControllers;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.stream.ReceiveStream;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.SegmentOutput;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.tcp.UpperLayer;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpHeaderWriter;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The smallest host: one TCP connection over one IPv4 device, without a stack and without MPTCP, and an application. What
 * goes wrong between two of these is the fault of {@code tcp} or of a stream.
 */
public final class TcpHost implements SimulatedNetwork.Host, UpperLayer, SegmentOutput {
    private static final int TCP = 6;
    private static final int IPV4_HEADER = 20;
    private static final int BUFFER = 256 << 10;

    private final PacketDevice device;
    private final FourTuple tuple;
    private final TransferEnd application;
    private final TcpConnection connection;
    private final boolean isClient;
    private final PacketBatch incoming = PacketBatch.forReceiving(32, UnpooledByteBufAllocator.DEFAULT);
    private final PacketBatch outgoing = PacketBatch.forSending(32, UnpooledByteBufAllocator.DEFAULT);
    private final MemoryBudget budget = new MemoryBudget(1L << 30);
    private final SendStream sendStream = new SendStream(UnpooledByteBufAllocator.DEFAULT, budget, BUFFER);
    private final ReceiveStream receiveStream = new ReceiveStream(UnpooledByteBufAllocator.DEFAULT, budget, BUFFER);
    private final TcpView view = new TcpView();
    private final TcpOptions options = new TcpOptions();

    private boolean started;
    private long transmitted;
    private long advertisedWindow;
    private long now;
    private String end;

    /** A host; a client opens the connection in its first turn. */
    public TcpHost(
            PacketDevice device,
            FourTuple tuple,
            boolean isClient,
            TcpSettings settings,
            TransferEnd application,
            SeededEntropy entropy) {
        this.device = device;
        this.tuple = tuple;
        this.isClient = isClient;
        this.application = application;
        connection = new TcpConnection(
                tuple,
                settings,
                this,
                this,
                CongestionControllers.byName("reno"),
                new StackCounters(),
                entropy.nextInt(),
                entropy.nextInt());
    }

    @Override
    public void turn(long nowNanos) {
        now = nowNanos;
        if (isClient && !started) {
            started = true;
            connection.open(now);
        }
        input();
        receiveStream.publish();
        if (application.read(receiveStream) && receiveWindow() - advertisedWindow >= BUFFER / 4) {
            connection.requestAck();
        }
        application.write(sendStream);
        if (!connection.isClosed() || !started) {
            output();
        }
    }

    @Override
    public long nextDeadline() {
        long next = Math.min(device.nextArrival(), started ? connection.nextDeadline() : Long.MAX_VALUE);
        return started && connection.hasPending() ? now : next;
    }

    /** The connection. */
    public TcpConnection connection() {
        return connection;
    }

    /** How the connection ended; null while it has not. */
    public String end() {
        return end;
    }

    /** Gives all buffers back. */
    public void release() {
        incoming.release();
        outgoing.release();
        sendStream.close();
        receiveStream.close();
    }

    private void input() {
        incoming.clear();
        try {
            device.receive(incoming, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (int i = 0; i < incoming.count(); i++) {
            PacketBuffer packet = incoming.get(i);
            byte[] octets = new byte[packet.totalLength()];
            packet.buffer().getBytes(packet.index(), octets);
            if (Segment.parse(octets) == null) {
                continue;
            }
            view.wrap(packet.buffer(), packet.index() + IPV4_HEADER, packet.length() - IPV4_HEADER);
            options.parse(view);
            if (started) {
                connection.segmentArrives(view, options, now);
            } else if (view.isSyn()) {
                started = true;
                connection.accept(view, options, now);
            }
        }
    }

    private void output() {
        if (connection.nextDeadline() <= now) {
            connection.advance(now);
        }
        outgoing.clear();
        connection.sendPending(now, 64);
        while (true) {
            int length = sendStream.readable(transmitted, 1 << 16, PacketBuffer.MAX_SPANS / 2);
            if (length == 0) {
                break;
            }
            int taken = connection.transmit(transmitted, length, transmitted + length < sendStream.written(), now);
            if (taken == 0) {
                break;
            }
            transmitted += taken;
        }
        if (application.isFinished() && transmitted == sendStream.written()) {
            connection.close(now);
        }
        connection.sendPending(now, 64);
        connection.sendAcknowledgment(now);
        flush();
    }

    private void flush() {
        try {
            device.transmit(outgoing, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        outgoing.clear();
    }

    // ---- SegmentOutput

    @Override
    public PacketBuffer begin(FourTuple of) {
        PacketBuffer packet = outgoing.next();
        if (packet == null) {
            flush();
            packet = outgoing.next();
        }
        return packet;
    }

    @Override
    public void send(FourTuple of, PacketBuffer packet, int headerLength, int segmentSize) {
        ByteBuf buffer = packet.buffer();
        int length = headerLength + packet.payloadLength();
        int at = TRANSPORT_INDEX - IPV4_HEADER;
        int source = tuple.localAddress().ipv4Bits();
        int destination = tuple.remoteAddress().ipv4Bits();
        IpHeaderWriter.writeIpv4(buffer, at, length, TCP, source, destination, 0, 0, 64);
        packet.setBounds(at, IPV4_HEADER + headerLength);
        ByteBuf whole = Unpooled.buffer(length);
        whole.writeBytes(buffer, TRANSPORT_INDEX, headerLength);
        for (int i = 0; i < packet.spanCount(); i++) {
            whole.writeBytes(packet.span(i), packet.spanIndex(i), packet.spanLength(i));
        }
        int pseudo = Checksum.pseudoHeaderIpv4(source, destination, TCP, length);
        int sum = Checksum.add(pseudo, Checksum.sum(whole, 0, length));
        buffer.setShort(TRANSPORT_INDEX + TcpView.CHECKSUM_OFFSET, Checksum.complement(sum));
    }

    @Override
    public void cancel(FourTuple of, PacketBuffer packet) {
        outgoing.unclaim();
    }

    @Override
    public int pathMtu(FourTuple of) {
        return device.mtu();
    }

    @Override
    public int maxSuperSegmentPayload(FourTuple of) {
        return 0;
    }

    // ---- UpperLayer

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        return 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index, int length) {}

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions of, long window, long nowNanos) {
        return Verdict.ACCEPT;
    }

    @Override
    public long receiveWindow() {
        advertisedWindow = receiveStream.window();
        return advertisedWindow;
    }

    @Override
    public boolean onOctets(int ssn, ByteBuf octets, int index, int length) {
        return receiveStream.accept(Integer.toUnsignedLong(ssn) - 1, octets, index, length);
    }

    @Override
    public void readOctets(long position, int length, PacketBuffer into) {
        sendStream.read(position, length, into);
    }

    @Override
    public boolean mayTransmit() {
        return true;
    }

    @Override
    public void onEstablished(long nowNanos) {}

    @Override
    public void onAcked(long nowNanos) {
        sendStream.release(Math.min(transmitted, connection.lowestOutstanding()));
    }

    @Override
    public void onFin(int ssn, long nowNanos) {
        receiveStream.finish(Integer.toUnsignedLong(ssn) - 1);
    }

    @Override
    public void onReset(TcpView segment, TcpOptions of, boolean refused, long nowNanos) {
        end = refused ? "refused" : "reset";
    }

    @Override
    public void onRetransmissionTimeout(int consecutive, long nowNanos) {}

    @Override
    public void onTimedOut(long nowNanos) {
        end = "timed out";
    }

    @Override
    public void onClosed(long nowNanos) {
        end = end == null ? "closed" : end;
    }
}
