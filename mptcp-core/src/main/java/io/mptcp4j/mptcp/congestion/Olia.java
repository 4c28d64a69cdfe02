package io.mptcp4j.mptcp.congestion;

import io.mptcp4j.congestion.CongestionAvoidance;

/**
 * The Opportunistic Linked Increases Algorithm (draft-khalili-mptcp-congestion-control-05; Khalili et al., "MPTCP is not
 * Pareto-Optimal", CoNEXT 2012): the windows move to the best paths, and those that have the largest windows without being the
 * best give way to those that are.
 */
final class Olia implements Coupling {
    @Override
    public String name() {
        return "olia";
    }

    @Override
    public double growth(CoupledGroup group, CoupledSubflow self) {
        // Khalili et al. 2012, equation 5, times w_r: w_r * (w_r / rtt_r^2) / (SUM(w_p / rtt_p))^2 + alpha_r.
        double share = self.rate() / group.totalRate();
        return share * share + alpha(group, self);
    }

    /** Khalili et al. 2012, equation 6. */
    private static double alpha(CoupledGroup group, CoupledSubflow self) {
        double best = 0;
        long largest = 0;
        for (int i = 0; i < group.count(); i++) {
            CoupledSubflow subflow = group.get(i);
            if (subflow.isInUse()) {
                best = Math.max(best, quality(subflow));
                largest = Math.max(largest, subflow.window());
            }
        }
        // collected_paths: the best that have not the largest windows; max_w_paths: those with the largest windows.
        int collected = 0;
        int withLargest = 0;
        for (int i = 0; i < group.count(); i++) {
            CoupledSubflow subflow = group.get(i);
            if (subflow.isInUse() && subflow.window() == largest) {
                withLargest++;
            } else if (subflow.isInUse() && quality(subflow) == best) {
                collected++;
            }
        }
        if (collected == 0) {
            return 0;
        }
        if (self.window() == largest) {
            return -1.0 / ((double) group.inUse() * withLargest);
        }
        return quality(self) == best ? 1.0 / ((double) group.inUse() * collected) : 0;
    }

    /** Khalili et al. 2012, 4: l_p / rtt_p^2, the square of the rate that a TCP would have, but for a constant. */
    private static double quality(CoupledSubflow subflow) {
        return (double) subflow.lossInterval() / subflow.rtt() / subflow.rtt();
    }

    @Override
    public double reduction(CoupledGroup group, CoupledSubflow self) {
        return CongestionAvoidance.STANDARD.reduction();
    }

    @Override
    public int leastSegments() {
        // draft-khalili-mptcp-congestion-control-05: with more than one path the least ssthresh is one segment.
        return 1;
    }
}
