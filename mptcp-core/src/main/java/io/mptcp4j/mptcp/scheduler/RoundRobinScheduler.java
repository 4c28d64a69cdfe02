package io.mptcp4j.mptcp.scheduler;

/** The next subflow in turn that has room. For comparison and for paths that are alike. */
public final class RoundRobinScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "roundrobin";

    private int last = -1;

    @Override
    public int select(SubflowView[] subflows, int count, long waiting) {
        boolean backups = !SubflowChoice.hasRegular(subflows, count);
        for (int step = 1; step <= count; step++) {
            int i = Math.floorMod(last + step, count);
            SubflowView subflow = subflows[i];
            if (subflow.isUsable() && (backups || !subflow.isBackup()) && subflow.sendRoom() > 0) {
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
