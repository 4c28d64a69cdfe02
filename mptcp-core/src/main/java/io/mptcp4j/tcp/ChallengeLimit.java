package io.mptcp4j.tcp;

import io.mptcp4j.number.Entropy;

/**
 * Bounds the challenge ACKs of all connections of a stack (RFC 5961 7). How many there are in a second is drawn anew each second,
 * between half and one and a half times the setting: whoever provokes them on a connection of his own and counts the answers
 * shall not learn whether somebody else's connection has given any.
 */
public final class ChallengeLimit {
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final int perSecond;
    private final Entropy entropy;
    private boolean started;
    private long intervalStart;
    private int left;

    /**
     * A limit for one stack.
     *
     * @param perSecond how many on the average, above 0
     * @param entropy where chance comes from; asked when there is something to limit
     */
    public ChallengeLimit(int perSecond, Entropy entropy) {
        this.perSecond = perSecond;
        this.entropy = entropy;
    }

    /** Whether one more may leave. */
    public boolean tryAcquire(long nowNanos) {
        if (!started || nowNanos - intervalStart >= INTERVAL_NANOS) {
            started = true;
            intervalStart = nowNanos;
            left = (perSecond + 1) / 2 + (int) Long.remainderUnsigned(entropy.nextInt(), perSecond);
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
