package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;

/**
 * Decides which subflows a connection has. One instance a connection; called by the thread that drives the stack with
 * events, answers with requests; must not block or throw.
 */
public interface PathManager {
    /** A DSS has come through: subflows may be opened from now on (RFC 8684 3.1). */
    void onEstablished(PathRequests requests, long nowNanos);

    /** The addresses of this host changed, or one came up or went down. */
    void onLocalAddressesChanged(PathRequests requests, long nowNanos);

    /** The peer announced an address, or removed one. */
    void onRemoteAddressesChanged(PathRequests requests, long nowNanos);

    /**
     * A subflow ended while the connection goes on.
     *
     * @param failed whether it ended by anything else than an orderly close
     */
    void onSubflowClosed(PathRequests requests, IpAddress local, RemoteAddress remote, boolean failed, long nowNanos);

    /** The time of {@link #nextDeadline} has come. */
    void advance(PathRequests requests, long nowNanos);

    /** When the manager wants to be called again; {@code Long.MAX_VALUE} for never. */
    long nextDeadline();

    /** Makes the path manager of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A new path manager. */
        PathManager create();
    }
}
