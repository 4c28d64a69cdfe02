package io.mptcp4j.tcp;

import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpOptionsWriter;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.TcpWriter;
import io.netty.buffer.ByteBuf;

/**
 * SYN/ACKs that leave without a connection, and the SYNs that the acknowledgments of those stand for (RFC 4987 3.6). What the
 * sequence number has no room for, the timestamp carries there and back: its six lowest bits say what the SYN offered.
 *
 * <pre>
 *   TSval: | clock .............. | ECN | SACK | window shift (15: none) |
 *                                    5     4     3                      0
 * </pre>
 *
 * <p>The clock goes back for that, by less than 64 ms and never ahead, so that later timestamps are not older.
 */
public final class StatelessHandshake {
    /** What was agreed on where no timestamp can tell: neither shift, nor SACK, nor ECN, nor timestamps. */
    public static final int NOTHING_AGREED = 0x40;

    private static final int OPTION_BITS = 0x3f;
    private static final int NO_SHIFT = 0xf;
    private static final int SACK = 0x10;
    private static final int ECN = 0x20;
    private static final int LARGEST_WINDOW_FIELD = 0xffff;

    private StatelessHandshake() {}

    /** What both ends agree on when this SYN is answered so: six bits, or {@link #NOTHING_AGREED}. */
    public static int agree(TcpSettings settings, TcpView syn, TcpOptions options) {
        if (!settings.timestamps() || !options.hasTimestamps()) {
            return NOTHING_AGREED;
        }
        boolean shift = settings.windowScaling() && options.windowScale() != TcpOptions.NONE;
        boolean sack = settings.sack() && options.isSackPermitted();
        boolean ecn = ExplicitCongestion.isAgreed(settings, syn);
        return (shift ? Math.min(Handshake.LARGEST_SHIFT, options.windowScale()) : NO_SHIFT)
                | (sack ? SACK : 0)
                | (ecn ? ECN : 0);
    }

    private static boolean hasEcn(int agreed) {
        return agreed != NOTHING_AGREED && (agreed & ECN) != 0;
    }

    /** The segments that the sender of a SYN takes, in octets. */
    public static int peerMss(TcpOptions syn, boolean ipv4) {
        return Handshake.peerMss(syn, ipv4);
    }

    /** What was agreed on, as a segment tells that may acknowledge such a SYN/ACK. */
    public static int agreed(TcpOptions ack, int timestampOffset) {
        return ack.hasTimestamps() ? ack.tsEcr() - timestampOffset & OPTION_BITS : NOTHING_AGREED;
    }

    /**
     * Writes header and options of a SYN/ACK, but for those of the layer above.
     *
     * @param tuple from our side
     * @param agreed see {@link #agree}
     * @param iss our initial sequence number
     * @param window octets that we take
     * @param mtu of the path
     * @return where the options of the layer above go; then {@link #finishSynAck}
     */
    public static int writeSynAck(
            ByteBuf into,
            FourTuple tuple,
            TcpSettings settings,
            TcpView syn,
            TcpOptions options,
            int agreed,
            int iss,
            int mtu,
            long window,
            int timestampOffset,
            long now) {
        int field = (int) Math.min(window, LARGEST_WINDOW_FIELD);
        TcpWriter.writeHeader(
                into,
                SegmentOutput.TRANSPORT_INDEX,
                tuple.localPort(),
                tuple.remotePort(),
                iss,
                syn.sequenceNumber() + 1,
                TcpView.MINIMUM_HEADER,
                TcpFlags.SYN | TcpFlags.ACK | (hasEcn(agreed) ? TcpFlags.ECE : 0),
                field);
        int at = SegmentOutput.TRANSPORT_INDEX + TcpView.MINIMUM_HEADER;
        int mss = PathMtu.announcedMss(settings, mtu, tuple.isIpv4());
        at += TcpOptionsWriter.writeMaximumSegmentSize(into, at, mss);
        if (agreed == NOTHING_AGREED) {
            return at;
        }
        at += (agreed & SACK) != 0 ? TcpOptionsWriter.writeSackPermitted(into, at) : TcpOptionsWriter.pad(into, at, 2);
        at += TcpOptionsWriter.writeTimestamps(into, at, stamp(agreed, timestampOffset, now), options.tsVal());
        if ((agreed & NO_SHIFT) != NO_SHIFT) {
            at += TcpOptionsWriter.pad(into, at, 1);
            at += TcpOptionsWriter.writeWindowScale(into, at, settings.windowShift());
        }
        return at;
    }

    private static int stamp(int agreed, int timestampOffset, long now) {
        int clock = Timestamps.ticks(now);
        int marked = clock & ~OPTION_BITS | agreed;
        return (marked - clock > 0 ? marked - OPTION_BITS - 1 : marked) + timestampOffset;
    }

    /** The options end here: pads them, and notes the length. Returns the octets of the header. */
    public static int finishSynAck(ByteBuf into, int end) {
        int length = end - SegmentOutput.TRANSPORT_INDEX;
        length += TcpOptionsWriter.pad(into, end, TcpOptionsWriter.padding(length));
        TcpWriter.setHeaderLength(into, SegmentOutput.TRANSPORT_INDEX, length);
        return length;
    }

    /**
     * Writes, at index 0, the SYN that a segment acknowledges the answer of, as far as it is known; the options of the layer above
     * follow it.
     *
     * @param ack the segment, which comes next behind the SYN
     * @return where those options go; then {@link #finishSyn}
     */
    public static int writeSyn(ByteBuf into, TcpView ack, TcpOptions options, int agreed, int mss) {
        TcpWriter.writeHeader(
                into,
                0,
                ack.sourcePort(),
                ack.destinationPort(),
                ack.sequenceNumber() - 1,
                0,
                TcpView.MINIMUM_HEADER,
                TcpFlags.SYN | (hasEcn(agreed) ? ExplicitCongestion.SETUP : 0),
                ack.window());
        int at = TcpView.MINIMUM_HEADER;
        at += TcpOptionsWriter.writeMaximumSegmentSize(into, at, mss);
        if (agreed == NOTHING_AGREED) {
            return at;
        }
        at += (agreed & SACK) != 0 ? TcpOptionsWriter.writeSackPermitted(into, at) : TcpOptionsWriter.pad(into, at, 2);
        at += TcpOptionsWriter.writeTimestamps(into, at, options.tsVal(), 0);
        if ((agreed & NO_SHIFT) != NO_SHIFT) {
            at += TcpOptionsWriter.pad(into, at, 1);
            at += TcpOptionsWriter.writeWindowScale(into, at, agreed & NO_SHIFT);
        }
        return at;
    }

    /** The options end here: pads them, and notes the length. Returns the octets of the SYN. */
    public static int finishSyn(ByteBuf into, int end) {
        int length = end + TcpOptionsWriter.pad(into, end, TcpOptionsWriter.padding(end));
        TcpWriter.setHeaderLength(into, 0, length);
        return length;
    }
}
