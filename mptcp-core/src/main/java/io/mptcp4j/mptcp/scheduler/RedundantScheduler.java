package io.mptcp4j.mptcp.scheduler;

/**
 * Every octet on every subflow, so that a path that fails or stalls costs no time at all. The quickest subflow sets the pace;
 * a slower one leaves out what has arrived before its turn came. Backups stand by (RFC 8684 3.3.8).
 */
public final class RedundantScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "redundant";

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        int quickest = SubflowChoice.quickest(subflows, count, true);
        return quickest < 0 ? WAIT : quickest;
    }

    @Override
    public boolean copies(SubflowView subflow) {
        return subflow.isEligible();
    }

    @Override
    public boolean boundsDelay() {
        return true;
    }

    @Override
    public String name() {
        return NAME;
    }
}
