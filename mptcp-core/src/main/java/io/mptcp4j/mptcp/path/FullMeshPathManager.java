package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A subflow between each address of this host and each known address of the peer, as far as the limits go. The end that
 * opened the connection joins; the other announces its addresses, since a client behind a NAT cannot be joined.
 *
 * <p>A pair whose subflow failed is tried again after a pause that grows from 1 to 60 seconds.
 */
public final class FullMeshPathManager implements PathManager {
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;
    private static final int MAXIMUM_FAILED_PAIRS = 64;

    private final List<FailedPair> failedPairs = new ArrayList<>();

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            announceAll(requests);
        }
        joinAll(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        onEstablished(requests, nowNanos);
    }

    @Override
    public void onRemoteAddressesChanged(PathRequests requests, long nowNanos) {
        joinAll(requests, nowNanos);
    }

    @Override
    public void onSubflowClosed(
            PathRequests requests, IpAddress local, RemoteAddress remote, boolean failed, long nowNanos) {
        // What the peer closed in order is its wish, unless nothing is left.
        if ((failed || requests.subflowCount() == 0) && requests.isInitiator()) {
            noteFailure(local, remote, nowNanos);
        }
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        joinAll(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < failedPairs.size(); i++) {
            next = Math.min(next, failedPairs.get(i).notBefore);
        }
        return next;
    }

    private void announceAll(PathRequests requests) {
        for (int i = 0; i < requests.localAddressCount(); i++) {
            requests.announce(requests.localAddress(i));
        }
    }

    private void joinAll(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            return;
        }
        forgetStaleFailures(requests, nowNanos);
        for (int l = 0; l < requests.localAddressCount(); l++) {
            for (int r = 0; r < requests.remoteAddressCount(); r++) {
                if (requests.subflowsLeft() <= 0) {
                    return;
                }
                joinPair(requests, requests.localAddress(l), requests.remoteAddress(r), nowNanos);
            }
        }
    }

    private void joinPair(PathRequests requests, LocalAddress local, RemoteAddress remote, long nowNanos) {
        if (local.address().isIpv4() != remote.address().isIpv4() || requests.hasSubflow(local.address(), remote)) {
            return;
        }
        FailedPair failed = find(local.address(), remote);
        if (failed != null && failed.notBefore > nowNanos) {
            return;
        }
        if (failed != null) {
            failed.notBefore = Long.MAX_VALUE;
        }
        if (!requests.join(local, remote)) {
            noteFailure(local.address(), remote, nowNanos);
        }
    }

    private void noteFailure(IpAddress local, RemoteAddress remote, long nowNanos) {
        FailedPair failed = find(local, remote);
        if (failed == null) {
            if (failedPairs.size() == MAXIMUM_FAILED_PAIRS) {
                return;
            }
            failed = new FailedPair(local, remote);
            failedPairs.add(failed);
        }
        failed.pauseNanos =
                failed.pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * failed.pauseNanos, LONGEST_PAUSE_NANOS);
        failed.notBefore = nowNanos + failed.pauseNanos;
    }

    /** A deadline that passed while its address was away would wake the loop for ever. */
    private void forgetStaleFailures(PathRequests requests, long nowNanos) {
        for (int i = failedPairs.size() - 1; i >= 0; i--) {
            FailedPair failed = failedPairs.get(i);
            if (failed.notBefore <= nowNanos && !isKnown(requests, failed)) {
                failedPairs.remove(i);
            }
        }
        for (int i = 0; i < failedPairs.size() && requests.subflowsLeft() <= 0; i++) {
            FailedPair failed = failedPairs.get(i);
            if (failed.notBefore <= nowNanos) {
                failed.notBefore = nowNanos + failed.pauseNanos;
            }
        }
    }

    private static boolean isKnown(PathRequests requests, FailedPair failed) {
        boolean local = false;
        for (int i = 0; i < requests.localAddressCount(); i++) {
            local |= requests.localAddress(i).address().equals(failed.local);
        }
        boolean remote = false;
        for (int i = 0; i < requests.remoteAddressCount(); i++) {
            remote |= isSame(requests.remoteAddress(i), failed.remote);
        }
        return local && remote && !requests.hasSubflow(failed.local, failed.remote);
    }

    /** Whatever the id: the peer may know its address by one in ADD_ADDR and answer a join by another. */
    private static boolean isSame(RemoteAddress a, RemoteAddress b) {
        return a.port() == b.port() && a.address().equals(b.address());
    }

    private FailedPair find(IpAddress local, RemoteAddress remote) {
        for (int i = 0; i < failedPairs.size(); i++) {
            FailedPair failed = failedPairs.get(i);
            if (failed.local.equals(local) && isSame(failed.remote, remote)) {
                return failed;
            }
        }
        return null;
    }

    /** A pair of addresses whose last subflow failed, and when to try it again. */
    private static final class FailedPair {
        private final IpAddress local;
        private final RemoteAddress remote;
        private long pauseNanos;
        private long notBefore = Long.MAX_VALUE;

        FailedPair(IpAddress local, RemoteAddress remote) {
            this.local = local;
            this.remote = remote;
        }
    }
}
