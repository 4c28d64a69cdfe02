package io.mptcp4j.mptcp.path;

/**
 * A subflow between each address of this host and each known address of the peer, as far as the limits go, and spread over
 * the paths where they do not go far enough. The end that opened the connection joins; the other announces its addresses,
 * since a client behind a NAT cannot be joined.
 *
 * <p>A pair whose subflow failed is tried again after a pause that grows from 1 to 60 seconds, or to an hour where the peer
 * does not want it.
 */
public final class FullMeshPathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "fullmesh";

    private final FailedPairs failed = new FailedPairs();
    private final Announcements announcements = new Announcements();
    private final boolean hasBackups;

    /** Subflows over a backup device are backups. */
    public FullMeshPathManager() {
        this(true);
    }

    private FullMeshPathManager(boolean hasBackups) {
        this.hasBackups = hasBackups;
    }

    /** All subflows are regular ones, over whatever device. */
    static FullMeshPathManager withoutBackups() {
        return new FullMeshPathManager(false);
    }

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        if (hasBackups) {
            // RFC 8684 3.3.8: MP_CAPABLE has no flag B, so MP_PRIO tells that the first subflow is a backup.
            requests.followDevices();
        }
        begin(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        if (hasBackups) {
            requests.followDevices();
        }
        begin(requests, nowNanos);
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
    public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        failed.onEstablished(subflow, nowNanos);
        if (!hasBackups && !subflow.opener()) {
            requests.setBackup(subflow, false);
        }
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        if (!requests.isInitiator()) {
            return;
        }
        failed.onClosed(requests, subflow, ending, nowNanos);
        // There may be room now for a pair that was left out.
        joinAll(requests, nowNanos);
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        begin(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return Math.min(failed.nextDeadline(), announcements.nextDeadline());
    }

    private void begin(PathRequests requests, long nowNanos) {
        if (requests.isInitiator()) {
            joinAll(requests, nowNanos);
        } else {
            announcements.announceAll(requests, nowNanos);
        }
    }

    private void joinAll(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            return;
        }
        failed.forgetUnknown(requests);
        if (requests.subflowsLeft() > 0) {
            joinFree(requests, nowNanos);
        }
        failed.postpone(nowNanos);
    }

    private void joinFree(PathRequests requests, long nowNanos) {
        AddressPairs pairs = new AddressPairs(requests);
        while (requests.subflowsLeft() > 0 && pairs.next(failed, nowNanos)) {
            LocalAddress local = hasBackups ? pairs.local() : pairs.local().withBackup(false);
            failed.onTried(local.address(), pairs.remote());
            if (requests.join(local, pairs.remote())) {
                pairs.onJoined();
            } else {
                failed.onRefused(local.address(), pairs.remote(), nowNanos);
            }
        }
    }
}
