package io.mptcp4j.mptcp.path;

/**
 * Opens no subflow and announces no address by itself. The peer may still join, and the application may open, close and
 * announce what it likes.
 */
public final class NoPathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "none";

    /** The same under the name that says who decides. */
    public static final String APPLICATION = "application";

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        // Nothing to open. RFC 8684 3.3.8: MP_CAPABLE has no flag B, so MP_PRIO tells that the first subflow is a
        // backup.
        requests.followDevices();
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        // Nothing to replace.
    }
}
