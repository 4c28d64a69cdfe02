package io.mptcp4j.testing;

import java.time.Duration;

/** Time that passes when a test says so. */
public final class ManualClock {
    private long nowNanos;

    /** A clock that begins at {@code nowNanos}. */
    public ManualClock(long nowNanos) {
        this.nowNanos = nowNanos;
    }

    /** The time in nanoseconds. */
    public long now() {
        return nowNanos;
    }

    /** Lets time pass. */
    public void advance(Duration by) {
        advanceTo(nowNanos + by.toNanos());
    }

    /** Lets time pass until {@code nanos}, which must not be earlier. */
    public void advanceTo(long nanos) {
        if (nanos < nowNanos) {
            throw new IllegalArgumentException("time does not go back: " + nanos + " < " + nowNanos);
        }
        nowNanos = nanos;
    }
}
