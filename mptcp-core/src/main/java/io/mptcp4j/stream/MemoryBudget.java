package io.mptcp4j.stream;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory the streams of a stack may hold together, in octets. Safe for all threads.
 *
 * <p>What is counted is the capacity of the buffers that are pinned, not the octets in them. When half of the limit is used,
 * memory is short, until no more than three eighths are: windows and send buffers go back to what is fair, and nothing grows.
 *
 * <pre>
 *   0         3/8     1/2   5/8    3/4          limit
 *   |          |       |     |      |  for streams that hold no more than is fair
 *              |  memory is  |      octets in order, and octets to send, of others
 *              |  short      octets out of order
 * </pre>
 */
public final class MemoryBudget {
    /** Octets that a stream may hold whatever others hold, where there is as much at all. */
    static final int LEAST_FAIR = 4 * 1024;

    /** The part of the limit that is for those who hold no more than is fair. */
    private static final int FAIR_PART = 4;

    /** What octets out of order leave of the budget to those in order beside the fair part: one part in so many. */
    private static final int OUT_OF_ORDER_PART = 8;

    /** The streams of a connection, and the memory that an octet may pin. */
    private static final int STREAMS = 2;

    private static final int PINNED = 2;

    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private volatile boolean isShort;
    private volatile int fair;
    private volatile long othersPart;
    private final AtomicLong shortages = new AtomicLong();

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
        shareAmong(1);
    }

    /** So many connections share the budget from now on; said by the loop. */
    public void shareAmong(int connections) {
        long each = limit / FAIR_PART / Math.max(1, connections);
        fair = (int) Math.max(LEAST_FAIR, Math.min(each / (STREAMS * PINNED), Integer.MAX_VALUE));
        othersPart = limit / FAIR_PART - each;
    }

    /** The octets that a stream may hold whatever others hold. */
    public int fairOctets() {
        return fair;
    }

    /** Whether memory is short. */
    public boolean isShort() {
        // Two threads may pass each other on the way in and out; what is used now has the last word.
        return isShort && used.get() > enough();
    }

    /**
     * Whether memory is so short that no octets out of order are taken, of whatever stream: those that are held are better used by
     * others.
     */
    public boolean isNearlyUsedUp() {
        return used.get() > limit - othersPart - limit / OUT_OF_ORDER_PART;
    }

    /** What octets out of order must leave to those in order, of a stream that holds more than is fair. */
    long inOrderPart() {
        return limit / OUT_OF_ORDER_PART;
    }

    private long enough() {
        return limit / 8 * 3;
    }

    /** How often memory has become short since this was last asked. */
    public long takeShortages() {
        return shortages.get() == 0 ? 0 : shortages.getAndSet(0);
    }

    /** What a stream that holds more than is fair must leave to those of other connections. */
    long othersPart() {
        return othersPart;
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
                noteUse(before + octets);
                return true;
            }
            before = witness;
        }
        return false;
    }

    private void noteUse(long octets) {
        assert octets <= limit : octets;
        if (octets > limit / 2 && !isShort()) {
            isShort = true;
            shortages.incrementAndGet();
        }
    }

    /** Gives back what was reserved. */
    public void release(long octets) {
        long left = used.addAndGet(-octets);
        assert left >= 0 : "more released than reserved: " + left;
        if (isShort && left <= enough()) {
            isShort = false;
        }
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
