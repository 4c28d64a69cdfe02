package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionController;
import java.util.ArrayList;
import java.util.List;

/**
 * The subflows of one connection whose windows hang together.
 *
 * <p>A subflow counts as long as it is <em>in use</em> ({@link CoupledSubflow#observe}). With one subflow in use nothing hangs
 * together, and it behaves as NewReno does.
 */
final class CoupledGroup implements CongestionGroup {
    private final Coupling coupling;
    private final List<CoupledSubflow> subflows = new ArrayList<>();

    private int inUse;
    private double totalRate;
    private double highestRate;

    CoupledGroup(Coupling coupling) {
        this.coupling = coupling;
    }

    @Override
    public CongestionController join(CoupledView view, int maximumSegmentSize) {
        CoupledSubflow subflow = new CoupledSubflow(this, view, maximumSegmentSize);
        subflows.add(subflow);
        return subflow.controller();
    }

    @Override
    public void leave(CongestionController controller) {
        for (int i = 0; i < subflows.size(); i++) {
            if (subflows.get(i).controller() == controller) {
                subflows.remove(i);
                return;
            }
        }
    }

    /**
     * Looks at all subflows as they are now.
     *
     * @param self the subflow that asks, which is in use
     * @param window its window
     */
    void observe(CoupledSubflow self, long window, long nowNanos) {
        inUse = 0;
        totalRate = 0;
        highestRate = 0;
        for (int i = 0; i < subflows.size(); i++) {
            CoupledSubflow subflow = subflows.get(i);
            if (subflow == self) {
                subflow.observe(window);
            } else {
                subflow.observe(subflow.windowInUse(nowNanos));
            }
            if (subflow.isInUse()) {
                inUse++;
                totalRate += subflow.rate();
                highestRate = Math.max(highestRate, subflow.rate());
            }
        }
    }

    Coupling coupling() {
        return coupling;
    }

    /** How many subflows there are, whether in use or not. */
    int count() {
        return subflows.size();
    }

    CoupledSubflow get(int i) {
        return subflows.get(i);
    }

    /** How many subflows are in use. */
    int inUse() {
        return inUse;
    }

    /** The sum of cwnd / rtt of the subflows in use, in octets a nanosecond. */
    double totalRate() {
        return totalRate;
    }

    /** The highest cwnd / rtt of a subflow in use. */
    double highestRate() {
        return highestRate;
    }
}
