package io.mptcp4j.examples.bench;

/** Octets that arrive, and the longest time in which none do. One thread adds, another takes. */
final class Meter {
    private long begin = System.nanoTime();
    private long last = begin;
    private long octets;
    private long longestGap;

    /**
     * What arrived between two looks.
     *
     * @param octets of the application
     * @param nanos from one look to the other
     * @param longestGapNanos the longest time without any octets that ended in it or goes on
     */
    record Interval(long octets, long nanos, long longestGapNanos) {
        private static final double BITS = 8;
        private static final double NANOS_PER_MICRO = 1e3;

        double megabitsPerSecond() {
            return octets * BITS * NANOS_PER_MICRO / nanos;
        }
    }

    synchronized void add(int count) {
        long now = System.nanoTime();
        longestGap = Math.max(longestGap, now - last);
        last = now;
        octets += count;
    }

    /** What arrived since the last call. */
    synchronized Interval take() {
        long now = System.nanoTime();
        Interval taken = new Interval(octets, now - begin, Math.max(longestGap, now - last));
        begin = now;
        octets = 0;
        longestGap = 0;
        return taken;
    }
}
