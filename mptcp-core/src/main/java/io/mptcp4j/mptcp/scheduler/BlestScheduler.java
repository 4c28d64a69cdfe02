package io.mptcp4j.mptcp.scheduler;

/**
 * Blocking estimation (Ferlin et al., "BLEST: Blocking Estimation-based MPTCP Scheduler for Heterogeneous Networks", IFIP
 * Networking 2016): the quickest subflow; when it is full, a slower one unless the octets put there would close the peer's
 * window before the quickest is done with what it can send in the meantime.
 *
 * <p>Different from the paper: slow start is foreseen as the doubling that it is; and the correction factor lambda stays 1,
 * for what was judged wrongly is repaired by opportunistic retransmission, which the paper does without.
 */
public final class BlestScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "blest";

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
        if (candidate < 0 || blocks(subflows[quickest], subflows[candidate], stream.window())) {
            return WAIT;
        }
        return candidate;
    }

    /** Whether a segment on the slower subflow would stop the quicker one before the peer has it. */
    static boolean blocks(SubflowView quick, SubflowView slow, long window) {
        if (!SubflowChoice.isWorthWaitingFor(quick, slow)) {
            return false;
        }
        long left = window - slow.octetsInFlight() - slow.maximumSegmentSize();
        // What is sent in slow start makes a queue that nobody has measured yet.
        boolean untested = slow.congestionWindow() < slow.slowStartThreshold();
        long horizon = untested ? 2 * slow.smoothedRttNanos() : slow.smoothedRttNanos();
        return SubflowChoice.octetsDuring(quick, horizon, left) > left;
    }

    @Override
    public String name() {
        return NAME;
    }
}
