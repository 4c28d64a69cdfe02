package io.mptcp4j.congestion;

/**
 * What a TCP by losses would have in flight that heard of nothing but overflowing queues: at an overflow it gives up what stands in the
 * queue, at most as much as CUBIC, and then grows as CUBIC does (RFC 9438 4.2 and 4.3). There is no bound before a queue has
 * overflowed, nor when it has grown to what its user would have in flight without one.
 *
 * <p>Octets and nanoseconds.
 */
final class OverflowBound {
    /** No bound. */
    static final long NONE = Long.MAX_VALUE;

    /** RFC 9438 4.6: so much of what was in flight stays at least. */
    private static final double BETA = 0.7;

    /** With so many segments less in flight the bound is still the limit. */
    private static final int SEGMENTS_BELOW = 3;

    private static final long NOT_SAVED = 0;

    private final CubicAvoidance cubic = new CubicAvoidance();
    private int smss;
    private long bound = NONE;

    /** Octets acknowledged times their growth that have not changed the bound yet. */
    private double credit;

    private long boundBefore = NOT_SAVED;

    // What the path took within a round trip, at most: in this round and in the one before.
    private long taken;
    private long takenBefore;

    /** The maximum segment size changed; comes first of all. */
    void onSegmentSize(int maximumSegmentSize) {
        smss = maximumSegmentSize;
        cubic.onSegmentSize(maximumSegmentSize);
    }

    /** A round begins. */
    void nextRound() {
        takenBefore = taken;
        taken = 0;
    }

    /**
     * Octets were acknowledged.
     *
     * @param most what may be in flight without a bound: one that has grown to it is none any more
     */
    void onDelivered(DeliverySample sample, long most, long nowNanos) {
        taken = Math.max(taken, sample.delivered() - sample.priorDelivered());
        long acked = sample.newlyDelivered();
        if (acked == 0) {
            return;
        }
        boolean isLimit = isReached(sample.inFlightBefore());
        cubic.onAcked(acked, sample.inFlightBefore(), sample.rttNanos(), isLimit, nowNanos);
        if (isLimit) {
            grow(acked, nowNanos);
        }
        if (bound >= most) {
            bound = NONE;
        }
    }

    private void grow(long acked, long now) {
        credit += acked * cubic.growth(bound, now);
        while (credit >= bound) {
            credit -= bound;
            bound += smss;
        }
    }

    /**
     * A queue has overflowed.
     *
     * @param lost octets that were in flight and did not arrive
     * @param minRtt the round-trip time without a queue
     * @param rtt the round-trip time with the queue that has overflowed
     */
    void onOverflow(long lost, long minRtt, long rtt, long nowNanos) {
        long inFlight = Math.max(taken, takenBefore) + lost;
        cubic.onLoss(Math.min(bound, inFlight), nowNanos);
        // Of what is in flight minRtt / rtt is on the path, the rest in the queue.
        double kept = Math.max(BETA, (double) minRtt / Math.max(minRtt, rtt));
        bound = Math.max((long) (kept * inFlight), (long) cubic.leastSegments() * smss);
        credit = 0;
    }

    /** It was no overflow. */
    void forget() {
        bound = NONE;
    }

    /** Remembers what {@link #restore} brings back. */
    void save() {
        boundBefore = bound;
        cubic.save();
    }

    /** Nothing was lost since {@link #save}. */
    void restore() {
        if (boundBefore != NOT_SAVED) {
            bound = Math.max(bound, boundBefore);
            cubic.restore();
            boundBefore = NOT_SAVED;
        }
    }

    /** Whether it keeps more octets from being in flight. */
    boolean isReached(long inFlight) {
        return bound != NONE && inFlight >= bound - (long) SEGMENTS_BELOW * smss;
    }

    /** The octets that may be in flight, or {@link #NONE}. */
    long get() {
        return bound;
    }
}
