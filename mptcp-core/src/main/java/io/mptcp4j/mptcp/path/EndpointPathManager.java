package io.mptcp4j.mptcp.path;

import io.mptcp4j.mptcp.path.Endpoint.Flag;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Does what the endpoints and limits of the stack say, as Linux's own path manager does with those of {@code ip mptcp}:
 *
 * <ul>
 *   <li>{@code signal} endpoints are announced;
 *   <li>a subflow is opened from each {@code subflow} endpoint to the peer's first address, or, where the peer takes no joins
 *       there (flag C), to one that it announced;
 *   <li>to each announced address that the limit lets in, a subflow is opened from each {@code fullmesh} endpoint; where
 *       there is none from an unused {@code laminar} endpoint; where there is none from the address that the route gives;
 *   <li>{@code backup} sets the priority, now and when it is changed;
 *   <li>an endpoint that is removed is withdrawn, and its subflows are closed.
 * </ul>
 *
 * <p>Beyond that, subflows that failed come back, the first one too.
 */
public final class EndpointPathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "endpoints";

    private final FailedPairs failed = new FailedPairs();
    private final Announcements announcements = new Announcements();
    private final List<FourTuple> closedByUs = new ArrayList<>();
    private Endpoints seen = Endpoints.NONE;
    private boolean firstRemoved;

    // ---- events

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        seen = requests.endpoints();
        for (int i = 0; i < requests.subflowCount(); i++) {
            follow(requests, requests.subflow(i));
        }
        step(requests, nowNanos);
    }

    @Override
    public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        failed.onEstablished(subflow, nowNanos);
        if (!subflow.opener()) {
            follow(requests, subflow);
        }
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        boolean wasRemoved = closedByUs.remove(subflow.tuple());
        if (subflow.opener() && !wasRemoved) {
            failed.onClosed(requests, subflow, ending, nowNanos);
        }
        step(requests, nowNanos);
    }

    @Override
    public void onAddressAnnounced(PathRequests requests, RemoteAddress remote, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public void onAddressRemoved(PathRequests requests, int addressId, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public void onEndpointsChanged(PathRequests requests, long nowNanos) {
        Endpoints before = seen;
        seen = requests.endpoints();
        for (Endpoint old : before.list()) {
            Endpoint now = seen.find(old.id());
            if (now == null || !now.address().equals(old.address()) || now.port() != old.port()) {
                remove(requests, old);
            } else if (now.is(Flag.BACKUP) != old.is(Flag.BACKUP)) {
                forEachFrom(requests, old.address(), subflow -> requests.setBackup(subflow, now.is(Flag.BACKUP)));
            } else if (old.is(Flag.FULLMESH) && !now.is(Flag.FULLMESH)) {
                forEachFrom(requests, old.address(), subflow -> closeIfMeshed(requests, subflow));
            }
        }
        for (Endpoint now : seen.list()) {
            if (!before.list().contains(now)) {
                failed.forget(now.address());
                firstRemoved &= !now.address().equals(requests.initialAddress());
            }
        }
        step(requests, nowNanos);
    }

    /** The limit holds for subflows of either end, as in Linux; a connection that has lost all takes one in any case. */
    @Override
    public boolean mayAccept(PathRequests requests, FourTuple tuple) {
        return requests.subflowCount() < 1 + requests.endpoints().subflows();
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return Math.min(failed.nextDeadline(), announcements.nextDeadline());
    }

    // ---- changes

    private void remove(PathRequests requests, Endpoint endpoint) {
        requests.withdraw(endpoint.address(), endpoint.port());
        if (endpoint.port() == 0) {
            firstRemoved |= endpoint.address().equals(requests.initialAddress());
            forEachFrom(requests, endpoint.address(), subflow -> close(requests, subflow));
        } else {
            forEachFrom(requests, endpoint.address(), subflow -> closeIfAt(requests, subflow, endpoint.port()));
        }
    }

    private void closeIfAt(PathRequests requests, SubflowSnapshot subflow, int port) {
        if (!subflow.opener() && !subflow.initial() && subflow.tuple().localPort() == port) {
            close(requests, subflow);
        }
    }

    private void closeIfMeshed(PathRequests requests, SubflowSnapshot subflow) {
        if (subflow.opener() && subflow.remoteId() != 0) {
            close(requests, subflow);
        }
    }

    private void close(PathRequests requests, SubflowSnapshot subflow) {
        if (requests.close(subflow)) {
            closedByUs.add(subflow.tuple());
        }
    }

    private void follow(PathRequests requests, SubflowSnapshot subflow) {
        Endpoint endpoint = seen.find(subflow.local());
        if (endpoint != null) {
            requests.setBackup(subflow, endpoint.is(Flag.BACKUP));
        }
    }

    private static void forEachFrom(PathRequests requests, IpAddress local, SubflowAction action) {
        for (int i = requests.subflowCount() - 1; i >= 0; i--) {
            if (i < requests.subflowCount() && requests.subflow(i).local().equals(local)) {
                action.on(requests.subflow(i));
            }
        }
    }

    /** What is done with a subflow. */
    @FunctionalInterface
    private interface SubflowAction {
        void on(SubflowSnapshot subflow);
    }

    // ---- what is wanted

    private void step(PathRequests requests, long nowNanos) {
        announceAll(requests, nowNanos);
        failed.forgetUnknown(requests);
        RemoteAddress first = firstRemote(requests);
        List<RemoteAddress> accepted = accepted(requests, first);
        joinFirst(requests, first, nowNanos);
        joinEndpoints(requests, first, accepted, nowNanos);
        joinAccepted(requests, first, accepted, nowNanos);
        failed.postpone(nowNanos);
    }

    private void announceAll(PathRequests requests, long nowNanos) {
        announcements.begin();
        for (Endpoint endpoint : seen.list()) {
            LocalAddress local = endpoint.is(Flag.SIGNAL) ? localOf(requests, endpoint) : null;
            if (local != null) {
                announcements.announce(requests, local, endpoint.port(), nowNanos);
            }
        }
    }

    /** The peer's address of ID 0; null when it takes no joins there. */
    private static RemoteAddress firstRemote(PathRequests requests) {
        for (int i = 0; i < requests.remoteAddressCount(); i++) {
            if (requests.remoteAddress(i).id() == 0) {
                return requests.remoteAddress(i);
            }
        }
        return null;
    }

    /** The announced addresses that the limit lets in. Behind flag C a limit of 0 is none, as in Linux. */
    private List<RemoteAddress> accepted(PathRequests requests, RemoteAddress first) {
        int limit = first == null && seen.addAddrAccepted() == 0
                ? Endpoints.MAXIMUM_ADD_ADDR_ACCEPTED
                : seen.addAddrAccepted();
        List<RemoteAddress> accepted = new ArrayList<>();
        for (int i = 0; i < requests.remoteAddressCount() && accepted.size() < limit; i++) {
            if (requests.remoteAddress(i).id() != 0) {
                accepted.add(requests.remoteAddress(i));
            }
        }
        return accepted;
    }

    /** The first subflow, when it failed; and some subflow when there is none at all. */
    private void joinFirst(PathRequests requests, RemoteAddress first, long nowNanos) {
        if (!requests.isInitiator() || first == null || firstRemoved) {
            return;
        }
        LocalAddress initial = find(requests, requests.initialAddress());
        if (initial != null) {
            join(requests, named(initial), first, nowNanos);
        } else if (requests.subflowCount() == 0) {
            LocalAddress routed = requests.routeTo(first);
            if (routed != null) {
                join(requests, named(routed), first, nowNanos);
            }
        }
    }

    private void joinEndpoints(
            PathRequests requests, RemoteAddress first, List<RemoteAddress> accepted, long nowNanos) {
        int turn = 0;
        for (Endpoint endpoint : seen.list()) {
            boolean opens = endpoint.is(Flag.SUBFLOW);
            LocalAddress local = opens || endpoint.is(Flag.FULLMESH) ? localOf(requests, endpoint) : null;
            if (local == null) {
                continue;
            }
            if (opens && first != null) {
                join(requests, local, first, nowNanos);
            } else if (opens && !accepted.isEmpty() && !endpoint.is(Flag.FULLMESH)) {
                join(requests, local, accepted.get(turn++ % accepted.size()), nowNanos);
            }
            for (int i = 0; endpoint.is(Flag.FULLMESH) && i < accepted.size(); i++) {
                join(requests, local, accepted.get(i), nowNanos);
            }
        }
    }

    private void joinAccepted(PathRequests requests, RemoteAddress first, List<RemoteAddress> accepted, long nowNanos) {
        for (RemoteAddress remote : accepted) {
            boolean isServed = hasSource(requests, remote, Flag.FULLMESH)
                    || first == null && hasSource(requests, remote, Flag.SUBFLOW)
                    || hasSubflowTo(requests, remote);
            if (!isServed) {
                LocalAddress local = hasSource(requests, remote, Flag.LAMINAR)
                        ? unusedLaminar(requests, remote)
                        : requests.routeTo(remote);
                if (local != null) {
                    join(requests, named(local), remote, nowNanos);
                }
            }
        }
    }

    private boolean hasSource(PathRequests requests, RemoteAddress remote, Flag flag) {
        for (Endpoint endpoint : seen.list()) {
            if (endpoint.is(flag)
                    && endpoint.address().isIpv4() == remote.address().isIpv4()
                    && find(requests, endpoint.address()) != null) {
                return true;
            }
        }
        return false;
    }

    private LocalAddress unusedLaminar(PathRequests requests, RemoteAddress remote) {
        for (Endpoint endpoint : seen.list()) {
            LocalAddress local = endpoint.is(Flag.LAMINAR) ? localOf(requests, endpoint) : null;
            if (local != null
                    && local.address().isIpv4() == remote.address().isIpv4()
                    && !hasSubflowFrom(requests, local.address())) {
                return local;
            }
        }
        return null;
    }

    private void join(PathRequests requests, LocalAddress local, RemoteAddress remote, long nowNanos) {
        if (requests.subflowCount() >= 1 + seen.subflows()
                || requests.subflowsLeft() <= 0
                || local.address().isIpv4() != remote.address().isIpv4()
                || requests.hasSubflow(local.address(), remote)
                || !failed.mayTry(local.address(), remote, nowNanos)) {
            return;
        }
        failed.onTried(local.address(), remote);
        if (!requests.join(local, remote)) {
            failed.onRefused(local.address(), remote, nowNanos);
        }
    }

    // ---- addresses

    /** The endpoint's address with the endpoint's ID and priority; null while this host does not have it. */
    private static LocalAddress localOf(PathRequests requests, Endpoint endpoint) {
        LocalAddress local = find(requests, endpoint.address());
        return local == null
                ? null
                : new LocalAddress(endpoint.address(), endpoint.id(), local.deviceName(), endpoint.is(Flag.BACKUP));
    }

    private LocalAddress named(LocalAddress local) {
        Endpoint endpoint = seen.find(local.address());
        return endpoint == null || endpoint.port() != 0
                ? local
                : new LocalAddress(local.address(), endpoint.id(), local.deviceName(), endpoint.is(Flag.BACKUP));
    }

    private static LocalAddress find(PathRequests requests, IpAddress address) {
        for (int i = 0; i < requests.localAddressCount(); i++) {
            if (requests.localAddress(i).address().equals(address)) {
                return requests.localAddress(i);
            }
        }
        return null;
    }

    private static boolean hasSubflowFrom(PathRequests requests, IpAddress local) {
        for (int i = 0; i < requests.subflowCount(); i++) {
            if (requests.subflow(i).local().equals(local)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasSubflowTo(PathRequests requests, RemoteAddress remote) {
        for (int i = 0; i < requests.subflowCount(); i++) {
            RemoteAddress to = requests.subflow(i).remote();
            if (to.address().equals(remote.address()) && to.port() == remote.port()) {
                return true;
            }
        }
        return false;
    }
}
