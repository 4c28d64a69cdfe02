package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.tcp.Verdict;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpCapable;

/** What the handshakes of both versions hear alike (RFC 8684 3.1, RFC 6824 3.1): SYN, SYN/ACK, and what answers the third ACK. */
final class MpCapableAnswer {
    private final MptcpConnection connection;
    private final Subflow subflow;
    private final MptcpVersion version;
    private final DssSignalling afterwards;
    private final MpCapable view = new MpCapable();

    MpCapableAnswer(Subflow subflow, MptcpVersion version, DssSignalling afterwards) {
        this.subflow = subflow;
        this.connection = subflow.connection();
        this.version = version;
        this.afterwards = afterwards;
    }

    /** The SYN, which has been judged. */
    Verdict onSyn(TcpOptions options) {
        if (MpCapableRules.find(options, view)) {
            MpCapableRules.noteChecksums(connection, view);
        }
        return Verdict.ACCEPT;
    }

    /** What answers our SYN. */
    Verdict onSynAck(TcpView segment, TcpOptions options, long window, long nowNanos) {
        if (!segment.isAck()) {
            // RFC 9293 3.5, figure 8: a simultaneous open has no listener to draw the second key; plain TCP it is.
            return connection.fallback().fallBack(subflow, FallbackReason.SIMULTANEOUS_OPEN, false);
        }
        FallbackReason reason = MpCapableRules.judgeSynAck(options, version, view);
        subflow.rememberAnswer(version, reason, nowNanos);
        if (reason != null) {
            return connection.fallback().fallBack(subflow, reason, false);
        }
        connection.count(Counter.MP_CAPABLE_SYN_ACK_RX);
        MpCapableRules.noteChecksums(connection, view);
        connection.agreement().onRemoteKey(view.senderKey(), version.canForbidJoins() && view.isJoinForbidden());
        connection.arrives().onDataAck(connection.earlyOctets().sent(), window, nowNanos);
        return Verdict.ACCEPT;
    }

    /** What the listener sends after its SYN/ACK: a DSS ends the handshake. */
    Verdict onAnswer(Signalling handshake, TcpView segment, TcpOptions options, long window, long nowNanos) {
        connection.arrives().onDataAck(connection.earlyOctets().sent(), window, nowNanos);
        Verdict verdict = afterwards.onSegment(segment, options, window, nowNanos);
        if (afterwards.isConfirmed() && subflow.isSignalledBy(handshake)) {
            subflow.signalBy(afterwards);
        }
        return verdict;
    }
}
