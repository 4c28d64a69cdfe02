package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.HandoverPathManager;
import io.mptcp4j.mptcp.path.InteractivePathManager;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.mptcp.scheduler.LowestRttScheduler;
import io.mptcp4j.mptcp.scheduler.Scheduler;

/**
 * For what a connection wants several paths: Apple's three multipath service types. Each chooses a path manager, and the
 * scheduler by lowest round-trip time. The primary path is the first device that is not a backup: the one that costs nothing.
 */
public enum ServiceType {
    /** To survive: all goes over the primary path; another is used while that one fails. */
    HANDOVER(HandoverPathManager::new),
    /** To be quick: all goes over the primary path; another is used also while that one is slow. */
    INTERACTIVE(InteractivePathManager::new),
    /** To have the capacity of all paths at once, also of those that cost. */
    AGGREGATE(PathManagers.byName(PathManagers.AGGREGATE));

    private final PathManager.Factory pathManager;

    ServiceType(PathManager.Factory pathManager) {
        this.pathManager = pathManager;
    }

    /** Who decides which subflows there are. */
    public PathManager.Factory pathManager() {
        return pathManager;
    }

    /** Which subflow carries the next octets. */
    public Scheduler.Factory scheduler() {
        return LowestRttScheduler::new;
    }
}
