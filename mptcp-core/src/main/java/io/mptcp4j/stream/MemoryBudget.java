package io.mptcp4j.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the streams of a stack may hold together, in octets. Safe for all threads.
 *
 * <p>What is counted is the capacity of the buffers that are pinned, not the octets in them.
 */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    /**
     * A budget of which nothing is used.
     *
     * @param limit octets
     * @throws IllegalArgumentException if the limit is negative
     */
    public MemoryBudget(long limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("memory limit must not be negative: " + limit);
        }
        this.limit = limit;
    }

    /** Takes {@code octets} from the budget; false, and nothing taken, when so much is not left. */
    public boolean tryReserve(long octets) {
        return tryReserve(octets, 0);
    }

    /** Takes {@code octets} from the budget if {@code headroom} octets are left then for others. */
    public boolean tryReserve(long octets, long headroom) {
        assert octets >= 0 && headroom >= 0;
        long before = used.get();
        while (octets <= limit - headroom - before) {
            long witness = used.compareAndExchange(before, before + octets);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    /** Gives back what was reserved. */
    public void release(long octets) {
        long left = used.addAndGet(-octets);
        assert left >= 0 : "more released than reserved: " + left;
    }

    /** The octets that are reserved. */
    public long used() {
        return used.get();
    }

    /** The octets that may be reserved. */
    public long limit() {
        return limit;
    }
}
