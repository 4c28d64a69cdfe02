package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/** Carries out what the path manager asks, inside the limits, and tells it what happens. */
final class PathControl implements PathRequests {
    private final MptcpConnection connection;
    private final ConnectionHost host;
    private final SubflowList subflows;
    private final PathManager manager;
    private IpAddress initialLocal;
    private boolean open;
    private long now;

    PathControl(MptcpConnection connection, PathManager manager) {
        this.connection = connection;
        this.host = connection.host();
        this.subflows = connection.subflowList();
        this.manager = manager;
    }

    // ---- events

    /** RFC 8684 3.2: our address on the first subflow has address ID 0. */
    void onInitialAddress(IpAddress local) {
        initialLocal = local;
        connection.signals().onTold(0);
    }

    private int idOf(LocalAddress local) {
        return local == null || local.address().equals(initialLocal) ? 0 : local.id();
    }

    /** RFC 8684 3.1: a DSS has come through on the first subflow; from now on subflows may be added. */
    void onConfirmed(long nowNanos) {
        open = true;
        now = nowNanos;
        manager.onEstablished(this, nowNanos);
    }

    /** No subflow is added from now on: the connection closes, or fell back. */
    void close() {
        open = false;
    }

    void onLocalAddressesChanged(long nowNanos) {
        if (open) {
            now = nowNanos;
            connection.signals().withdrawMissing(host, find(initialLocal) != null);
            for (int i = 0; i < subflows.count(); i++) {
                LocalAddress local = find(subflows.get(i).tcp().tuple().localAddress());
                if (local != null) {
                    subflows.get(i).changeBackup(local.backup());
                }
            }
            manager.onLocalAddressesChanged(this, nowNanos);
        }
    }

    void onRemoteAddressesChanged(long nowNanos) {
        if (open) {
            now = nowNanos;
            manager.onRemoteAddressesChanged(this, nowNanos);
        }
    }

    void onSubflowClosed(Subflow subflow, long nowNanos) {
        if (open) {
            now = nowNanos;
            FourTuple tuple = subflow.tcp().tuple();
            RemoteAddress remote = new RemoteAddress(tuple.remoteAddress(), tuple.remotePort(), subflow.remoteId());
            manager.onSubflowClosed(
                    this, tuple.localAddress(), remote, subflow.end().hasFailed(), nowNanos);
        }
    }

    long nextDeadline() {
        return open ? manager.nextDeadline() : Long.MAX_VALUE;
    }

    void advance(long nowNanos) {
        if (open && manager.nextDeadline() <= nowNanos) {
            now = nowNanos;
            manager.advance(this, nowNanos);
        }
    }

    // ---- the peer joins

    /** Accepts an MP_JOIN SYN that carries our token; false: it is refused. */
    boolean accept(FourTuple tuple, TcpView syn, TcpOptions options, long nowNanos) {
        // RFC 8684 3.2: the keys are known; a DSS on the first path may be slower than the SYN on another one.
        if (!connection.keys().isComplete() || subflowsLeft() <= 0) {
            return false;
        }
        Subflow subflow = new Subflow(connection, false, false);
        LocalAddress local = find(tuple.localAddress());
        subflow.role().setLocal(idOf(local), local != null && local.backup());
        subflow.signalBy(new MpJoinHandshake(subflow, false, host.entropy().nextInt()));
        if (!ConnectionOpening.attach(
                connection,
                subflow,
                tuple.localAddress(),
                tuple.localPort(),
                tuple.remoteAddress(),
                tuple.remotePort(),
                nowNanos)) {
            return false;
        }
        connection.signals().onTold(subflow.localId());
        subflow.tcp().accept(syn, options, nowNanos);
        return true;
    }

    private LocalAddress find(IpAddress address) {
        for (int i = 0; i < host.localAddressCount(); i++) {
            if (host.localAddress(i).address().equals(address)) {
                return host.localAddress(i);
            }
        }
        return null;
    }

    // ---- requests

    @Override
    public boolean isInitiator() {
        return connection.isInitiator();
    }

    @Override
    public int localAddressCount() {
        return host.localAddressCount();
    }

    @Override
    public LocalAddress localAddress(int i) {
        return host.localAddress(i);
    }

    @Override
    public int remoteAddressCount() {
        return connection.signals().remoteAddressCount();
    }

    @Override
    public RemoteAddress remoteAddress(int i) {
        return connection.signals().remoteAddress(i);
    }

    @Override
    public boolean hasSubflow(IpAddress local, RemoteAddress remote) {
        for (int i = 0; i < subflows.count(); i++) {
            FourTuple tuple = subflows.get(i).tcp().tuple();
            if (tuple.localAddress().equals(local)
                    && tuple.remoteAddress().equals(remote.address())
                    && tuple.remotePort() == remote.port()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int subflowCount() {
        return subflows.count();
    }

    @Override
    public int subflowsLeft() {
        return subflows.isFull() ? 0 : connection.settings().maxSubflows() - subflows.count();
    }

    @Override
    public boolean join(LocalAddress local, RemoteAddress remote) {
        if (!open || subflowsLeft() <= 0) {
            return false;
        }
        Subflow subflow = new Subflow(connection, false, true);
        subflow.role().setLocal(idOf(local), local.backup());
        subflow.role().setRemote(remote.id(), false);
        subflow.signalBy(new MpJoinHandshake(subflow, true, host.entropy().nextInt()));
        if (!ConnectionOpening.attach(connection, subflow, local.address(), 0, remote.address(), remote.port(), now)) {
            host.counters().count(Counter.JOIN_SYN_TX_REFUSED);
            host.counters().count(Counter.JOINS_FAILED);
            return false;
        }
        connection.signals().onTold(subflow.localId());
        host.counters().count(Counter.JOIN_SYN_TX);
        subflow.tcp().open(now);
        return true;
    }

    @Override
    public void announce(LocalAddress local) {
        for (int i = 0; i < subflows.count(); i++) {
            if (subflows.get(i).isInitial()
                    && subflows.get(i).tcp().tuple().localAddress().equals(local.address())) {
                return;
            }
        }
        connection.signals().announce(local.id(), local.address(), 0);
    }

    @Override
    public void announce(LocalAddress local, int port) {
        connection.signals().announce(idOf(local), local.address(), port);
    }
}
