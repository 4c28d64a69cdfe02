package io.mptcp4j.mptcp.scheduler;

/** Searches and estimates that several schedulers share. */
final class SubflowChoice {
    /** Rounds for which growth is foreseen one by one. */
    private static final int ROUNDS = 64;

    private SubflowChoice() {}

    /** The eligible subflow with the lowest smoothed round-trip time, or -1. */
    static int quickest(SubflowView[] subflows, int count, boolean withRoom) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            SubflowView subflow = subflows[i];
            if (!subflow.isEligible() || withRoom && subflow.sendRoom() <= 0) {
                continue;
            }
            if (best < 0 || subflow.smoothedRttNanos() < subflows[best].smoothedRttNanos()) {
                best = i;
            }
        }
        return best;
    }

    /**
     * The same, but another one than {@code last} only if it is clearly quicker: in less than a quarter of the time, or in less than
     * the path of {@code last} takes without a queue. What is sent makes a queue; a path looks quicker than one in use until
     * it is used.
     */
    static int quickestAfter(SubflowView last, SubflowView[] subflows, int count) {
        int best = quickest(subflows, count, false);
        if (best < 0 || last == null || last == subflows[best]) {
            return best;
        }
        for (int i = 0; i < count; i++) {
            if (subflows[i] == last && last.isEligible()) {
                long rtt = subflows[best].smoothedRttNanos();
                boolean clear = rtt < last.smoothedRttNanos() / 4 || rtt < last.minimumRttNanos() / 4 * 3;
                return clear ? best : i;
            }
        }
        return best;
    }

    /** Whether there is anything to be expected of waiting for a subflow, and both are measured. */
    static boolean isWorthWaitingFor(SubflowView quick, SubflowView slow) {
        return quick.octetsInFlight() > 0 && quick.smoothedRttNanos() > 0 && slow.smoothedRttNanos() > 0;
    }

    /**
     * How many octets a subflow sends in a time, by its window and how that grows (RFC 5681 3.1: twofold a round trip in slow
     * start, by a segment afterwards).
     *
     * @param nanos the time
     * @param most answers above this need not be exact
     */
    static long octetsDuring(SubflowView subflow, long nanos, long most) {
        double rounds = (double) nanos / subflow.smoothedRttNanos();
        long threshold = subflow.slowStartThreshold();
        double window = subflow.congestionWindow();
        double sum = 0;
        for (int i = 0; i < ROUNDS && rounds > 0 && sum <= most; i++) {
            window = window < threshold ? Math.min(2 * window, threshold) : window + subflow.maximumSegmentSize();
            sum += window * Math.min(1, rounds);
            rounds--;
        }
        return (long) (rounds > 0 ? sum + window * rounds : sum);
    }
}
