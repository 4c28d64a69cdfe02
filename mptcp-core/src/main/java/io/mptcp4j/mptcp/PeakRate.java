package io.mptcp4j.mptcp;

/**
 * The rate at which acknowledgments come at their quickest. What leaves in a burst, as each round trip of slow start begins, arrives at
 * the rate of the slowest link, and so do the acknowledgments: that rate shows long before there is a queue. Measured in slow start only, for
 * later an acknowledgment may tell of what has arrived long before, behind a hole.
 */
final class PeakRate {
    /** Over so many segments is measured: a few come as the peer's delayed acknowledgments have it. */
    private static final int SEGMENTS = 8;

    private static final double NANOS_A_SECOND = 1e9;

    private long since;
    private long deliveredBefore;
    private long rate;

    /** More was acknowledged. */
    void onAcked(Subflow subflow, long nowNanos) {
        if (subflow.congestionWindow() >= subflow.slowStartThreshold()) {
            return;
        }
        long delivered = subflow.tcp().octetsSent() - subflow.tcp().outstandingOctets();
        long octets = delivered - deliveredBefore;
        if (deliveredBefore > 0 && octets < (long) SEGMENTS * subflow.maximumSegmentSize()) {
            return;
        }
        if (deliveredBefore > 0 && nowNanos > since) {
            rate = Math.max(rate, (long) (octets * NANOS_A_SECOND / (nowNanos - since)));
        }
        deliveredBefore = delivered;
        since = nowNanos;
    }

    /** Octets a second; 0 while unknown. */
    long rate() {
        return rate;
    }
}
