package io.mptcp4j.mptcp;

import java.time.Duration;

/**
 * Whether a subflow has shown what it carries. Until then a path that carries a tenth looks like one that carries all: slow start
 * sends the same on both, and the round-trip time is that of a path without a queue.
 */
final class RateTest {
    /** So much longer than its least is the round trip of a path which has a queue, and a quarter: bursts make a short one. */
    private static final long QUEUE_NANOS = Duration.ofMillis(5).toNanos();

    private boolean over;

    /**
     * Whether the subflow has sent at its path's rate, or at that which fills the peer's window.
     *
     * @param window the peer's window in octets
     */
    boolean isOver(Subflow subflow, long window) {
        if (!over) {
            long delivered = subflow.tcp().octetsSent() - subflow.tcp().outstandingOctets();
            over = delivered >= window
                    || subflow.congestionWindow() >= subflow.slowStartThreshold()
                    || hasQueue(subflow);
        }
        return over;
    }

    private static boolean hasQueue(Subflow subflow) {
        long least = subflow.tcp().minimumRttNanos();
        return subflow.tcp().smoothedRttNanos() > least + least / 4 + QUEUE_NANOS;
    }
}
