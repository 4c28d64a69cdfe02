package io.mptcp4j.time;

/** How long ago something happened, by an injected clock in nanoseconds. */
public final class Elapsed {
    /** The moment of what has not happened. */
    public static final long NEVER = Long.MIN_VALUE;

    private Elapsed() {}

    /** Nanoseconds from {@code then} to {@code now}; -1 when {@code then} is {@link #NEVER}. */
    public static long since(long then, long now) {
        return then == NEVER ? -1 : now - then;
    }
}
