package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.OutgoingSegment;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.Dss;
import io.netty.buffer.ByteBuf;

/** Plain TCP: no option of ours, and none of the peer's is read (RFC 8684 3.7: never back to MPTCP). */
final class NoSignalling implements Signalling {
    private final Subflow subflow;
    private final MptcpConnection connection;
    private boolean declaresInfinite;

    /**
     * Silence.
     *
     * @param declaresInfinite whether one last segment shall declare the infinite mapping
     */
    NoSignalling(Subflow subflow, boolean declaresInfinite) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.declaresInfinite = declaresInfinite;
    }

    @Override
    public int optionsLength(OutgoingSegment segment, int room) {
        // RFC 8684 3.7: one final mapping of length 0 tells a peer that can still hear us.
        boolean fits = declaresInfinite && segment.payloadLength() > 0 && !segment.isReplicated();
        int length = infiniteLength();
        return fits && room >= length ? length : 0;
    }

    @Override
    public void writeOptions(OutgoingSegment segment, ByteBuf into, int index) {
        connection.count(Counter.INFINITE_MAPPING_TX);
        long dsn = connection.data().dsn(segment.unitPosition());
        int ssn = subflow.declaredSsn(segment.unitSsn());
        int written = Dss.writeMapping(into, index, false, 0, false, dsn, true, ssn, 0, false, 0, false);
        OptionBudget.pad(into, index + written, infiniteLength() - written);
        declaresInfinite = false;
    }

    @Override
    public Verdict onSegment(TcpView segment, TcpOptions options, long window, long nowNanos) {
        return Verdict.ACCEPT;
    }

    private static int infiniteLength() {
        return OptionBudget.padded(Dss.length(false, false, true, true, false));
    }
}
