package io.mptcp4j.mptcp.scheduler;

/** The subflow with the lowest round-trip time of those that have room. Never waits. */
public final class LowestRttScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "lowest-rtt";

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        int quickest = SubflowChoice.quickest(subflows, count, true);
        return quickest < 0 ? WAIT : quickest;
    }

    @Override
    public String name() {
        return NAME;
    }
}
