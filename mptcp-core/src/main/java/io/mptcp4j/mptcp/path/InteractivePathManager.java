package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.FourTuple;

/**
 * As {@link HandoverPathManager}, but the other paths are used also while the primary one is slow: while it does not
 * acknowledge in time, or its round-trip time is more than twice that of the quickest other path and 20 ms above it. For
 * traffic that wants low latency, as Apple's {@code interactive}.
 */
public final class InteractivePathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "interactive";

    private static final long LOOK_NANOS = 500_000_000L;
    private static final long GOOD_FOR_NANOS = 5_000_000_000L;
    private static final long MARGIN_NANOS = 20_000_000L;
    private static final int BAD_FACTOR = 2;

    private final HandoverPathManager paths = new HandoverPathManager();
    private long nextLook = Long.MAX_VALUE;
    private long badUntil = Long.MIN_VALUE;

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        paths.onEstablished(requests, nowNanos);
    }

    @Override
    public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        paths.onSubflowEstablished(requests, subflow, nowNanos);
        look(requests, nowNanos);
    }

    @Override
    public void onSubflowStalled(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
        look(requests, nowNanos);
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        paths.onSubflowClosed(requests, subflow, ending, nowNanos);
        look(requests, nowNanos);
    }

    @Override
    public void onAddressAnnounced(PathRequests requests, RemoteAddress remote, long nowNanos) {
        paths.onAddressAnnounced(requests, remote, nowNanos);
    }

    @Override
    public void onAddressRemoved(PathRequests requests, int addressId, long nowNanos) {
        paths.onAddressRemoved(requests, addressId, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        paths.onLocalAddressesChanged(requests, nowNanos);
    }

    @Override
    public boolean mayAccept(PathRequests requests, FourTuple tuple) {
        return paths.mayAccept(requests, tuple);
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        if (paths.nextDeadline() <= nowNanos) {
            paths.advance(requests, nowNanos);
        }
        if (nextLook <= nowNanos) {
            look(requests, nowNanos);
        }
    }

    @Override
    public long nextDeadline() {
        return Math.min(paths.nextDeadline(), nextLook);
    }

    private void look(PathRequests requests, long nowNanos) {
        if (!requests.isInitiator()) {
            return;
        }
        if (isPrimaryBad(requests)) {
            badUntil = nowNanos + GOOD_FOR_NANOS;
        }
        paths.judgePrimary(requests, nowNanos < badUntil);
        nextLook = requests.subflowCount() > 1 ? nowNanos + LOOK_NANOS : Long.MAX_VALUE;
    }

    private static boolean isPrimaryBad(PathRequests requests) {
        long primaryRtt = 0;
        long otherRtt = Long.MAX_VALUE;
        boolean stalled = false;
        for (int i = 0; i < requests.subflowCount(); i++) {
            SubflowSnapshot subflow = requests.subflow(i);
            if (!subflow.isEstablished()) {
                continue;
            }
            if (HandoverPathManager.isPrimary(requests, subflow)) {
                stalled |= subflow.phase() == SubflowSnapshot.Phase.STALLED;
                primaryRtt = Math.max(primaryRtt, subflow.smoothedRttNanos());
            } else if (subflow.smoothedRttNanos() > 0) {
                otherRtt = Math.min(otherRtt, subflow.smoothedRttNanos());
            }
        }
        boolean slow =
                otherRtt < Long.MAX_VALUE && primaryRtt > BAD_FACTOR * otherRtt && primaryRtt - otherRtt > MARGIN_NANOS;
        return stalled || slow;
    }
}
