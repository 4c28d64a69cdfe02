package io.mptcp4j.tcp;

/**
 * Bounds the acknowledgments that unacceptable segments draw from a connection (RFC 5961 7). The bound is one connection's
 * own; that of all connections is {@link ChallengeLimit}.
 */
final class AckRateLimit {
    private static final int MOST = 10;
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private long intervalStart;
    private int left = MOST;

    /** Whether one more may leave. */
    boolean tryAcquire(long now) {
        if (now - intervalStart >= INTERVAL_NANOS) {
            intervalStart = now;
            left = MOST;
        }
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
