package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
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
        if (connection.settings().multipath()) {
            beginMptcp(connection, subflow);
        } else {
            connection.fallback().fallBack(subflow, FallbackReason.DISABLED, false);
        }
        if (!attach(connection, subflow, local, localPort, remote, remotePort, nowNanos)) {
            connection.release();
            return false;
        }
        connection.count(Counter.ACTIVE_OPENS);
        subflow.tcp().open(nowNanos);
        return true;
    }

    /** Takes a SYN that a listener accepts; false, and the connection is released, when the host refuses. */
    static boolean accept(MptcpConnection connection, FourTuple tuple, TcpView syn, TcpOptions options, long nowNanos) {
        Subflow subflow = new Subflow(connection, true, false);
        FallbackReason reason = connection.settings().multipath()
                ? MpCapableHandshake.judgeSyn(options, new MpCapable())
                : FallbackReason.DISABLED;
        if (reason == null) {
            beginMptcp(connection, subflow);
        } else {
            connection.fallback().fallBack(subflow, reason, false);
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
            return false;
        }
        connection.count(Counter.PASSIVE_OPENS);
        subflow.tcp().accept(syn, options, nowNanos);
        return true;
    }

    private static void beginMptcp(MptcpConnection connection, Subflow subflow) {
        connection.drawKeys();
        connection.count(connection.isInitiator() ? Counter.MP_CAPABLE_SYN_TX : Counter.MP_CAPABLE_SYN_RX);
        subflow.signalBy(new MpCapableHandshake(subflow, connection.isInitiator()));
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
        }
        connection.markReady();
        return true;
    }
}
