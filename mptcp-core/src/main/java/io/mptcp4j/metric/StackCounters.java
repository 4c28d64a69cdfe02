package io.mptcp4j.metric;

/**
 * The counters of one stack. The loop writes them; a reader on another thread may see a count late, never a wrong one.
 */
public final class StackCounters {
    private static final int DROP_REASONS = DropReason.values().length;
    private static final int COUNTERS = Counter.values().length;

    private final long[] drops = new long[DROP_REASONS];
    private final long[] counts = new long[COUNTERS];

    /** Counts one dropped packet. */
    public void drop(DropReason reason) {
        drops[reason.ordinal()]++;
    }

    /** Counts {@code packets} dropped packets. */
    public void drop(DropReason reason, int packets) {
        drops[reason.ordinal()] += packets;
    }

    /** Counts one event. */
    public void count(Counter counter) {
        counts[counter.ordinal()]++;
    }

    /** Adds {@code amount} to a counter. */
    public void add(Counter counter, long amount) {
        counts[counter.ordinal()] += amount;
    }

    /** How many packets were dropped for this reason. */
    public long dropped(DropReason reason) {
        return drops[reason.ordinal()];
    }

    /** How many packets were dropped for any reason. */
    public long dropped() {
        long sum = 0;
        for (long drop : drops) {
            sum += drop;
        }
        return sum;
    }

    /** The value of a counter. */
    public long get(Counter counter) {
        return counts[counter.ordinal()];
    }
}
