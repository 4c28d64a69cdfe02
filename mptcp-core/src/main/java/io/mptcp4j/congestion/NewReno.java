package io.mptcp4j.congestion;

/**
 * The standard's congestion control: slow start, congestion avoidance and multiplicative decrease (RFC 5681), counting octets
 * (RFC 3465), with an initial window of ten segments (RFC 6928), and a first slow start that ends before it overflows the
 * queue ({@link HyStart}).
 */
public final class NewReno implements CongestionController {
    /** Under this name users choose it. */
    public static final String NAME = "reno";

    private static final int INITIAL_SEGMENTS = 10;
    private static final int INITIAL_OCTETS = 14_600;

    private final HyStart hyStart = new HyStart();
    private int smss;
    private long cwnd;
    private long ssthresh = Long.MAX_VALUE;

    /** Octets acknowledged in congestion avoidance that have not grown the window yet. */
    private long acked;

    /** Between a loss and its repair the window stays. */
    private boolean recovering;

    /** After a timeout, until everything outstanding then is acknowledged. */
    private boolean afterTimeout;

    private boolean untouched = true;

    /** A controller with its initial window. */
    public NewReno(int maximumSegmentSize) {
        onSegmentSize(maximumSegmentSize);
    }

    private long initialWindow() {
        // RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)).
        return Math.min((long) INITIAL_SEGMENTS * smss, Math.max(2L * smss, INITIAL_OCTETS));
    }

    @Override
    public void onSegmentSize(int maximumSegmentSize) {
        smss = maximumSegmentSize;
        cwnd = untouched ? initialWindow() : Math.max(cwnd, smss);
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
            slowStart(growth);
        } else {
            avoidCongestion(ackedOctets);
        }
    }

    private void slowStart(long ackedOctets) {
        // RFC 3465 2.3: after a timeout one segment an acknowledgment, for it may cover what had left before.
        // Otherwise by all octets acknowledged: a peer that coalesces segments acknowledges forty at once.
        long growth = afterTimeout ? Math.min(ackedOctets, smss) : ackedOctets;
        long room = ssthresh - cwnd;
        cwnd += Math.min(growth, room);
        if (growth > room) {
            avoidCongestion(growth - room);
        }
    }

    private void avoidCongestion(long ackedOctets) {
        // RFC 3465 2.1: one segment more for each window acknowledged.
        acked += ackedOctets;
        while (acked >= cwnd) {
            acked -= cwnd;
            cwnd += smss;
        }
    }

    @Override
    public void onLoss(long inFlight, long nowNanos) {
        untouched = false;
        // RFC 5681 3.2, equation 4; RFC 6675 5, 4.2.
        ssthresh = Math.max(inFlight / 2, 2L * smss);
        cwnd = ssthresh;
        acked = 0;
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
        // RFC 5681 3.1, equation 4: half of what was in flight; the loss window is one segment.
        ssthresh = Math.max(inFlight / 2, 2L * smss);
        cwnd = smss;
        acked = 0;
        recovering = false;
        afterTimeout = true;
    }

    @Override
    public void onIdleRestart(long nowNanos) {
        // RFC 5681 4.1: the restart window is the initial one, or less.
        cwnd = Math.min(cwnd, initialWindow());
        acked = 0;
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
        return NAME;
    }
}
