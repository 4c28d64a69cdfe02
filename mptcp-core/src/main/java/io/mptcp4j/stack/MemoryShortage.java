package io.mptcp4j.stack;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.OutOfOrderPruning;
import io.mptcp4j.stream.MemoryBudget;

/**
 * What a stack does when memory is short: nothing new begins, and at the end octets out of order are given back, also by
 * connections whose peers are silent and would keep them for ever.
 */
final class MemoryShortage {
    /** All connections are looked at, so not more often than this. */
    static final long PAUSE_NANOS = 100_000_000L;

    private final MemoryBudget memory;
    private final StackCounters counters;
    private final ConnectionTable connections;
    private long nextAt = Long.MIN_VALUE;

    MemoryShortage(MemoryBudget memory, StackCounters counters, ConnectionTable connections) {
        this.memory = memory;
        this.counters = counters;
        this.connections = connections;
    }

    /** Whether a connection is not to be opened now. A SYN that is not answered comes again; whoever opens is told at once. */
    boolean refusesOpen() {
        if (memory.isNearlyUsedUp()) {
            counters.count(Counter.MEMORY_SHORT_REFUSALS);
            return true;
        }
        return false;
    }

    /** After each input: only that, and writers, take memory. */
    void advance(long now) {
        counters.add(Counter.MEMORY_SHORTAGES, memory.takeShortages());
        if (!memory.isNearlyUsedUp() || now < nextAt) {
            return;
        }
        nextAt = now + PAUSE_NANOS;
        for (MptcpConnection connection : connections.snapshot()) {
            OutOfOrderPruning.prune(connection);
        }
    }
}
