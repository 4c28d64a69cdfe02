package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.mptcp.path.SubflowSnapshot.Phase;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** Carries out what path managers and applications ask, inside the limits. */
final class PathRequester implements PathRequests {
    private final MptcpConnection connection;
    private final ConnectionHost host;
    private final SubflowList subflows;
    private final LocalAddressIds ids;
    private final List<SubflowSnapshot> untold = new ArrayList<>();
    private boolean open;

    PathRequester(MptcpConnection connection, LocalAddressIds ids) {
        this.connection = connection;
        this.host = connection.host();
        this.subflows = connection.subflowList();
        this.ids = ids;
    }

    /** From now on requests are carried out. */
    void open() {
        open = true;
    }

    /** From now on all requests are refused. */
    void close() {
        open = false;
        untold.clear();
    }

    /**
     * A subflow has ended, and the path manager is still to hear so: until then it counts as there, or what is told before, of
     * another subflow that ended in the same turn, would have the pair tried again at once.
     */
    void onEnded(SubflowSnapshot subflow) {
        untold.add(subflow);
    }

    /** The path manager hears of it now. */
    void onTold(SubflowSnapshot subflow) {
        untold.remove(subflow);
    }

    boolean isOpen() {
        return open;
    }

    // ---- what there is

    @Override
    public boolean isInitiator() {
        return connection.isInitiator();
    }

    @Override
    public IpAddress initialAddress() {
        return ids.initial();
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
    public int subflowCount() {
        int count = 0;
        for (int i = 0; i < subflows.count(); i++) {
            count += isEnding(subflows.get(i)) ? 0 : 1;
        }
        return count;
    }

    @Override
    public SubflowSnapshot subflow(int index) {
        int left = index;
        for (int i = 0; i < subflows.count(); i++) {
            if (!isEnding(subflows.get(i)) && left-- == 0) {
                return snapshot(subflows.get(i));
            }
        }
        throw new IndexOutOfBoundsException(index);
    }

    private static boolean isEnding(Subflow subflow) {
        return phaseOf(subflow) == Phase.CLOSING;
    }

    static SubflowSnapshot snapshot(Subflow subflow) {
        return new SubflowSnapshot(
                subflow.tcp().tuple(),
                subflow.localId(),
                subflow.remoteId(),
                phaseOf(subflow),
                subflow.isInitial(),
                subflow.isOpener(),
                subflow.isBackup(),
                subflow.smoothedRttNanos());
    }

    private static Phase phaseOf(Subflow subflow) {
        return switch (subflow.state()) {
            case CONNECTING, PRE_ESTABLISHED -> Phase.JOINING;
            case ACTIVE -> subflow.isHealthy() ? Phase.WORKING : subflow.isActive() ? Phase.STALLED : Phase.CLOSING;
            default -> Phase.CLOSING;
        };
    }

    @Override
    public boolean hasSubflow(IpAddress local, RemoteAddress remote) {
        for (int i = 0; i < untold.size(); i++) {
            if (isBetween(untold.get(i).tuple(), local, remote)) {
                return true;
            }
        }
        for (int i = 0; i < subflows.count(); i++) {
            if (!isEnding(subflows.get(i)) && isBetween(subflows.get(i).tcp().tuple(), local, remote)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBetween(FourTuple tuple, IpAddress local, RemoteAddress remote) {
        return tuple.localAddress().equals(local)
                && tuple.remoteAddress().equals(remote.address())
                && tuple.remotePort() == remote.port();
    }

    @Override
    public int subflowsLeft() {
        return connection.subflowsLeft();
    }

    @Override
    public LocalAddress routeTo(RemoteAddress remote) {
        return host.routeTo(remote.address());
    }

    @Override
    public Endpoints endpoints() {
        return host.endpoints();
    }

    LocalAddress find(IpAddress address) {
        for (int i = 0; i < host.localAddressCount(); i++) {
            if (host.localAddress(i).address().equals(address)) {
                return host.localAddress(i);
            }
        }
        return null;
    }

    private Subflow find(FourTuple tuple) {
        for (int i = 0; i < subflows.count(); i++) {
            if (!isEnding(subflows.get(i)) && subflows.get(i).tcp().tuple().equals(tuple)) {
                return subflows.get(i);
            }
        }
        return null;
    }

    // ---- what is asked for

    @Override
    public boolean join(LocalAddress local, RemoteAddress remote) {
        if (!open || subflowsLeft() <= 0) {
            return false;
        }
        int id = ids.idForJoin(local, 0);
        long now = connection.nowNanos();
        if (id < 0 || !connection.joinRate().tryAcquire(connection.settings().joinsPerSecond(), now)) {
            return false;
        }
        Subflow subflow = new Subflow(connection, false, true);
        subflow.role().setLocal(id, local.backup());
        subflow.role().setRemote(remote.id(), false);
        subflow.signalBy(new MpJoinHandshake(subflow, true, host.entropy().nextInt()));
        if (!ConnectionOpening.attach(connection, subflow, local.address(), 0, remote.address(), remote.port(), now)) {
            host.counters().count(Counter.JOIN_SYN_TX_REFUSED);
            host.counters().count(Counter.JOINS_FAILED);
            return false;
        }
        ids.onJoin(id, local.address());
        host.counters().count(Counter.JOIN_SYN_TX);
        subflow.tcp().open(now);
        return true;
    }

    @Override
    public boolean close(SubflowSnapshot asked) {
        Subflow subflow = open ? find(asked.tuple()) : null;
        if (subflow == null) {
            return false;
        }
        subflow.close(connection.nowNanos());
        connection.markReady();
        return true;
    }

    @Override
    public boolean setBackup(SubflowSnapshot asked, boolean backup) {
        Subflow subflow = open ? find(asked.tuple()) : null;
        if (subflow == null) {
            return false;
        }
        subflow.changeBackup(backup);
        return true;
    }

    @Override
    public void followDevices() {
        for (int i = 0; open && i < subflows.count(); i++) {
            LocalAddress local = find(subflows.get(i).tcp().tuple().localAddress());
            if (local != null) {
                subflows.get(i).changeBackup(local.backup());
            }
        }
    }

    @Override
    public boolean announce(LocalAddress local, int port) {
        return open && ids.announce(local, port);
    }

    @Override
    public boolean withdraw(IpAddress address, int port) {
        return open && ids.withdraw(address, port);
    }
}
