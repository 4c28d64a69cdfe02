package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.ResetReason;
import io.mptcp4j.tcp.SegmentOutput;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.TcpWriter;
import io.mptcp4j.wire.mptcp.MpTcprst;

/** Answers segments that belong to no connection with a RST (RFC 9293 3.5.2), so many a second at most. */
final class ResetReplies {
    /** No MP_TCPRST option. */
    static final int NO_REASON = -1;

    private static final int BURST = 64;

    private final StackCounters counters;
    private final RateLimit limit;

    ResetReplies(StackCounters counters, int perSecond) {
        this.counters = counters;
        this.limit = new RateLimit(perSecond, BURST);
    }

    /**
     * Answers a segment.
     *
     * @param reason of MP_TCPRST (RFC 8684 3.6), or {@link #NO_REASON}
     */
    void reply(Arrival arrival, TcpView segment, int reason, long nowNanos) {
        if (segment.isRst()) {
            // RFC 9293 3.10.7.1: an incoming segment containing a RST is discarded.
            return;
        }
        if (!limit.tryAcquire(nowNanos)) {
            counters.drop(DropReason.RATE_LIMITED);
            return;
        }
        FourTuple tuple = arrival.tuple(segment);
        Egress egress = arrival.own().owner().egress();
        PacketBuffer packet = egress.begin(tuple);
        int length = TcpView.MINIMUM_HEADER + (reason == NO_REASON ? 0 : MpTcprst.LENGTH);
        // RFC 9293 3.10.7.1: with an ACK, <SEQ=SEG.ACK><CTL=RST>; without, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>.
        boolean ack = segment.isAck();
        TcpWriter.writeHeader(
                packet.buffer(),
                SegmentOutput.TRANSPORT_INDEX,
                tuple.localPort(),
                tuple.remotePort(),
                ack ? segment.acknowledgmentNumber() : 0,
                ack ? 0 : segment.sequenceNumber() + segment.segmentLength(),
                length,
                ack ? TcpFlags.RST : TcpFlags.RST | TcpFlags.ACK,
                0);
        if (reason != NO_REASON) {
            MpTcprst.write(
                    packet.buffer(),
                    SegmentOutput.TRANSPORT_INDEX + TcpView.MINIMUM_HEADER,
                    ResetReason.isTransient(reason),
                    reason);
            counters.count(Counter.TCPRST_TX);
        }
        egress.send(tuple, packet, length, 0);
        counters.count(Counter.RESETS_OUT);
    }
}
