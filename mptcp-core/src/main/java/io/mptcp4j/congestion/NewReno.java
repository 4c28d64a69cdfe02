package io.mptcp4j.congestion;

/**
 * Slow start and congestion avoidance of RFC 5681, counting octets (RFC 3465), with the initial window of RFC 6928.
 *
 * <p>Recovery itself, and so the deflation of RFC 6582, belongs to loss detection: during recovery the window stays at the
 * slow start threshold and the sender counts what is in flight.
 */
public final class NewReno implements CongestionController {
    /** The name under which users choose it. */
    public static final String NAME = "reno";

    private static final int INITIAL_SEGMENTS = 10;
    private static final int INITIAL_OCTETS = 14_600;
    private static final int LIMIT_SEGMENTS = 2;

    private int maximumSegmentSize;
    private long window;
    private long slowStartThreshold = Long.MAX_VALUE;
    private long ackedInAvoidance;
    private boolean recovering;

    /** A controller with its initial window. */
    public NewReno(int maximumSegmentSize) {
        this.maximumSegmentSize = maximumSegmentSize;
        this.window = initialWindow();
    }

    /** RFC 6928 2: min(10 * MSS, max(2 * MSS, 14600)). */
    private long initialWindow() {
        return Math.min(
                (long) INITIAL_SEGMENTS * maximumSegmentSize, Math.max(2L * maximumSegmentSize, INITIAL_OCTETS));
    }

    @Override
    public void onSegmentSize(int octets) {
        boolean untouched = window == initialWindow();
        maximumSegmentSize = octets;
        window = untouched ? initialWindow() : Math.max(window, octets);
    }

    @Override
    public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
        if (recovering || !limitedByWindow) {
            return;
        }
        if (window < slowStartThreshold) {
            // RFC 3465 2.2 with RFC 9406's L for stretch ACKs: what was acknowledged, since one ACK may stand for 64
            // KB.
            long growth = Math.min(ackedOctets, slowStartThreshold - window);
            window += growth;
            ackedInAvoidance = 0;
            return;
        }
        // RFC 3465 2.1: one segment for each window acknowledged.
        ackedInAvoidance += ackedOctets;
        if (ackedInAvoidance >= window) {
            ackedInAvoidance -= window;
            window += maximumSegmentSize;
        }
    }

    @Override
    public void onLoss(long inFlight, long nowNanos) {
        reduceThreshold(inFlight);
        window = slowStartThreshold;
        recovering = true;
    }

    @Override
    public void onRecovered(long nowNanos) {
        recovering = false;
    }

    @Override
    public void onRetransmissionTimeout(long inFlight, long nowNanos) {
        reduceThreshold(inFlight);
        // RFC 5681 3.1: the loss window is one segment.
        window = maximumSegmentSize;
        recovering = false;
    }

    /** RFC 5681 3.1, equation 4: half of what is in flight, two segments at least. */
    private void reduceThreshold(long inFlight) {
        slowStartThreshold = Math.max(inFlight / 2, (long) LIMIT_SEGMENTS * maximumSegmentSize);
        ackedInAvoidance = 0;
    }

    @Override
    public void onIdleRestart(long nowNanos) {
        // RFC 5681 4.1: the restart window is the initial window, or less.
        window = Math.min(window, initialWindow());
    }

    @Override
    public long window() {
        return window;
    }

    @Override
    public long slowStartThreshold() {
        return slowStartThreshold;
    }

    @Override
    public String name() {
        return NAME;
    }
}
