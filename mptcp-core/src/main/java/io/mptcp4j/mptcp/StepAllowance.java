package io.mptcp4j.mptcp;

/**
 * How much of an expensive search there may be: so many steps in a millisecond, and at once what was saved before. One search may
 * take more than is left; the next waits until that is made up for.
 */
final class StepAllowance {
    /** A step takes some ten nanoseconds: no more than about a tenth of a processor. */
    static final int STEPS_A_MILLI = 10_000;

    /** What can be saved: some milliseconds of work. */
    static final int MOST_SAVED = 200_000;

    private static final long NANOS_A_STEP = 1_000_000L / STEPS_A_MILLI;

    private long saved = MOST_SAVED;
    private long spent;
    private long countedTo;
    private boolean started;

    /** Whether a search may begin now. */
    boolean hasSome(long nowNanos) {
        if (!started) {
            started = true;
            countedTo = nowNanos;
        }
        long gained = Math.max(0, nowNanos - countedTo) / NANOS_A_STEP;
        saved = Math.min(MOST_SAVED, saved + gained);
        countedTo += gained * NANOS_A_STEP;
        return saved > 0;
    }

    /** A search has taken so many steps. */
    void spend(long steps) {
        saved -= steps;
        spent += steps;
    }

    /** When the next search may begin that must not begin now. */
    long nextTime() {
        return countedTo + (1 - saved) * NANOS_A_STEP;
    }

    /** The steps of all searches until now. */
    long spent() {
        return spent;
    }
}
