package io.mptcp4j.congestion;

/**
 * CUBIC (RFC 9438): after a loss the window comes back to where the loss was by the time that has passed and not by round trips: quickly at
 * first, slowly near that place, and quickly again when there is more room than there was. Where that is slower than a TCP of
 * the standard's, it keeps up with one.
 *
 * <p>Windows are reckoned in segments and times in seconds, as the RFC does. Time in which the window was not the limit does
 * not count.
 */
final class CubicAvoidance implements CongestionAvoidance {
    /** Under this name users choose it. */
    static final String NAME = "cubic";

    // RFC 9438 4.1.2, 4.6 and 4.3.
    private static final double C = 0.4;
    private static final double BETA = 0.7;
    private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

    /** RFC 9438 4.2: the target is at most one and a half windows. */
    private static final double MOST_GROWTH = 0.5;

    private static final int LEAST_SEGMENTS = 2;
    private static final int SRTT_SHIFT = 3;
    private static final double NANOS = 1e9;

    private final Epoch epoch = new Epoch();
    private final Epoch before = new Epoch();
    private int smss = 1;
    private long srtt;
    private long acked;
    private long ackedAt;

    /** What there is between two losses (RFC 9438 4.1.2). */
    private static final class Epoch {
        /** Whether congestion avoidance has begun since the last loss. */
        private boolean begun;

        private long startedAt;
        private double wMax;
        private double cwndPrior;
        private double origin;
        private double k;
        private double wEst;

        private void set(Epoch other) {
            begun = other.begun;
            startedAt = other.startedAt;
            wMax = other.wMax;
            cwndPrior = other.cwndPrior;
            origin = other.origin;
            k = other.k;
            wEst = other.wEst;
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void onSegmentSize(int maximumSegmentSize) {
        smss = maximumSegmentSize;
    }

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
        if (rttNanos > 0) {
            // RFC 6298 2.3.
            srtt = srtt == 0 ? rttNanos : srtt + (rttNanos - srtt >> SRTT_SHIFT);
        }
        long since = nowNanos - ackedAt;
        if (epoch.begun) {
            // RFC 9438 5.8: t does not include the time in which cwnd was not the limit, nor a pause.
            epoch.startedAt += limitedByWindow ? Math.max(0, since - srtt) : since;
        }
        acked = ackedOctets;
        ackedAt = nowNanos;
    }

    @Override
    public double growth(long window, long nowNanos) {
        double cwnd = (double) window / smss;
        if (!epoch.begun) {
            begin(cwnd, nowNanos);
        } else {
            // RFC 9438 4.3, equation 4: what a TCP of the standard's would have; from cwnd_prior on as quick as that.
            epoch.wEst += alpha() * acked / window;
        }
        // RFC 9438 4.2, equation 1, a round-trip time ahead: where the window is to be then.
        double t = (nowNanos - epoch.startedAt + srtt) / NANOS - epoch.k;
        double cubic = epoch.origin + C * t * t * t;
        // RFC 9438 4.3: not slower than the TCP of the standard's, which is a window ahead by alpha.
        double target = Math.max(cubic, epoch.wEst + alpha());
        return Math.min(Math.max(0, target - cwnd), MOST_GROWTH * cwnd);
    }

    private double alpha() {
        return epoch.wEst < epoch.cwndPrior ? ALPHA : 1;
    }

    private void begin(double cwnd, long nowNanos) {
        epoch.begun = true;
        epoch.startedAt = nowNanos;
        epoch.wEst = cwnd;
        if (epoch.wMax > cwnd) {
            // RFC 9438 4.2, equation 2.
            epoch.origin = epoch.wMax;
            epoch.k = StrictMath.cbrt((epoch.wMax - cwnd) / C);
        } else {
            // RFC 9438 4.8 and 4.10: after a timeout, and where no loss has been, it grows from where it is.
            epoch.origin = cwnd;
            epoch.k = 0;
        }
    }

    @Override
    public void onLoss(long window, long nowNanos) {
        double cwnd = (double) window / smss;
        // RFC 9438 4.7, fast convergence: who has less than at the last loss lets newcomers have some more.
        epoch.wMax = cwnd < epoch.wMax ? cwnd * (1 + BETA) / 2 : cwnd;
        epoch.cwndPrior = cwnd;
        epoch.begun = false;
    }

    @Override
    public void onTimeout(long window, long nowNanos) {
        // RFC 9438 4.8: K is 0 after a timeout, and Wmax the window with which congestion avoidance begins.
        epoch.wMax = 0;
        epoch.cwndPrior = (double) window / smss;
        epoch.begun = false;
    }

    @Override
    public void save() {
        before.set(epoch);
    }

    @Override
    public void restore() {
        // RFC 9438 4.9.1: all variables are what they were.
        epoch.set(before);
    }

    @Override
    public void onWindowCut() {
        epoch.begun = false;
    }

    @Override
    public double reduction() {
        return 1 - BETA;
    }

    @Override
    public double timeoutReduction() {
        // RFC 9438 4.8: by the same factor.
        return 1 - BETA;
    }

    @Override
    public int leastSegments() {
        return LEAST_SEGMENTS;
    }
}
