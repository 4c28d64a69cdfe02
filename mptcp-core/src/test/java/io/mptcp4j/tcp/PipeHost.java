package io.mptcp4j.tcp;

import io.mptcp4j.congestion.NewReno;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** One end of a {@link LossyPipe}: sends so many octets of a pattern, reads at a given speed, checks all it gets. */
final class PipeHost implements UpperLayer, SegmentOutput {
    private static final int PERIOD = 65_521;
    private static final int LONGEST_SUPER_SEGMENT = 60_000;
    private static final long PROBE_INTERVAL = 200_000_000L;

    final StackCounters counters = new StackCounters();
    final TcpConnection tcp;
    private final LossyPipe pipe;
    private final ByteBuf pattern = Unpooled.buffer(PERIOD + 65_536);
    private final PacketBuffer packet = new PacketBuffer(Unpooled.buffer(256, 256));
    private final RangeSet received = new RangeSet();
    private final long toSend;
    private final int superSegment;
    private long written;
    private long consumed;
    private long probeAt = Long.MAX_VALUE;

    /** The receive buffer. */
    long capacity = 1 << 20;

    /** Octets read at each turn. */
    long readsEachTurn = Long.MAX_VALUE;

    /** The most octets of one unit. */
    int unit = Integer.MAX_VALUE;

    boolean finReceived;
    boolean closed;
    boolean failed;

    PipeHost(LossyPipe pipe, FourTuple tuple, TcpSettings settings, int iss, long toSend, boolean offload) {
        this.pipe = pipe;
        this.toSend = toSend;
        this.superSegment = offload ? LONGEST_SUPER_SEGMENT : 0;
        for (int i = 0; i < PERIOD + 65_536; i++) {
            pattern.writeByte(at(i));
        }
        tcp = new TcpConnection(tuple, settings, this, this, NewReno::new, counters, iss, iss * 31);
    }

    private static byte at(long position) {
        long inPeriod = position % PERIOD;
        return (byte) (inPeriod ^ inPeriod >> 8);
    }

    /** The loop's output step. */
    void turn(long now) {
        if (tcp.isClosed()) {
            return;
        }
        read();
        tcp.sendPending(now, 1_000);
        while (written < toSend) {
            int n = tcp.transmit(written, (int) Math.min(Math.min(unit, 65_535), toSend - written), isMore(), now);
            if (n == 0) {
                break;
            }
            written += n;
        }
        if (written == toSend) {
            tcp.close(now);
            tcp.sendPending(now, 1_000);
        }
        boolean isShut =
                written < toSend && tcp.state().mayTransmit() && tcp.sendWindow() == 0 && !tcp.hasOutstanding();
        if (!isShut) {
            probeAt = Long.MAX_VALUE;
        } else if (now >= probeAt) {
            tcp.sendProbe(now);
            probeAt = now + PROBE_INTERVAL;
        } else if (probeAt == Long.MAX_VALUE) {
            probeAt = now + PROBE_INTERVAL;
        }
        tcp.sendAcknowledgment(now);
    }

    private boolean isMore() {
        return toSend - written > Math.min(unit, 65_535);
    }

    private void read() {
        long before = receiveWindow();
        consumed += Math.min(readsEachTurn, inOrder() - consumed);
        if (before < 2_000 && receiveWindow() >= 2_000) {
            tcp.requestAck();
        }
    }

    long nextDeadline() {
        long deadline = Math.min(tcp.nextDeadline(), probeAt);
        return hasUnread() ? Math.min(deadline, pipe.now() + 5_000_000L) : deadline;
    }

    private boolean hasUnread() {
        return !closed && inOrder() > consumed;
    }

    long inOrder() {
        return received.isEmpty() || received.first() != 0 ? 0 : received.to(0);
    }

    // ---- UpperLayer

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        return segment.payloadLength() > 0 ? 4 * (int) (segment.unitPosition() / 7 % 3) : 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index, int length) {
        into.setZero(index, length);
        for (int i = 0; i < length; i++) {
            into.setByte(index + i, 1);
        }
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        return Verdict.ACCEPT;
    }

    @Override
    public long receiveWindow() {
        return Math.max(0, capacity - (inOrder() - consumed));
    }

    @Override
    public boolean onOctets(int ssn, ByteBuf octets, int index, int length) {
        long position = ssn - 1L;
        for (int i = 0; i < length; i++) {
            if (octets.getByte(index + i) != at(position + i)) {
                throw new AssertionError("octet " + (position + i));
            }
        }
        long before = received.total();
        received.add(position, position + length);
        if (received.total() != before + length) {
            throw new AssertionError("octets come twice at " + position);
        }
        return true;
    }

    @Override
    public void readOctets(long position, int length, PacketBuffer into) {
        into.addSpan(pattern, (int) (position % PERIOD), length);
    }

    @Override
    public boolean mayTransmit() {
        return true;
    }

    @Override
    public void onEstablished(long nowNanos) {}

    @Override
    public void onAcked(long nowNanos) {}

    @Override
    public void onFin(int ssn, long nowNanos) {
        finReceived = true;
        if (ssn - 1 != inOrder()) {
            throw new AssertionError("FIN at " + ssn);
        }
    }

    @Override
    public void onReset(TcpView segment, TcpOptions options, boolean refused, long nowNanos) {
        failed = true;
    }

    @Override
    public void onRetransmissionTimeout(int consecutive, long nowNanos) {}

    @Override
    public void onTimedOut(long nowNanos) {
        failed = true;
    }

    @Override
    public void onClosed(long nowNanos) {
        closed = true;
    }

    // ---- SegmentOutput

    @Override
    public PacketBuffer begin(FourTuple tuple) {
        packet.clear();
        return packet;
    }

    @Override
    public void send(FourTuple tuple, PacketBuffer given, int headerLength, int segmentSize) {
        int payload = given.payloadLength();
        int each = segmentSize == 0 ? Math.max(1, payload) : segmentSize;
        byte[] whole = new byte[payload];
        int at = 0;
        for (int i = 0; i < given.spanCount(); i++) {
            given.span(i).getBytes(given.spanIndex(i), whole, at, given.spanLength(i));
            at += given.spanLength(i);
        }
        for (int from = 0; from == 0 || from < payload; from += each) {
            int length = Math.min(each, payload - from);
            ByteBuf segment = Unpooled.buffer(headerLength + length);
            segment.writeBytes(given.buffer(), TRANSPORT_INDEX, headerLength);
            segment.writeBytes(whole, from, length);
            segment.setInt(4, segment.getInt(4) + from);
            if (from + length < payload) {
                segment.setByte(13, segment.getByte(13) & ~TcpFlags.PSH);
            }
            pipe.send(this, segment);
        }
    }

    @Override
    public void cancel(FourTuple tuple, PacketBuffer given) {}

    @Override
    public int pathMtu(FourTuple tuple) {
        return 1500;
    }

    @Override
    public int maxSuperSegmentPayload(FourTuple tuple) {
        return superSegment;
    }
}
