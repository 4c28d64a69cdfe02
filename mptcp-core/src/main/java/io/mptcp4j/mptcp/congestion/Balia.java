package io.mptcp4j.mptcp.congestion;

/**
 * Balanced Linked Adaptation (draft-walid-mptcp-congestion-control-04; Peng, Walid, Hwang and Low, "Multipath TCP: Analysis,
 * Design, and Implementation", 2014): between LIA's friendliness and OLIA's eagerness. Growth and reduction are coupled.
 */
final class Balia implements Coupling {
    /** Peng et al. 2014: the slowest subflow gives up at most three quarters. */
    private static final double HIGHEST_FACTOR = 1.5;

    private static final double HALF = 0.5;

    @Override
    public String name() {
        return "balia";
    }

    @Override
    public double growth(CoupledGroup group, CoupledSubflow self) {
        // draft-walid-mptcp-congestion-control-04: x_r / rtt_r / (SUM x_k)^2 * (1 + a_r) / 2 * (4 + a_r) / 5, times
        // w_r, with x_r = w_r / rtt_r. Since a_r * x_r is the highest rate, it is never above 1.
        double share = self.rate() / group.totalRate();
        double alpha = alpha(group, self);
        return share * ((1 + alpha) / 2) * (share * ((4 + alpha) / 5));
    }

    @Override
    public double reduction(CoupledGroup group, CoupledSubflow self) {
        // draft-walid-mptcp-congestion-control-04: w_r / 2 * min(a_r, 1.5).
        return HALF * Math.min(alpha(group, self), HIGHEST_FACTOR);
    }

    /** max(x_k) / x_r. */
    private static double alpha(CoupledGroup group, CoupledSubflow self) {
        return group.highestRate() / self.rate();
    }

    @Override
    public int leastSegments() {
        // draft-walid-mptcp-congestion-control-04: with more than one path the least ssthresh is one segment.
        return 1;
    }
}
