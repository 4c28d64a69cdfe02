package io.mptcp4j.mptcp.scheduler;

/**
 * The subflow with the lowest round-trip time that has room; and when only a slower one has room, that one, unless waiting
 * for the quicker one delivers the octets earlier.
 *
 * <p>The comparison is that of ECF (Lim et al., "ECF: An MPTCP Path Scheduler to Manage Heterogeneous Paths", CoNEXT 2017):
 * the quicker subflow needs about {@code (1 + waiting / cwnd) * rtt} for everything that waits; if that is less than one
 * round trip of the slower subflow, and the slower one would not have finished by then, waiting is quicker.
 */
public final class LowestRttScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "default";

    // Hysteresis of ECF (its beta = 0.25): once waiting, keep waiting a little longer.
    private static final long BETA_DIVISOR = 4;

    private boolean waits;

    @Override
    public int select(SubflowView[] subflows, int count, long waiting) {
        boolean backups = !SubflowChoice.hasRegular(subflows, count);
        int quickest = SubflowChoice.quickest(subflows, count, backups, false);
        if (quickest < 0) {
            return WAIT;
        }
        if (subflows[quickest].sendRoom() > 0) {
            waits = false;
            return quickest;
        }
        int candidate = SubflowChoice.quickest(subflows, count, backups, true);
        if (candidate < 0 || waitingIsQuicker(subflows[quickest], subflows[candidate], waiting)) {
            return WAIT;
        }
        return candidate;
    }

    private boolean waitingIsQuicker(SubflowView quick, SubflowView slow, long waiting) {
        if (quick.octetsInFlight() == 0 || quick.smoothedRttNanos() == 0 || slow.smoothedRttNanos() == 0) {
            return false;
        }
        long quickRtt = quick.smoothedRttNanos();
        long slowRtt = slow.smoothedRttNanos();
        long deviation = Math.max(quick.rttVarianceNanos(), slow.rttVarianceNanos());
        // One round trip until the quicker subflow has room, and one for each of its windows that waits.
        double quickDone = quickRtt * (1.0 + (double) waiting / Math.max(quick.congestionWindow(), 1));
        double slowDone = slowRtt + deviation;
        double bound = waits ? slowDone + slowDone / BETA_DIVISOR : slowDone;
        if (quickDone >= bound) {
            waits = false;
            return false;
        }
        double slowAll = slowRtt * Math.max(1.0, (double) waiting / Math.max(slow.congestionWindow(), 1));
        waits = slowAll >= 2.0 * quickRtt + deviation;
        return waits;
    }

    @Override
    public String name() {
        return NAME;
    }
}
