package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.FourTuple;

/**
 * Decides which subflows a connection has, and which addresses it announces. One instance a connection; called with events
 * by the thread that drives the stack, answers with requests. Must not block.
 *
 * <p>Applications may bring their own. What happens as a consequence of a request is told when the call that made it has
 * returned. A path manager that throws is not called again: its connection goes on with the subflows it has.
 */
public interface PathManager {
    /**
     * A DSS has come through: subflows may be opened from now on (RFC 8684 3.1). Told once. MP_CAPABLE has no flag B: if the first
     * subflow is to be a backup the peer has to be told now, by {@link PathRequests#followDevices} or {@link PathRequests#setBackup}.
     */
    void onEstablished(PathRequests requests, long nowNanos);

    /** A subflow, opened by either end, is ready to carry octets. Not told of the first. */
    default void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {}

    /** What was sent on a subflow has not been acknowledged in time; told again when it happens again. */
    default void onSubflowStalled(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {}

    /** A subflow, established or not, has ended, or is ending in order, while the connection goes on. */
    void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos);

    /** The peer asked to use a subflow as backup, or as a regular one again (RFC 8684 3.3.8). */
    default void onPriorityChanged(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {}

    /** The peer announced an address (RFC 8684 3.4.1) to which subflows may be opened. */
    default void onAddressAnnounced(PathRequests requests, RemoteAddress remote, long nowNanos) {}

    /** The peer took addresses back (RFC 8684 3.4.2); subflows to them are closed. */
    default void onAddressRemoved(PathRequests requests, int addressId, long nowNanos) {}

    /**
     * The addresses of this host changed, or one came up or went down, or a device became a backup or is one no longer. By
     * default each subflow gets the priority of its device.
     */
    default void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        requests.followDevices();
    }

    /** The operator changed {@link PathRequests#endpoints()}. */
    default void onEndpointsChanged(PathRequests requests, long nowNanos) {}

    /**
     * Whether the peer may open one more subflow. The limits of the connection are kept in any case.
     *
     * @param tuple from our side
     */
    default boolean mayAccept(PathRequests requests, FourTuple tuple) {
        return true;
    }

    /** The time of {@link #nextDeadline} has come. */
    default void advance(PathRequests requests, long nowNanos) {}

    /** When the manager wants to be called again; {@code Long.MAX_VALUE} for never. Not more often than each millisecond. */
    default long nextDeadline() {
        return Long.MAX_VALUE;
    }

    /** Makes the path manager of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A new path manager. */
        PathManager create();
    }
}
