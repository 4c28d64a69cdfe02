package io.mptcp4j.mptcp.path;

/** Announces each address of this host and never joins: for servers, whose clients may be behind a NAT. */
public final class SignalPathManager implements PathManager {
    /** The name under which users choose it. */
    public static final String NAME = "signal";

    private final Announcements announcements = new Announcements();

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        // RFC 8684 3.3.8: MP_CAPABLE has no flag B, so MP_PRIO tells that the first subflow is a backup.
        requests.followDevices();
        announcements.announceAll(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        requests.followDevices();
        announcements.announceAll(requests, nowNanos);
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        // The client comes again.
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        announcements.announceAll(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return announcements.nextDeadline();
    }
}
