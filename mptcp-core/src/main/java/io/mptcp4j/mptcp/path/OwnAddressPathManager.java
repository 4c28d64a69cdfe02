package io.mptcp4j.mptcp.path;

import java.util.List;

/**
 * Announces certain addresses, with ports or without, and never joins: for a server behind a load balancer, whose clients
 * shall open their further subflows to an address or a port that reaches this server and no other (RFC 8684 3.1, flag C).
 */
public final class OwnAddressPathManager implements PathManager {
    private final List<Endpoint> own;
    private final Announcements announcements = new Announcements();

    /**
     * A path manager.
     *
     * @param own what to announce; an address that this host does not have is left out while that is so
     */
    public OwnAddressPathManager(List<Endpoint> own) {
        this.own = List.copyOf(own);
    }

    @Override
    public void onEstablished(PathRequests requests, long nowNanos) {
        // RFC 8684 3.3.8: MP_CAPABLE has no flag B, so MP_PRIO tells that the first subflow is a backup.
        requests.followDevices();
        announceOwn(requests, nowNanos);
    }

    @Override
    public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
        requests.followDevices();
        announceOwn(requests, nowNanos);
    }

    @Override
    public void onSubflowClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        // The client comes again.
    }

    @Override
    public void advance(PathRequests requests, long nowNanos) {
        announceOwn(requests, nowNanos);
    }

    @Override
    public long nextDeadline() {
        return announcements.nextDeadline();
    }

    private void announceOwn(PathRequests requests, long nowNanos) {
        announcements.begin();
        for (int i = 0; i < requests.localAddressCount(); i++) {
            LocalAddress local = requests.localAddress(i);
            for (int e = 0; e < own.size(); e++) {
                if (own.get(e).address().equals(local.address())) {
                    announcements.announce(requests, local, own.get(e).port(), nowNanos);
                }
            }
        }
    }
}
