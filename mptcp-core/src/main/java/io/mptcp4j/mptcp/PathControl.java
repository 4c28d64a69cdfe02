package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;

/** Tells the path manager what happens, and takes the joins of the peer. */
final class PathControl {
    private final MptcpConnection connection;
    private final LocalAddressIds ids;
    private final PathRequester requests;
    private final PathManagerGuard manager;

    PathControl(MptcpConnection connection, PathManager.Factory manager) {
        this.connection = connection;
        this.ids = new LocalAddressIds(connection.outgoing());
        this.requests = new PathRequester(connection, ids);
        this.manager = new PathManagerGuard(connection, manager, requests);
    }

    // ---- events

    /** RFC 8684 3.2: our address on the first subflow has address ID 0. */
    void onInitialAddress(IpAddress local) {
        ids.onInitialAddress(local);
    }

    /** How many addresses and ports of ours are announced, and not taken back. */
    int announcedCount() {
        return ids.announcedCount();
    }

    /** RFC 8684 3.1: a DSS has come through on the first subflow; from now on subflows may be added. */
    void onConfirmed() {
        requests.open();
        manager.onEvent(PathManager::onEstablished);
    }

    /** No subflow is added from now on: the connection closes, or fell back. */
    void close() {
        requests.close();
        manager.clear();
    }

    void onSubflowActive(Subflow subflow) {
        if (requests.isOpen() && !subflow.isInitial()) {
            SubflowSnapshot active = PathRequester.snapshot(subflow);
            manager.onEvent((told, asked, now) -> told.onSubflowEstablished(asked, active, now));
        }
    }

    void onSubflowStalled(Subflow subflow) {
        if (requests.isOpen()) {
            SubflowSnapshot stalled = PathRequester.snapshot(subflow);
            manager.onSignal((told, asked, now) -> told.onSubflowStalled(asked, stalled, now));
        }
    }

    /** The subflow ends: told when its FIN or RST leaves or arrives, not when its 4-tuple is free. */
    void onSubflowClosed(Subflow subflow) {
        SubflowEnd end = subflow.end();
        if (requests.isOpen() && end.isNews()) {
            SubflowSnapshot closed = PathRequester.snapshot(subflow);
            SubflowEnding ending = new SubflowEnding(end.hasFailed(), end.peerReason(), end.isTransient());
            requests.onEnded(closed);
            manager.onEvent((told, asked, now) -> {
                requests.onTold(closed);
                told.onSubflowClosed(asked, closed, ending, now);
            });
        }
    }

    void onPriorityChanged(Subflow subflow) {
        if (requests.isOpen()) {
            SubflowSnapshot changed = PathRequester.snapshot(subflow);
            manager.onSignal((told, asked, now) -> told.onPriorityChanged(asked, changed, now));
        }
    }

    void onAddressAnnounced(RemoteAddress remote) {
        if (requests.isOpen()) {
            manager.onSignal((told, asked, now) -> told.onAddressAnnounced(asked, remote, now));
        }
    }

    void onAddressRemoved(int addressId) {
        if (requests.isOpen()) {
            manager.onSignal((told, asked, now) -> told.onAddressRemoved(asked, addressId, now));
        }
    }

    void onLocalAddressesChanged() {
        if (requests.isOpen()) {
            ids.withdrawMissing(connection.host());
            manager.onEvent(PathManager::onLocalAddressesChanged);
        }
    }

    void onEndpointsChanged() {
        if (requests.isOpen()) {
            manager.onEvent(PathManager::onEndpointsChanged);
        }
    }

    // ---- the turn

    /** Tells what has happened. Not from inside the handling of a segment. */
    void deliver(long nowNanos) {
        manager.deliver(nowNanos);
    }

    long nextDeadline() {
        return requests.isOpen() ? manager.nextDeadline() : Long.MAX_VALUE;
    }

    void advance(long nowNanos) {
        if (requests.isOpen()) {
            manager.advance(nowNanos);
        }
    }

    // ---- the peer joins

    /** Whether the path manager lets the peer open one more subflow. */
    boolean mayAccept(FourTuple tuple) {
        return manager.mayAccept(tuple);
    }

    /**
     * A subflow that the peer opens gets the ID and the priority of our address, which the peer then knows.
     *
     * @return false when no ID is free
     */
    boolean beginJoin(Subflow subflow, FourTuple tuple) {
        LocalAddress local = requests.find(tuple.localAddress());
        int id = local == null ? 0 : ids.idForJoin(local, tuple.localPort());
        if (id < 0) {
            return false;
        }
        subflow.role().setLocal(id, local != null && local.backup());
        ids.onJoin(id, tuple.localAddress());
        return true;
    }

    /** What may be asked of the connection, by its path manager or its application. */
    PathRequests requests() {
        return requests;
    }
}
