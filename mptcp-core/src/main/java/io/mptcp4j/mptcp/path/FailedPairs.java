package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The pairs of addresses whose subflow ended, and when each may be tried again.
 *
 * <p>After a failure the pause grows from 1 to 60 seconds, and begins anew when the subflow lived for longer than its last
 * pause. After a RST whose reason stays (RFC 8684 3.6, flag T clear: prohibited, a limit, a middlebox) it grows from one
 * minute to one hour. What was closed in order stays closed while both addresses are there.
 */
final class FailedPairs {
    private static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 60_000_000_000L;
    private static final long FIRST_PAUSE_FOR_GOOD_NANOS = 60_000_000_000L;
    private static final long LONGEST_PAUSE_FOR_GOOD_NANOS = 3_600_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    private static final int MAXIMUM_FAILED_PAIRS = 64;

    private final List<Pair> pairs = new ArrayList<>();

    /** A subflow of this pair has come to work. A pause stays: another of the same pair was refused meanwhile. */
    void onEstablished(SubflowSnapshot subflow, long nowNanos) {
        Pair pair = find(subflow.local(), subflow.remote());
        if (pair != null) {
            pair.establishedAt = nowNanos;
        }
    }

    /** A subflow has ended. What was closed in order is the peer's wish, unless nothing is left. */
    void onClosed(PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
        if (ending.failed() || requests.subflowCount() == 0) {
            noteFailure(subflow.local(), subflow.remote(), ending.isForGood(), nowNanos);
        } else {
            Pair pair = add(subflow.local(), subflow.remote());
            pair.notBefore = NEVER;
            pair.closed = true;
        }
    }

    /** A join could not even be tried. */
    void onRefused(IpAddress local, RemoteAddress remote, long nowNanos) {
        noteFailure(local, remote, false, nowNanos);
    }

    /** A join is about to be tried. */
    void onTried(IpAddress local, RemoteAddress remote) {
        Pair pair = find(local, remote);
        if (pair != null) {
            pair.notBefore = NEVER;
            pair.closed = false;
        }
    }

    /** Whether a join of this pair may be tried now. */
    boolean mayTry(IpAddress local, RemoteAddress remote, long nowNanos) {
        Pair pair = find(local, remote);
        return pair == null || !pair.closed && (pair.notBefore <= nowNanos || pair.notBefore == NEVER);
    }

    /** Lets pairs be tried that were closed in order. */
    void reopen() {
        for (int i = 0; i < pairs.size(); i++) {
            pairs.get(i).closed = false;
        }
    }

    /** Forgets what is known about an address of ours: it is used anew. */
    void forget(IpAddress local) {
        pairs.removeIf(pair -> pair.isFrom(local));
    }

    /** When the next pair may be tried; {@code Long.MAX_VALUE} for never. */
    long nextDeadline() {
        long next = NEVER;
        for (int i = 0; i < pairs.size(); i++) {
            next = Math.min(next, pairs.get(i).notBefore);
        }
        return next;
    }

    /** Forgets pairs of which an address is gone: when it comes back it is news. */
    void forgetUnknown(PathRequests requests) {
        for (int i = pairs.size() - 1; i >= 0; i--) {
            if (!isKnown(requests, pairs.get(i))) {
                pairs.remove(i);
            }
        }
    }

    /** A deadline that passed and led to no join begins anew, or it would wake the loop for ever. */
    void postpone(long nowNanos) {
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            if (pair.notBefore <= nowNanos) {
                pair.notBefore = nowNanos + pair.pauseNanos;
            }
        }
    }

    private void noteFailure(IpAddress local, RemoteAddress remote, boolean forGood, long nowNanos) {
        Pair pair = add(local, remote);
        if (pair.establishedAt != NEVER && nowNanos - pair.establishedAt > pair.pauseNanos) {
            pair.pauseNanos = 0;
        }
        long first = forGood ? FIRST_PAUSE_FOR_GOOD_NANOS : FIRST_PAUSE_NANOS;
        long longest = forGood ? LONGEST_PAUSE_FOR_GOOD_NANOS : LONGEST_PAUSE_NANOS;
        pair.pauseNanos = Math.min(Math.max(first, 2 * pair.pauseNanos), longest);
        pair.establishedAt = NEVER;
        pair.notBefore = nowNanos + pair.pauseNanos;
        pair.closed = false;
    }

    private Pair add(IpAddress local, RemoteAddress remote) {
        Pair pair = find(local, remote);
        if (pair == null) {
            if (pairs.size() == MAXIMUM_FAILED_PAIRS) {
                pairs.remove(0);
            }
            pair = new Pair(local, remote);
            pairs.add(pair);
        }
        return pair;
    }

    private Pair find(IpAddress local, RemoteAddress remote) {
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            if (pair.isFrom(local) && isSame(pair.remote, remote)) {
                return pair;
            }
        }
        return null;
    }

    private static boolean isKnown(PathRequests requests, Pair pair) {
        boolean local = false;
        for (int i = 0; i < requests.localAddressCount(); i++) {
            local |= pair.isFrom(requests.localAddress(i).address());
        }
        boolean remote = false;
        for (int i = 0; i < requests.remoteAddressCount(); i++) {
            remote |= isSame(requests.remoteAddress(i), pair.remote);
        }
        return local && remote;
    }

    /** Whatever the id: the peer may know its address by one in ADD_ADDR and answer a join by another. */
    private static boolean isSame(RemoteAddress a, RemoteAddress b) {
        return a.port() == b.port() && a.address().equals(b.address());
    }

    /** What is known about a pair of addresses. */
    private static final class Pair {
        private final IpAddress local;
        private final RemoteAddress remote;
        private long pauseNanos;
        private long notBefore = NEVER;
        private long establishedAt = NEVER;
        private boolean closed;

        Pair(IpAddress local, RemoteAddress remote) {
            this.local = local;
            this.remote = remote;
        }

        boolean isFrom(IpAddress address) {
            return local.equals(address);
        }
    }
}
