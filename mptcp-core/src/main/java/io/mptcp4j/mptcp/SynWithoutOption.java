package io.mptcp4j.mptcp;

import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;

/**
 * Between a SYN that went without MP_CAPABLE, after several with it were lost, and its answer, which tells whether this path
 * swallows MPTCP (RFC 8684 3.9.3). Plain TCP otherwise.
 */
final class SynWithoutOption implements Signalling {
    private final Subflow subflow;

    SynWithoutOption(Subflow subflow) {
        this.subflow = subflow;
    }

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        return 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        // Nothing was announced.
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        subflow.signalBy(new NoSignalling(subflow, false));
        // RFC 8684 3.1: SYNs may be reordered; an answer with MP_CAPABLE is one to a SYN that had it, and
        // only came late.
        if (segment.isAck() && !MpCapableRules.isPresent(options)) {
            FourTuple tuple = subflow.tcp().tuple();
            ConnectionHost host = subflow.connection().host();
            host.destinations().onSwallowed(tuple.remoteAddress(), tuple.remotePort(), nowNanos);
        }
        return Verdict.ACCEPT;
    }
}
