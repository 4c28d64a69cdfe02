package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.MpCapableRules.Request;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.mptcp4j.wire.mptcp.MpCapable;

/** How connections begin, in either role, and how each subflow gets its TCP connection. */
final class ConnectionOpening {
    private ConnectionOpening() {}

    /** Sends the first SYN (RFC 8684 3.1); false, and the connection is released, when the host refuses. */
    static boolean connect(
            MptcpConnection connection,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            long nowNanos) {
        Subflow subflow = new Subflow(connection, true, true);
        FallbackReason reason = reasonAgainst(connection, remote, remotePort, nowNanos);
        if (reason == null) {
            MptcpVersion version = connection
                    .host()
                    .destinations()
                    .versionFor(remote, remotePort, connection.settings().versions(), nowNanos);
            beginMptcp(connection, subflow, version);
        } else {
            connection.fallback().fallBack(subflow, reason, false);
        }
        if (!attach(connection, subflow, local, localPort, remote, remotePort, nowNanos)) {
            connection.release();
            return false;
        }
        connection.count(Counter.ACTIVE_OPENS);
        if (connection.settings().tcp().fastOpenConnect() && connection.version() != MptcpVersion.V0) {
            connection.earlyOctets().begin(subflow, connection.isMptcp() ? MpCapable.LENGTH_SYN : 0, nowNanos);
        }
        subflow.tcp().open(nowNanos);
        return true;
    }

    /** Why the SYN is not to ask for MPTCP; null when it is. */
    private static FallbackReason reasonAgainst(
            MptcpConnection connection, IpAddress remote, int remotePort, long nowNanos) {
        if (!connection.settings().multipath()) {
            return FallbackReason.DISABLED;
        }
        boolean spared = connection.settings().fallbackPolicy() == FallbackPolicy.ALLOW
                && connection.host().destinations().isSpared(remote, remotePort, nowNanos);
        return spared ? FallbackReason.SWALLOWED_BEFORE : null;
    }

    /** Whether a listener of these settings refuses a SYN rather than going on as plain TCP. */
    static boolean refuses(ConnectionSettings settings, TcpOptions options) {
        if (!settings.multipath() || settings.fallbackPolicy() == FallbackPolicy.ALLOW) {
            return false;
        }
        return MpCapableRules.judgeSyn(options, settings.versions()).version() == null;
    }

    /** Takes a SYN that a listener accepts; false, and the connection is released, when the host refuses. */
    static boolean accept(MptcpConnection connection, FourTuple tuple, TcpView syn, TcpOptions options, long nowNanos) {
        Subflow subflow = take(connection, tuple, options, null, nowNanos);
        if (subflow != null) {
            subflow.tcp().accept(syn, options, nowNanos);
        }
        return subflow != null;
    }

    /** Goes on with a SYN that was answered before; false, and the connection is released, when the host refuses. */
    static boolean accept(MptcpConnection connection, AnsweredSyn answered, long nowNanos) {
        Subflow subflow = take(connection, answered.tuple(), answered.options(), answered, nowNanos);
        if (subflow != null) {
            subflow.tcp().resume(answered.syn(), answered.options(), nowNanos);
        }
        return subflow != null;
    }

    private static Subflow take(
            MptcpConnection connection, FourTuple tuple, TcpOptions options, AnsweredSyn answered, long nowNanos) {
        Subflow subflow = new Subflow(connection, true, false);
        Request request = connection.settings().multipath()
                ? MpCapableRules.judgeSyn(options, connection.settings().versions())
                : new Request(null, FallbackReason.DISABLED, 0);
        if (request.version() == null) {
            connection.fallback().fallBack(subflow, request.reason(), false);
        } else if (answered == null) {
            beginMptcp(connection, subflow, request.version());
        } else if (!connection.agreement().takeKey(request.version(), answered.key())) {
            connection.release();
            return null;
        } else {
            signal(connection, subflow, request.version());
        }
        if (request.version() == MptcpVersion.V0) {
            // RFC 6824 3.1: the initiator's key is in the SYN.
            connection.agreement().onRemoteKey(request.key(), false);
        }
        if (!attach(
                connection,
                subflow,
                tuple.localAddress(),
                tuple.localPort(),
                tuple.remoteAddress(),
                tuple.remotePort(),
                nowNanos)) {
            connection.release();
            return null;
        }
        connection.count(Counter.PASSIVE_OPENS);
        return subflow;
    }

    private static void beginMptcp(MptcpConnection connection, Subflow subflow, MptcpVersion version) {
        boolean initiator = connection.isInitiator();
        connection.agreement().drawKeys(version);
        connection.count(initiator ? Counter.MP_CAPABLE_SYN_TX : Counter.MP_CAPABLE_SYN_RX);
        signal(connection, subflow, version);
    }

    private static void signal(MptcpConnection connection, Subflow subflow, MptcpVersion version) {
        boolean initiator = connection.isInitiator();
        if (connection.settings().checksums()) {
            connection.data().useChecksums();
        }
        subflow.signalBy(
                version == MptcpVersion.V0
                        ? new MpCapableHandshakeV0(subflow, initiator)
                        : new MpCapableHandshake(subflow, initiator));
    }

    /** Gives a subflow its TCP connection; false when the host refuses. */
    static boolean attach(
            MptcpConnection connection,
            Subflow subflow,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            long nowNanos) {
        TcpConnection tcp = connection
                .host()
                .attach(
                        subflow,
                        local,
                        localPort,
                        remote,
                        remotePort,
                        connection.settings().tcp(),
                        segmentSize -> connection.congestion().join(subflow, segmentSize),
                        nowNanos);
        if (tcp == null) {
            return false;
        }
        subflow.setTcp(tcp);
        connection.subflowList().add(subflow);
        if (subflow.isInitial()) {
            connection.paths().onInitialAddress(tcp.tuple().localAddress());
            connection.passiveJoins().onInitial(tcp.tuple());
        }
        connection.markReady();
        return true;
    }
}
