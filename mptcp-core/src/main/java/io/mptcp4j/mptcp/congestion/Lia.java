package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionAvoidance;

/**
 * The Linked Increases Algorithm (RFC 6356): together as much as one TCP would get on the best path, and on no path more than
 * a TCP there. Only the growth is coupled.
 */
final class Lia implements Coupling {
    @Override
    public String name() {
        return "lia";
    }

    @Override
    public double growth(CoupledGroup group, CoupledSubflow self) {
        // RFC 6356 3, equation 2, without cwnd_total, by which equation 1 divides again:
        // alpha / cwnd_total = MAX(cwnd_i / rtt_i^2) / (SUM(cwnd_i / rtt_i))^2.
        double best = 0;
        for (int i = 0; i < group.count(); i++) {
            CoupledSubflow subflow = group.get(i);
            if (subflow.isInUse()) {
                best = Math.max(best, subflow.rate() / subflow.rtt());
            }
        }
        double total = group.totalRate();
        // RFC 6356 3, equation 1, times cwnd_i / MSS_i; the second argument of its min is what a TCP would do.
        return Math.min(1, best / total * (self.window() / total));
    }

    @Override
    public double reduction(CoupledGroup group, CoupledSubflow self) {
        // RFC 6356 3: the multiplicative decrease is that of RFC 5681.
        return CongestionAvoidance.STANDARD.reduction();
    }

    @Override
    public int leastSegments() {
        return CongestionAvoidance.STANDARD.leastSegments();
    }
}
