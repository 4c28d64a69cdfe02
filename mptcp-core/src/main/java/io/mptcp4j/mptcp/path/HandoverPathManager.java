package io.mptcp4j.mptcp.path;

/**
 * One subflow over each address of this host, and all but that of the primary one are backups: octets move to another path
 * when the primary one fails, and back when it works again. The primary address is the first one whose device is not a
 * backup, so name the device that costs nothing first.
 *
 * <p>Apple's {@code handover} opens the second path only when the first one is bad, which its operating system learns from
 * the radio. A stack that sees packets alone would learn nothing while it only receives; so the second path is open before
 * it is needed, and idle.
 */
public final class HandoverPathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "handover";

    private final FailedPairs failed = new FailedPairs();
    private final Announcements announcements = new Announcements();
    private boolean primaryIsBad;

    /** Whether a subflow is one of the primary address. */
    static boolean isPrimary(PathRequests requests, SubflowSnapshot subflow) {
        LocalAddress primary = primary(requests, subflow.local().isIpv4());
        return primary != null && primary.address().equals(subflow.local());
    }

    /** While the primary path is bad the others are no backups. */
    void judgePrimary(PathRequests requests, boolean isBad) {
        if (primaryIsBad != isBad) {
            primaryIsBad = isBad;
            prioritise(requests);
        }
    }

    // ---- events

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        failed.onEstablished(subflow, nowNanos);
        prioritise(requests);
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        failed.onClosed(requests, subflow, ending, nowNanos);
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
    public void advance(PathRequests requests, long nowNanos) {
        step(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return Math.min(failed.nextDeadline(), announcements.nextDeadline());
    }

    // ---- steps

    private void step(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            announcements.announceAll(requests, nowNanos);
            return;
        }
        prioritise(requests);
        failed.forgetUnknown(requests);
        AddressPairs pairs = new AddressPairs(requests);
        while (requests.subflowsLeft() > 0 && pairs.next(failed, nowNanos)) {
            LocalAddress local = pairs.local();
            if (!hasSubflow(requests, local)) {
                failed.onTried(local.address(), pairs.remote());
                if (requests.join(local.withBackup(isBackup(requests, local)), pairs.remote())) {
                    pairs.onJoined();
                } else {
                    failed.onRefused(local.address(), pairs.remote(), nowNanos);
                }
            }
        }
        failed.postpone(nowNanos);
    }

    private void prioritise(PathRequests requests) {
        for (int i = 0; requests.isInitiator() && i < requests.subflowCount(); i++) {
            SubflowSnapshot subflow = requests.subflow(i);
            requests.setBackup(subflow, !primaryIsBad && !isPrimary(requests, subflow));
        }
    }

    private boolean isBackup(PathRequests requests, LocalAddress local) {
        LocalAddress primary = primary(requests, local.address().isIpv4());
        return !primaryIsBad && primary != null && !primary.address().equals(local.address());
    }

    private static boolean hasSubflow(PathRequests requests, LocalAddress local) {
        for (int i = 0; i < requests.subflowCount(); i++) {
            SubflowSnapshot subflow = requests.subflow(i);
            if (subflow.local().equals(local.address()) && subflow.phase() != SubflowSnapshot.Phase.CLOSING) {
                return true;
            }
        }
        return false;
    }

    /** The address of a family that comes first; one of a backup device only when there is no other. */
    private static LocalAddress primary(PathRequests requests, boolean ipv4) {
        LocalAddress backup = null;
        for (int i = 0; i < requests.localAddressCount(); i++) {
            LocalAddress local = requests.localAddress(i);
            if (local.address().isIpv4() == ipv4 && !local.backup()) {
                return local;
            }
            backup = backup == null && local.address().isIpv4() == ipv4 ? local : backup;
        }
        return backup;
    }
}
