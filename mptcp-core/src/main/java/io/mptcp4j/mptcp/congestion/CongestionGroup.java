package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionController;

/**
 * The congestion control of one connection: makes the controller of each subflow and lets them know of each other. Used by
 * the thread that drives the stack alone.
 */
public interface CongestionGroup {
    /**
     * Takes in a new subflow.
     *
     * @param subflow what may be known of it, from its first acknowledgment on
     * @param maximumSegmentSize payload octets of a full segment (SMSS)
     * @return its controller, with an initial window
     */
    CongestionController join(CoupledView subflow, int maximumSegmentSize);

    /** A subflow has ended: its siblings reckon with it no more. */
    void leave(CongestionController controller);

    /** Makes the group of a new connection. */
    @FunctionalInterface
    interface Factory {
        /** A group without subflows. */
        CongestionGroup create();
    }
}
