package io.mptcp4j.mptcp;

/** How many subflows of a connection may begin in a second, opened by either end. */
final class JoinRate {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private boolean begun;
    private long since;
    private int count;

    /** Whether one more may begin now; if so it is counted. */
    boolean tryAcquire(int limit, long nowNanos) {
        if (isExhausted(limit, nowNanos)) {
            return false;
        }
        count++;
        return true;
    }

    /** Whether none may begin now. */
    boolean isExhausted(int limit, long nowNanos) {
        if (!begun || nowNanos - since >= SECOND_NANOS) {
            begun = true;
            since = nowNanos;
            count = 0;
        }
        return count >= limit;
    }
}
