package io.mptcp4j.socket;

import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.wire.FourTuple;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Takes down what is known about connections. On the loop's thread. */
final class Snapshots {
    private Snapshots() {}

    static ConnectionInfo of(MptcpConnection connection, long nowNanos) {
        List<SubflowInfo> subflows = new ArrayList<>();
        for (int i = 0; i < connection.subflowCount(); i++) {
            subflows.add(of(connection.subflow(i), nowNanos));
        }
        return new ConnectionInfo(
                connection.id(),
                connection.isInitiator(),
                connection.state(),
                connection.closeCause(),
                !connection.isPlain(),
                connection.fallbackReason(),
                connection.sendStream().written(),
                connection.acknowledgedOctets(),
                connection.receivedOctets(),
                connection.info(nowNanos),
                subflows);
    }

    private static SubflowInfo of(Subflow subflow, long nowNanos) {
        TcpConnection tcp = subflow.tcp();
        FourTuple tuple = tcp.tuple();
        return new SubflowInfo(
                subflow.id(),
                subflow.isOpener(),
                subflow.localId(),
                subflow.remoteId(),
                new InetSocketAddress(tuple.localAddress().toInetAddress(), tuple.localPort()),
                new InetSocketAddress(tuple.remoteAddress().toInetAddress(), tuple.remotePort()),
                tcp.state(),
                subflow.isUsable(),
                subflow.isBackup(),
                tcp.smoothedRttNanos(),
                subflow.congestionWindow(),
                tcp.octetsInFlight(),
                tcp.octetsSent(),
                tcp.octetsReceived(),
                tcp.segmentsRetransmitted(),
                tcp.octetsRetransmitted(),
                subflow.peerResetReason(),
                subflow.isPeerResetTransient(),
                tcp.info(nowNanos));
    }
}
