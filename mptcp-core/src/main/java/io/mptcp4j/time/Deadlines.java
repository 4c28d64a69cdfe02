package io.mptcp4j.time;

import java.time.Duration;

/** A deadline is a moment of the injected clock, in nanoseconds. */
public final class Deadlines {
    /** The deadline of a timer that does not run. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofDays(3650);

    private Deadlines() {}

    /** A time as nanoseconds that can be added to a moment: more than ten years count as ten years. */
    public static long span(Duration time) {
        if (time.compareTo(LONGEST) > 0) {
            return LONGEST.toNanos();
        }
        return time.compareTo(LONGEST.negated()) < 0 ? LONGEST.negated().toNanos() : time.toNanos();
    }

    /** The deadline that comes first; {@link #NEVER} comes after all others. */
    public static long earliest(long a, long b) {
        return Math.min(a, b);
    }
}
