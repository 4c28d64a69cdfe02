package io.mptcp4j.mptcp.path;

import io.mptcp4j.mptcp.path.SubflowSnapshot.Phase;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** A connection as a path manager sees it, which notes what is asked for. Joins succeed at once. */
final class RecordingRequests implements PathRequests {
    static final LocalAddress A1 = local("10.0.1.1", 1);
    static final LocalAddress A2 = local("10.0.2.1", 2);
    static final LocalAddress A3 = local("10.0.3.1", 3);
    static final LocalAddress A6 = local("fd00::1", 6);
    static final RemoteAddress B1 = new RemoteAddress(IpAddress.parse("10.0.1.2"), 80, 0);
    static final RemoteAddress B2 = new RemoteAddress(IpAddress.parse("10.0.2.2"), 80, 2);
    static final RemoteAddress B3 = new RemoteAddress(IpAddress.parse("10.0.3.2"), 80, 3);
    static final RemoteAddress B6 = new RemoteAddress(IpAddress.parse("fd00::2"), 80, 6);
    static final int FIRST_PORT = 40_000;

    final List<LocalAddress> locals = new ArrayList<>();
    final List<RemoteAddress> remotes = new ArrayList<>();
    final List<SubflowSnapshot> subflows = new ArrayList<>();
    final List<String> joined = new ArrayList<>();
    final List<String> announced = new ArrayList<>();
    final List<String> withdrawn = new ArrayList<>();
    final List<SubflowSnapshot> closed = new ArrayList<>();
    final List<String> priorities = new ArrayList<>();
    Endpoints endpoints = Endpoints.NONE.withLimits(8, 8);
    IpAddress initial = A1.address();
    LocalAddress routed = A1;
    boolean initiator = true;
    boolean refuses;
    boolean announcesNothing;
    int limit = 8;
    private int nextPort = FIRST_PORT;

    static LocalAddress local(String address, int id) {
        return new LocalAddress(IpAddress.parse(address), id, "device" + id, false);
    }

    /** A connection between the first addresses of both ends, which has these. */
    static RecordingRequests connected(List<LocalAddress> locals, List<RemoteAddress> remotes) {
        RecordingRequests requests = new RecordingRequests();
        requests.locals.addAll(locals);
        requests.remotes.addAll(remotes);
        requests.add(locals.get(0), B1, true, true);
        return requests;
    }

    /** A subflow that is there. */
    SubflowSnapshot add(LocalAddress local, RemoteAddress remote, boolean isInitial, boolean isOpener) {
        SubflowSnapshot added = new SubflowSnapshot(
                new FourTuple(local.address(), nextPort++, remote.address(), remote.port()),
                isInitial ? 0 : local.id(),
                remote.id(),
                Phase.WORKING,
                isInitial,
                isOpener,
                local.backup(),
                10_000_000);
        subflows.add(added);
        return added;
    }

    /** The subflow of a pair. */
    SubflowSnapshot of(LocalAddress local, RemoteAddress remote) {
        return subflows.stream()
                .filter(subflow -> subflow.local().equals(local.address())
                        && subflow.tuple().remoteAddress().equals(remote.address()))
                .findFirst()
                .orElseThrow();
    }

    /** The subflow of a pair is gone. */
    SubflowSnapshot remove(LocalAddress local, RemoteAddress remote) {
        SubflowSnapshot removed = of(local, remote);
        subflows.remove(removed);
        return removed;
    }

    /** The subflow gets another phase and round-trip time. */
    SubflowSnapshot change(SubflowSnapshot subflow, Phase phase, long rttNanos) {
        SubflowSnapshot changed = new SubflowSnapshot(
                subflow.tuple(),
                subflow.localId(),
                subflow.remoteId(),
                phase,
                subflow.initial(),
                subflow.opener(),
                subflow.backup(),
                rttNanos);
        subflows.set(subflows.indexOf(subflow), changed);
        return changed;
    }

    static String pair(LocalAddress local, RemoteAddress remote) {
        return local.address() + "#" + local.id() + (local.backup() ? " backup" : "") + " -> " + remote.address() + ":"
                + remote.port();
    }

    @Override
    public boolean isInitiator() {
        return initiator;
    }

    @Override
    public IpAddress initialAddress() {
        return initial;
    }

    @Override
    public int localAddressCount() {
        return locals.size();
    }

    @Override
    public LocalAddress localAddress(int i) {
        return locals.get(i);
    }

    @Override
    public int remoteAddressCount() {
        return remotes.size();
    }

    @Override
    public RemoteAddress remoteAddress(int i) {
        return remotes.get(i);
    }

    @Override
    public int subflowCount() {
        return subflows.size();
    }

    @Override
    public SubflowSnapshot subflow(int i) {
        return subflows.get(i);
    }

    @Override
    public boolean hasSubflow(IpAddress local, RemoteAddress remote) {
        return subflows.stream()
                .anyMatch(subflow -> subflow.local().equals(local)
                        && subflow.tuple().remoteAddress().equals(remote.address())
                        && subflow.tuple().remotePort() == remote.port());
    }

    @Override
    public int subflowsLeft() {
        return limit - subflows.size();
    }

    @Override
    public Endpoints endpoints() {
        return endpoints;
    }

    @Override
    public LocalAddress routeTo(RemoteAddress remote) {
        return routed;
    }

    @Override
    public boolean join(LocalAddress local, RemoteAddress remote) {
        if (refuses) {
            return false;
        }
        joined.add(pair(local, remote));
        add(local, remote, false, true);
        return true;
    }

    @Override
    public boolean close(SubflowSnapshot subflow) {
        closed.add(subflow);
        return subflows.removeIf(other -> other.tuple().equals(subflow.tuple()));
    }

    @Override
    public boolean setBackup(SubflowSnapshot subflow, boolean backup) {
        if (subflow.backup() != backup) {
            priorities.add(subflow.local() + (backup ? " backup" : " regular"));
            subflows.set(
                    subflows.indexOf(subflow),
                    new SubflowSnapshot(
                            subflow.tuple(),
                            subflow.localId(),
                            subflow.remoteId(),
                            subflow.phase(),
                            subflow.initial(),
                            subflow.opener(),
                            backup,
                            subflow.smoothedRttNanos()));
        }
        return true;
    }

    @Override
    public void followDevices() {
        for (SubflowSnapshot subflow : List.copyOf(subflows)) {
            for (LocalAddress local : locals) {
                if (local.address().equals(subflow.local())) {
                    setBackup(subflow, local.backup());
                }
            }
        }
    }

    @Override
    public boolean announce(LocalAddress local, int port) {
        String text = local.address() + "#" + local.id() + (port == 0 ? "" : ":" + port);
        if (!announcesNothing && !announced.contains(text)) {
            announced.add(text);
        }
        return !announcesNothing;
    }

    @Override
    public boolean withdraw(IpAddress address, int port) {
        withdrawn.add(address + (port == 0 ? "" : ":" + port));
        return true;
    }
}
