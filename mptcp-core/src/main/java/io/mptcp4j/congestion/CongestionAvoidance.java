package io.mptcp4j.congestion;

/**
 * What {@link NewReno} does with its window where slow start has ended: by how much it grows, and how much it gives up at a
 * loss. Everything else (slow start, recovery, timeouts, the restart after a pause) is the same for all algorithms of its kind.
 *
 * <p>One instance a subflow, used by the thread that drives the stack alone; must not block, throw or allocate.
 */
public interface CongestionAvoidance {
    /** RFC 5681 3.1: one segment a window; half of what is in flight; not below two segments. */
    CongestionAvoidance STANDARD = new StandardAvoidance();

    /** The name under which users choose it. */
    String name();

    /** The maximum segment size changed; comes first of all. */
    default void onSegmentSize(int maximumSegmentSize) {}

    /**
     * Octets were acknowledged, in whatever phase; comes before {@link #growth}.
     *
     * @param inFlight octets in flight before the acknowledgment
     * @param rttNanos the newest round-trip sample, or 0 when this acknowledgment gave none
     * @param limitedByWindow whether the window was the limit when the octets left; if not, {@link #growth} is not asked
     */
    default void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {}

    /**
     * By how many segments the window grows when one whole window has been acknowledged: 1 for a TCP of its own
     * (RFC 5681 3.1), less for a part of a whole, below 0 for a window that shrinks. Never NaN, and from -1 to half the segments
     * of the window or 2.
     *
     * @param window the congestion window in octets, which was the limit when the acknowledged octets left
     */
    double growth(long window, long nowNanos);

    /**
     * A loss was found, by duplicates or by the timer; comes before {@link #reduction} and {@link #leastSegments}.
     *
     * @param window the congestion window in octets, before it is reduced
     */
    default void onLoss(long window, long nowNanos) {}

    /** As {@link #onLoss}, found by the timer. */
    default void onTimeout(long window, long nowNanos) {
        onLoss(window, nowNanos);
    }

    /** A recovery begins, the first of its losses follows: {@link #restore} brings back what is now. */
    default void save() {}

    /** There was no loss: everything is again as at {@link #save}. */
    default void restore() {}

    /** The window was changed by something else than growth and loss: by a pause, or to let others go first. */
    default void onWindowCut() {}

    /** The share of the octets in flight that is given up after a loss without a timeout, above 0 and below 1. */
    double reduction();

    /** The share of the octets in flight by which the slow start threshold stays below them after a timeout. */
    default double timeoutReduction() {
        return STANDARD.reduction();
    }

    /** The fewest segments that the slow start threshold is set to: 2 for a TCP of its own (RFC 5681 3.1, equation 4). */
    int leastSegments();
}
