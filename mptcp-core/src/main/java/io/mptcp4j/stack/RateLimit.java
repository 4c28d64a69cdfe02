package io.mptcp4j.stack;

/** Lets so many events a second pass, and a burst after a rest (the generic cell rate algorithm). */
final class RateLimit {
    private static final long NANOS_A_SECOND = 1_000_000_000L;

    private final long intervalNanos;
    private final long toleranceNanos;
    private long theoreticalNanos;
    private boolean started;

    /**
     * A limit with its whole burst to spend.
     *
     * @param perSecond events a second, above 0
     * @param burst events at once after a rest, above 0
     */
    RateLimit(int perSecond, int burst) {
        this.intervalNanos = NANOS_A_SECOND / perSecond;
        this.toleranceNanos = intervalNanos * (burst - 1L);
    }

    /** Whether one more event may pass now; if so it is counted. */
    boolean tryAcquire(long nowNanos) {
        if (!started || nowNanos - theoreticalNanos > 0) {
            started = true;
            theoreticalNanos = nowNanos;
        }
        if (theoreticalNanos - nowNanos > toleranceNanos) {
            return false;
        }
        theoreticalNanos += intervalNanos;
        return true;
    }
}
