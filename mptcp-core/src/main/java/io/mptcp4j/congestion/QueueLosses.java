package io.mptcp4j.congestion;

/**
 * Tells what a queue loses that overflows from what a path loses by itself. A queue loses while it is long; a bad path loses as much
 * while there is none. So the share that is lost in longer round trips is held against the share that is lost in the shortest.
 *
 * <p>Rounds are round trips, counted by the caller. Octets and nanoseconds.
 */
final class QueueLosses {
    /** A queue that overflows makes the path lose more than so many times what it loses without a queue. */
    private static final double FACTOR = 2;

    /** A round trip is short as long as it is within this part of the way from the least to the greatest of late. */
    private static final int SHORT_PART = 4;

    /** A queue of less than this part of the least round-trip time is none, nor is what leaves at once with pacing. */
    private static final int LEAST_QUEUE_PART = 16;

    private static final long QUANTUM_NANOS = 1_000_000L;

    /** BBR's window of two products makes a queue of one at most: a round-trip time of more is the work of others. */
    private static final double QUEUE_OF_OTHERS = 2.25;

    /** For so long a round-trip time is one of late, and not more than twice as long. */
    private static final long OF_LATE_NANOS = 10_000_000_000L;

    /** Single samples may be those of acknowledgments that waited. */
    private static final int SMOOTHING_SHIFT = 2;

    private final Share whileShort = new Share();
    private final Share whileLong = new Share();
    private long smoothed;
    private long least = Long.MAX_VALUE;

    // The longest smoothed round-trip times: of this round and the one before, of this period and the one before.
    private long longest;
    private long longestBefore;
    private long greatest;
    private long greatestBefore;
    private long periodEnds;

    // Of this round.
    private long delivered;
    private long lost;

    /** A round-trip sample, whatever the sender was doing; 0 is none. */
    void onRoundTrip(long rttNanos) {
        if (rttNanos > 0) {
            least = Math.min(least, rttNanos);
        }
    }

    /** A round begins. */
    void nextRound(long minRtt, long nowNanos) {
        if (longest > 0) {
            (isLong(minRtt) ? whileLong : whileShort).add(delivered, lost);
            longestBefore = longest;
        }
        if (nowNanos - periodEnds >= 0) {
            greatestBefore = greatest;
            greatest = 0;
            periodEnds = nowNanos + OF_LATE_NANOS;
        }
        longest = 0;
        delivered = 0;
        lost = 0;
    }

    /** Takes in what an acknowledgment tells. */
    void onDelivered(DeliverySample sample) {
        long rtt = sample.rttNanos();
        if (rtt > 0) {
            smoothed = smoothed == 0 ? rtt : smoothed + (rtt - smoothed >> SMOOTHING_SHIFT);
        }
        longest = Math.max(longest, smoothed);
        greatest = Math.max(greatest, longest);
        delivered += sample.newlyDelivered();
        lost += sample.newlyLost();
    }

    /** Whether what was lost in this round was lost to a queue that is not the work of others. */
    boolean isOverflow(long minRtt) {
        return lost > 0
                && isLong(minRtt)
                && level() <= QUEUE_OF_OTHERS * least
                && whileLong.including(delivered, lost) > FACTOR * whileShort.get();
    }

    /** Whether so much has been lost of late without a queue that no overflow is to be seen. */
    boolean isPathsOwn() {
        return whileShort.get() > 0 && whileLong.get() <= FACTOR * whileShort.get();
    }

    private boolean isLong(long minRtt) {
        long part = (Math.max(greatest, greatestBefore) - minRtt) / SHORT_PART;
        return level() >= minRtt + Math.max(part, minRtt / LEAST_QUEUE_PART + QUANTUM_NANOS);
    }

    /** The round-trip time of late: losses are heard of up to a round after the queue was at its longest. */
    long level() {
        return Math.max(longest, longestBefore);
    }

    /** Octets that were lost in this round. */
    long lost() {
        return lost;
    }

    /** The share of octets that was lost, of the later ones rather than of the early ones. */
    private static final class Share {
        private static final double MEMORY = 6e6;

        /** So many that were not lost are taken for granted, or the first losses would be a large share. */
        private static final double BEFOREHAND = 3e5;

        private double all;
        private double lost;

        private void add(double newlyDelivered, double newlyLost) {
            all += newlyDelivered + newlyLost;
            lost += newlyLost;
            if (all > MEMORY) {
                all /= 2;
                lost /= 2;
            }
        }

        private double get() {
            return including(0, 0);
        }

        private double including(double newlyDelivered, double newlyLost) {
            return (lost + newlyLost) / (all + newlyDelivered + newlyLost + BEFOREHAND);
        }
    }
}
