package io.mptcp4j.congestion;

/**
 * The standard's congestion control by losses: slow start, congestion avoidance and multiplicative decrease (RFC 5681), counting octets
 * (RFC 3465), with an initial window of ten segments (RFC 6928), and a first slow start that ends before it overflows the
 * queue ({@link HyStart}).
 *
 * <p>How the window grows in congestion avoidance and how much it loses is a {@link CongestionAvoidance}: by default the
 * standard's; CUBIC ({@link CubicAvoidance}) is another, and the subflows of a coupled connection have one that looks at their
 * siblings.
 */
public final class NewReno implements CongestionController {
    /** Under this name users choose it. */
    public static final String NAME = "reno";

    private static final int INITIAL_SEGMENTS = 10;
    private static final int INITIAL_OCTETS = 14_600;
    private static final int QUARTER = 4;

    private final HyStart hyStart = new HyStart();
    private final CongestionAvoidance avoidance;
    private int smss;
    private long cwnd;
    private long ssthresh = Long.MAX_VALUE;

    /** Octets acknowledged in congestion avoidance, times their growth, that have not changed the window yet. */
    private double credit;

    /** Between a loss and its repair the window stays. */
    private boolean recovering;

    /** After a timeout, until everything outstanding then is acknowledged. */
    private boolean afterTimeout;

    private boolean untouched = true;

    /** Window and threshold before recovery began; a window of 0: there is nothing to take back. */
    private long windowBefore;

    /** SMSS when it was. */
    private int smssBefore;

    private long thresholdBefore;

    /** A controller with its initial window. */
    public NewReno(int maximumSegmentSize) {
        this(maximumSegmentSize, CongestionAvoidance.STANDARD);
    }

    /** A controller with its initial window that avoids congestion in this way. */
    public NewReno(int maximumSegmentSize, CongestionAvoidance avoidance) {
        this.avoidance = avoidance;
        onSegmentSize(maximumSegmentSize);
    }

    private long initialWindow() {
        // RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)).
        return Math.min((long) INITIAL_SEGMENTS * smss, Math.max(2L * smss, INITIAL_OCTETS));
    }

    @Override
    public void onSegmentSize(int maximumSegmentSize) {
        int before = smss;
        smss = maximumSegmentSize;
        avoidance.onSegmentSize(maximumSegmentSize);
        if (untouched) {
            cwnd = initialWindow();
            return;
        }
        if (smss < before) {
            // RFC 5681 3.1, RFC 4821 4: with smaller segments as many as before may leave, not more at once than ever.
            cwnd = scaled(cwnd, before);
            ssthresh = scaled(ssthresh, before);
            credit = 0;
        }
        // RFC 8899 3: larger segments make the window no larger, but for one that would not fit into it.
        cwnd = Math.max(cwnd, smss);
    }

    private long scaled(long octets, int sizeBefore) {
        return octets == Long.MAX_VALUE ? octets : Math.max(octets * smss / sizeBefore, smss);
    }

