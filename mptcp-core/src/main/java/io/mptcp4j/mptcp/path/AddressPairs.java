package io.mptcp4j.mptcp.path;

import java.util.HashMap;
import java.util.Map;

/**
 * The pairs of an address of ours and one of the peer that have no subflow, in the order that spreads them best: over the
 * devices first, then over our addresses, then over the peer's. So a limit of n subflows uses n paths where there are n, and
 * not n addresses of the peer over one path.
 */
final class AddressPairs {
    private final PathRequests requests;
    private final int locals;
    private final int remotes;
    private final boolean[] tried;
    private final Map<Object, Integer> uses = new HashMap<>();
    private int local;
    private int remote;

    AddressPairs(PathRequests requests) {
        this.requests = requests;
        this.locals = requests.localAddressCount();
        this.remotes = requests.remoteAddressCount();
        this.tried = new boolean[locals * remotes];
        for (int i = 0; i < requests.subflowCount(); i++) {
            SubflowSnapshot subflow = requests.subflow(i);
            for (int l = 0; l < locals; l++) {
                if (requests.localAddress(l).address().equals(subflow.local())) {
                    count(requests.localAddress(l), subflow.remote());
                }
            }
        }
    }

    /** Goes to the best pair that has not been named yet and may be tried; false when there is none. */
    boolean next(FailedPairs failed, long nowNanos) {
        int best = -1;
        long bestUse = Long.MAX_VALUE;
        for (int i = 0; i < tried.length; i++) {
            long use = tried[i] ? Long.MAX_VALUE : use(i);
            if (use < bestUse && isFree(i, failed, nowNanos)) {
                best = i;
                bestUse = use;
            }
        }
        if (best < 0) {
            return false;
        }
        tried[best] = true;
        local = best / remotes;
        remote = best % remotes;
        return true;
    }

    /** The present pair has its subflow. */
    void onJoined() {
        count(local(), remote());
    }

    LocalAddress local() {
        return requests.localAddress(local);
    }

    RemoteAddress remote() {
        return requests.remoteAddress(remote);
    }

    private boolean isFree(int pair, FailedPairs failed, long nowNanos) {
        LocalAddress from = requests.localAddress(pair / remotes);
        RemoteAddress to = requests.remoteAddress(pair % remotes);
        return from.address().isIpv4() == to.address().isIpv4()
                && !requests.hasSubflow(from.address(), to)
                && failed.mayTry(from.address(), to, nowNanos);
    }

    private long use(int pair) {
        LocalAddress from = requests.localAddress(pair / remotes);
        RemoteAddress to = requests.remoteAddress(pair % remotes);
        return (long) use(from.deviceName()) << 32
                | (long) use(from.address()) << 16
                | use(to.address() + ":" + to.port());
    }

    private int use(Object key) {
        return uses.getOrDefault(key, 0);
    }

    private void count(LocalAddress from, RemoteAddress to) {
        uses.merge(from.deviceName(), 1, Integer::sum);
        uses.merge(from.address(), 1, Integer::sum);
        uses.merge(to.address() + ":" + to.port(), 1, Integer::sum);
    }
}
