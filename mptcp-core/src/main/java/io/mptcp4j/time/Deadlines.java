package io.mptcp4j.time;

/** A deadline is a moment of the injected clock, in nanoseconds. */
public final class Deadlines {
    /** The deadline of a timer that does not run. */
    public static final long NEVER = Long.MAX_VALUE;

    private Deadlines() {}

    /** The deadline that comes first; {@link #NEVER} comes after all others. */
    public static long earliest(long a, long b) {
        return Math.min(a, b);
    }
}
