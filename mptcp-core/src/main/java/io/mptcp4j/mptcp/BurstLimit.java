package io.mptcp4j.mptcp;

import io.mptcp4j.time.Deadlines;
import java.time.Duration;

/**
 * Spreads what a subflow may send at once when another one has stopped holding up the connection. Its acknowledgments have run
 * out meanwhile, and with nothing to clock it a whole window would leave in one burst, and be lost in the first queue that is
 * shorter: for one round trip it leaves at the pace of the congestion window.
 */
final class BurstLimit {
    /** What may leave at once, in segments: an initial window (RFC 6928 2). */
    private static final int BURST_SEGMENTS = 10;

    /** In less time than this no loop wakes up in time. */
    private static final long SHORTEST_NANOS = Duration.ofMillis(2).toNanos();

    private long until = Long.MIN_VALUE;
    private long paidUntil;

    /** The limit holds for a round trip from now on. */
    void begin(long nowNanos, long rttNanos) {
        if (rttNanos >= SHORTEST_NANOS) {
            until = nowNanos + rttNanos;
        }
    }

    boolean isActive(long nowNanos) {
        return nowNanos < until;
    }

    /** The octets that may leave now. */
    long room(Subflow subflow, long nowNanos) {
        if (!isActive(nowNanos)) {
            return Long.MAX_VALUE;
        }
        long burst = (long) BURST_SEGMENTS * subflow.maximumSegmentSize();
        double owed = Math.max(0, paidUntil - nowNanos) * rate(subflow);
        return (long) Math.max(0, burst - owed);
    }

    void onSent(Subflow subflow, int octets, long nowNanos) {
        if (isActive(nowNanos)) {
            paidUntil = Math.max(paidUntil, nowNanos) + (long) (octets / rate(subflow));
        }
    }

    /** When there is room for some segments again, if there is none now. */
    long nextDeadline(Subflow subflow, long nowNanos) {
        int some = 2 * subflow.maximumSegmentSize();
        if (!isActive(nowNanos) || room(subflow, nowNanos) >= some) {
            return Deadlines.NEVER;
        }
        long time = (long) ((BURST_SEGMENTS - 2) * subflow.maximumSegmentSize() / rate(subflow));
        return Math.min(until, Math.max(nowNanos + 1, paidUntil - time));
    }

    private static double rate(Subflow subflow) {
        return (double) subflow.congestionWindow() / subflow.tcp().smoothedRttNanos();
    }
}
