package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionController;

/** Subflows that know nothing of each other: each takes what a TCP of its own would. */
final class UncoupledGroup implements CongestionGroup {
    private final CongestionController.Factory controllers;

    UncoupledGroup(CongestionController.Factory controllers) {
        this.controllers = controllers;
    }

    @Override
    public CongestionController join(CoupledView subflow, int maximumSegmentSize) {
        return controllers.create(maximumSegmentSize);
    }

    @Override
    public void leave(CongestionController controller) {
        // Nobody has reckoned with it.
    }
}
