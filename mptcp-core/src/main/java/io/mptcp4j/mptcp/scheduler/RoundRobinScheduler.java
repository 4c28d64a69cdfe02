package io.mptcp4j.mptcp.scheduler;

/** The next subflow in turn that has room. For comparison and for paths that are alike. */
public final class RoundRobinScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "round-robin";

    private int last = -1;

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        for (int step = 1; step <= count; step++) {
            int i = Math.floorMod(last + step, count);
            if (subflows[i].isEligible() && subflows[i].sendRoom() > 0) {
                last = i;
                return i;
            }
        }
        return WAIT;
    }

    @Override
    public String name() {
        return NAME;
    }
}
