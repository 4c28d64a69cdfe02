package io.mptcp4j.tcp;

/**
 * What TS.Recent was half a second to a second ago: how far back the timestamp of a segment may lie that came late. RFC 7323 5.3 (R1)
 * takes none that is older than TS.Recent, and so all that was overtaken by a retransmission, which has a newer one; that this
 * happens it thought unlikely. On a path that reorders it makes a loss of each of them, and their retransmissions make more.
 *
 * <p>What PAWS is for stays as it was: no more than 2^30 octets arrive within that time, or it is shorter, and what comes from a
 * former round of the sequence numbers is older by 2^32 octets.
 */
final class OldestTimestamp {
    private static final long HALF_NANOS = 500_000_000L;
    private static final int HALF_OCTETS = 1 << 29;

    private int oldest;
    private int following;
    private int followingSeq;
    private long followingAt;

    /** The first timestamp of the peer. */
    void start(int tsVal, int rcvNxt, long now) {
        oldest = tsVal;
        note(tsVal, rcvNxt, now);
    }

    /**
     * A segment was accepted.
     *
     * @param tsRecent TS.Recent before it
     * @param received what was acknowledged last
     */
    void onSegment(int tsRecent, int received, long now) {
        if (now - followingAt >= HALF_NANOS || received - followingSeq >= HALF_OCTETS) {
            oldest = following;
            note(tsRecent, received, now);
        }
    }

    private void note(int tsVal, int received, long now) {
        following = tsVal;
        followingSeq = received;
        followingAt = now;
    }

    /** Whether a timestamp lies further back. */
    boolean isAfter(int tsVal) {
        return tsVal - oldest < 0;
    }
}
