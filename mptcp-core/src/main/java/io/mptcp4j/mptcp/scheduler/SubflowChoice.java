package io.mptcp4j.mptcp.scheduler;

/** Searches that several schedulers share. */
final class SubflowChoice {
    private SubflowChoice() {}

    /** RFC 8684 3.3.8: backup subflows are used only when there is no usable regular one. */
    static boolean hasRegular(SubflowView[] subflows, int count) {
        for (int i = 0; i < count; i++) {
            if (subflows[i].isUsable() && !subflows[i].isBackup()) {
                return true;
            }
        }
        return false;
    }

    /** The usable subflow with the lowest smoothed round-trip time, or -1. */
    static int quickest(SubflowView[] subflows, int count, boolean backups, boolean withRoom) {
        int best = -1;
        for (int i = 0; i < count; i++) {
            SubflowView subflow = subflows[i];
            if (!subflow.isUsable() || subflow.isBackup() && !backups || withRoom && subflow.sendRoom() <= 0) {
                continue;
            }
            if (best < 0 || subflow.smoothedRttNanos() < subflows[best].smoothedRttNanos()) {
                best = i;
            }
        }
        return best;
    }
}
