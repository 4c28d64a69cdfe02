package io.mptcp4j.mptcp.scheduler;

/**
 * Earliest completion first (Lim et al., "ECF: An MPTCP Path Scheduler to Manage Heterogeneous Paths", CoNEXT 2017): the
 * quickest subflow; when it is full, a slower one unless everything that waits is done earlier by waiting for the quickest.
 *
 * <p>The quickest needs {@code (1 + unsent / cwnd) * rtt} for all that waits. It is waited for if that is less than one
 * round trip of the slower one with its deviation, and the slower one alone would need two of the quickest.
 *
 * <p>Different from the paper: octets are counted, not packets; a slower subflow's last term is at least one round trip.
 */
public final class EcfScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "ecf";

    // The paper's beta, 0.25: once waiting, wait a little longer.
    private static final double BETA = 0.25;

    private boolean waits;

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        int quickest = SubflowChoice.quickest(subflows, count, false);
        if (quickest < 0) {
            return WAIT;
        }
        if (subflows[quickest].sendRoom() > 0) {
            return quickest;
        }
        int candidate = SubflowChoice.quickest(subflows, count, true);
        if (candidate < 0 || isWaitingQuicker(subflows[quickest], subflows[candidate], stream.unsent())) {
            return WAIT;
        }
        return candidate;
    }

    boolean isWaitingQuicker(SubflowView quick, SubflowView slow, long unsent) {
        if (!SubflowChoice.isWorthWaitingFor(quick, slow)) {
            return false;
        }
        double quickRtt = quick.smoothedRttNanos();
        double slowRtt = slow.smoothedRttNanos();
        double deviation = Math.max(quick.rttVarianceNanos(), slow.rttVarianceNanos());
        double quickDone = quickRtt * (1 + (double) unsent / Math.max(1, quick.congestionWindow()));
        if (quickDone >= (slowRtt + deviation) * (waits ? 1 + BETA : 1)) {
            waits = false;
            return false;
        }
        double slowDone = slowRtt * Math.max(1, (double) unsent / Math.max(1, slow.congestionWindow()));
        if (slowDone < 2 * quickRtt + deviation) {
            return false;
        }
        waits = true;
        return true;
    }

    @Override
    public String name() {
        return NAME;
    }
}
