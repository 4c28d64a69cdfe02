package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import io.netty.buffer.ByteBuf;

/** FASTCLOSE_WAIT (RFC 8684 3.5, option A): each ACK has MP_FASTCLOSE, until the peer answers with a RST. */
final class FastcloseWait implements Signalling {
    private final MptcpConnection connection;
    private final MpFastclose view = new MpFastclose();

    FastcloseWait(MptcpConnection connection) {
        this.connection = connection;
    }

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        return segment.isPureAck() ? MpFastclose.LENGTH : 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        connection.count(Counter.FASTCLOSE_TX);
        MpFastclose.write(into, index, connection.keys().remoteKey());
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        for (int i = 0; i < options.mptcpCount(); i++) {
            if (options.mptcpSubtype(i) == MptcpSubtype.MP_FASTCLOSE
                    && view.wrap(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i))
                    && view.receiverKey() == connection.keys().localKey()) {
                // RFC 8684 3.5: both ends close at the same time; that is answered with a RST.
                connection.count(Counter.FASTCLOSE_RX);
                return Verdict.RESET;
            }
        }
        return Verdict.DROP;
    }
}
