package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;

/**
 * So many subflows between one pair of addresses, from different ports: where a network shares its links out by 5-tuple,
 * they take different ones. Between the addresses of the first subflow, or, where the peer takes no joins there (flag C of
 * RFC 8684 3.1), to the first address that it announced. The end that opened the connection joins.
 */
public final class NdiffPortsPathManager implements PathManager {
    /** The name under which users choose it, with the number in parentheses or without. */
    public static final String NAME = "ndiffports";

    /** The number of subflows when none is said. */
    public static final int DEFAULT_SUBFLOWS = 2;

    /** The most subflows that can be asked for: as many as a connection can have. */
    public static final int MAXIMUM_SUBFLOWS = 32;

    private final FailedPairs failed = new FailedPairs();
    private final int subflows;

    /**
     * A path manager.
     *
     * @param subflows how many, 1 to {@link #MAXIMUM_SUBFLOWS}; the limit of the connection is kept in any case
     */
    public NdiffPortsPathManager(int subflows) {
        if (subflows < 1 || subflows > MAXIMUM_SUBFLOWS) {
            throw new IllegalArgumentException(NAME + " has 1 to " + MAXIMUM_SUBFLOWS + " subflows: " + subflows);
        }
        this.subflows = subflows;
    }

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        // RFC 8684 3.3.8: MP_CAPABLE has no flag B, so MP_PRIO tells that the first subflow is a backup.
        requests.followDevices();
        joinAll(requests, nowNanos);
    }

    @Override
    public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        failed.onEstablished(subflow, nowNanos);
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        failed.onClosed(requests, subflow, ending, nowNanos);
        joinAll(requests, nowNanos);
    }

    @Override
    public void onAddressAnnounced(PathRequests requests, RemoteAddress remote, long nowNanos) {
        joinAll(requests, nowNanos);
    }

    @Override
    public void onAddressRemoved(PathRequests requests, int addressId, long nowNanos) {
        joinAll(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        requests.followDevices();
        joinAll(requests, nowNanos);
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        joinAll(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return failed.nextDeadline();
    }

    private void joinAll(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            return;
        }
        failed.forgetUnknown(requests);
        if (requests.remoteAddressCount() > 0) {
            // The address of the first subflow comes first in the list, if joins may go there.
            RemoteAddress remote = requests.remoteAddress(0);
            LocalAddress local = localFor(requests, remote);
            if (local != null) {
                join(requests, local, remote, nowNanos);
            }
        }
        failed.postpone(nowNanos);
    }

    private void join(PathRequests requests, LocalAddress local, RemoteAddress remote, long nowNanos) {
        if (!failed.mayTry(local.address(), remote, nowNanos)) {
            return;
        }
        int missing = subflows - requests.subflowCount();
        for (int i = 0; i < missing && requests.subflowsLeft() > 0; i++) {
            failed.onTried(local.address(), remote);
            if (!requests.join(local, remote)) {
                failed.onRefused(local.address(), remote, nowNanos);
                return;
            }
        }
    }

    private static LocalAddress localFor(PathRequests requests, RemoteAddress remote) {
        IpAddress initial = requests.initialAddress();
        for (int i = 0; i < requests.localAddressCount(); i++) {
            LocalAddress local = requests.localAddress(i);
            if (local.address().equals(initial)
                    && initial.isIpv4() == remote.address().isIpv4()) {
                return local;
            }
        }
        return requests.routeTo(remote);
    }
}