    @Override
    public void onHandshakeLoss(long nowNanos) {
        // RFC 5681 3.1: if a SYN or SYN/ACK was lost, the initial window is one segment.
        untouched = false;
        cwnd = smss;
    }

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
        untouched = false;
        avoidance.onAcked(ackedOctets, inFlight, rttNanos, limitedByWindow, nowNanos);
        // RFC 9406 4.3: HyStart++ is for the first slow start, while nothing is known of the path.
        boolean isFirst = ssthresh == Long.MAX_VALUE;
        long growth = isFirst ? hyStart.onAcked(ackedOctets, inFlight, rttNanos) : ackedOctets;
        // A window that was not used has not been tested: it does not grow (RFC 9293 3.8.2 by way of RFC 7661 1).
        if (recovering || !limitedByWindow && !afterTimeout) {
            return;
        }
        if (isFirst && hyStart.isOver()) {
            ssthresh = cwnd;
        }
        if (cwnd < ssthresh) {
            slowStart(growth, nowNanos);
        } else {
            avoidCongestion(ackedOctets, nowNanos);
        }
    }

    private void slowStart(long ackedOctets, long nowNanos) {
        // RFC 3465 2.3: after a timeout one segment an acknowledgment, for it may cover what had left before.
        // Otherwise by all octets acknowledged: a peer that coalesces segments acknowledges forty at once.
        long growth = afterTimeout ? Math.min(ackedOctets, smss) : ackedOctets;
        long room = ssthresh - cwnd;
        cwnd += Math.min(growth, room);
        if (growth > room) {
            avoidCongestion(growth - room, nowNanos);
        }
    }

    private void avoidCongestion(long ackedOctets, long nowNanos) {
        // RFC 3465 2.1: one segment more for each window acknowledged, or what the algorithm makes of it.
        credit += ackedOctets * avoidance.growth(cwnd, nowNanos);
        while (credit >= cwnd) {
            credit -= cwnd;
            cwnd += smss;
        }
        while (credit <= -cwnd) {
            credit += cwnd;
            cwnd = Math.max(cwnd - smss, least());
            // Or slow start would take back at once what congestion avoidance has given up.
            ssthresh = cwnd;
        }
    }

    private long least() {
        return (long) avoidance.leastSegments() * smss;
    }

    @Override
    public void onLoss(long inFlight, long nowNanos) {
        untouched = false;
        save();
        // RFC 5681 3.2, equation 4; RFC 6675 5, 4.2.
        avoidance.onLoss(cwnd, nowNanos);
        ssthresh = Math.max((long) (inFlight * (1 - avoidance.reduction())), least());
        cwnd = ssthresh;
        credit = 0;
        recovering = true;
        afterTimeout = false;
    }

    @Override
    public void onRecovered(long nowNanos) {
        recovering = false;
        afterTimeout = false;
    }

    @Override
    public void onRetransmissionTimeout(long inFlight, long nowNanos) {
        untouched = false;
        save();
        // RFC 5681 3.1, equation 4: half of what was in flight; the loss window is one segment.
        avoidance.onTimeout(cwnd, nowNanos);
        ssthresh = Math.max((long) (inFlight * (1 - avoidance.timeoutReduction())), least());
        cwnd = smss;
        credit = 0;
        recovering = false;
        afterTimeout = true;
    }

    /** Remembers what a spurious loss takes away; not at the second loss of one recovery. */
    private void save() {
        if (!recovering && !afterTimeout) {
            windowBefore = cwnd;
            smssBefore = smss;
            thresholdBefore = ssthresh;
            avoidance.save();
        }
    }

    @Override
    public void onSpuriousLoss(long nowNanos) {
        if (windowBefore == 0) {
            return;
        }
        // RFC 9438 4.9.1, RFC 4015 3.2 without its restart: nothing was lost, so the window is as good as it was.
        // In segments: those that are shorter now are not to be more.
        int longer = Math.max(smss, smssBefore);
        cwnd = Math.max(cwnd, scaled(windowBefore, longer));
        ssthresh = Math.max(ssthresh, scaled(thresholdBefore, longer));
        avoidance.restore();
        windowBefore = 0;
        credit = 0;
        onRecovered(nowNanos);
    }

    @Override
    public void onIdleRestart(long nowNanos) {
        if (cwnd <= initialWindow()) {
            return;
        }
        if (ssthresh != Long.MAX_VALUE) {
            // RFC 7661 4.4.3: slow start may go back to three quarters of the window that the path had room for.
            ssthresh = Math.max(ssthresh, cwnd - cwnd / QUARTER);
        }
        // RFC 5681 4.1: the restart window is the initial one, or less.
        cwnd = initialWindow();
        onCut();
    }

    private void onCut() {
        credit = 0;
        windowBefore = 0;
        avoidance.onWindowCut();
    }

    @Override
    public void onPenalty(long nowNanos) {
        if (recovering || afterTimeout) {
            return;
        }
        // Raiciu et al., NSDI 2012, 4.2: half the window; the threshold goes along once slow start is over.
        if (cwnd >= ssthresh) {
            ssthresh = Math.max(cwnd / 2, least());
        }
        cwnd = Math.max(cwnd / 2, smss);
        onCut();
    }

    @Override
    public long window() {
        return cwnd;
    }

    @Override
    public long slowStartThreshold() {
        return ssthresh;
    }

    @Override
    public String name() {
        return avoidance.name();
    }
}
