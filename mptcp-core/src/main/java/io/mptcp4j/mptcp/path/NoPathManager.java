package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;

/** Opens no subflow and announces no address; the peer may still join. */
public final class NoPathManager implements PathManager {
    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        // Nothing to open.
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        // Nothing to announce.
    }

    @Override
    public void onRemoteAddressesChanged(PathRequests requests, long nowNanos) {
        // Nothing to join.
    }

    @Override
    public void onSubflowClosed(
            PathRequests requests, IpAddress local, RemoteAddress remote, boolean failed, long nowNanos) {
        // Nothing to replace.
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        // No deadline is ever set.
    }

    @Override
    public long nextDeadline() {
        return Long.MAX_VALUE;
    }
}
