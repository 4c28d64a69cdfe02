package io.mptcp4j.congestion;

/**
 * Decides how many octets a subflow may have in flight (RFC 5681 2: cwnd). One instance a subflow, used by the thread
 * that drives the stack alone. Octets and nanoseconds, never packets.
 */
public interface CongestionController {
    /** No rate of its own: octets leave at what the window and the round-trip time make. */
    long NO_PACING = Long.MAX_VALUE;

    /**
     * The maximum segment size changed (at establishment, or by path MTU discovery).
     *
     * @param maximumSegmentSize payload octets of a full segment (SMSS)
     */
    void onSegmentSize(int maximumSegmentSize);

    /**
     * Octets were acknowledged (cumulatively or by SACK) outside recovery, or partially inside it.
     *
     * @param ackedOctets newly delivered octets, above 0
     * @param inFlight octets in flight before this acknowledgment
     * @param rttNanos the newest round-trip sample, or 0 when this acknowledgment gave none
     * @param limitedByWindow whether the sender was held back by cwnd rather than by the application or the peer's window
     */
    void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos);

    /**
     * An acknowledgment told of octets delivered: comes after {@link #onAcked} and after the losses that it shows; only to
     * controllers that {@link #usesDeliverySamples use} it.
     */
    default void onDelivered(DeliverySample sample, long nowNanos) {}

    /** Whether {@link #onDelivered} is wanted, which costs a little for each unit sent. Never changes. */
    default boolean usesDeliverySamples() {
        return false;
    }

    /**
     * Whether {@link #window} says what may be in flight during recovery too. Otherwise what is in flight comes down to
     * {@link #slowStartThreshold} in proportion to what is delivered (RFC 6937). Never changes.
     */
    default boolean regulatesRecovery() {
        return false;
    }

    /** A loss was found without a timeout: recovery begins (RFC 5681 3.2, RFC 6675 5). */
    void onLoss(long inFlight, long nowNanos);

    /**
     * A router has marked a packet instead of dropping it (RFC 3168 6.1.2): the answer is that to a loss, without anything to be
     * repaired. At most once for each window of octets, never between {@link #onLoss} and {@link #onRecovered}.
     */
    default void onCongestionExperienced(long inFlight, long nowNanos) {
        onLoss(inFlight, nowNanos);
        onRecovered(nowNanos);
    }

    /** Recovery is over: everything outstanding at its begin has been acknowledged. */
    void onRecovered(long nowNanos);

    /** The retransmission timer expired (RFC 5681 3.1, equation 4 and the loss window). */
    void onRetransmissionTimeout(long inFlight, long nowNanos);

    /**
     * What was taken for lost since recovery last began had arrived all along (RFC 5682, RFC 3522, RFC 3708): window, threshold and
     * whatever else the loss has changed become what they were before it, and recovery is over as if {@link #onRecovered} had
     * been called. May come during recovery or after it; without an {@link #onLoss} or {@link #onRetransmissionTimeout} that has
     * not been taken back it does nothing.
     */
    default void onSpuriousLoss(long nowNanos) {}

    /** The sender was idle for longer than one RTO (RFC 5681 4.1). */
    void onIdleRestart(long nowNanos);

    /** A SYN or SYN/ACK was lost: the initial window is one segment (RFC 5681 3.1). Called before octets leave. */
    default void onHandshakeLoss(long nowNanos) {}

    /**
     * The subflow holds up the others of its connection, which asks for half the window: at most once a round trip. No sign of
     * congestion; a controller in recovery leaves it alone.
     */
    default void onPenalty(long nowNanos) {}

    /** The congestion window in octets. */
    long window();

    /** The slow start threshold in octets; {@code Long.MAX_VALUE} before the first loss. */
    long slowStartThreshold();

    /** At what rate octets may leave, new ones and again, in octets a second; or {@link #NO_PACING}, that of the window. */
    default long pacingRate() {
        return NO_PACING;
    }

    /** The name under which users choose it: {@code reno}. */
    String name();

    /** Makes the controller of a new subflow. */
    @FunctionalInterface
    interface Factory {
        /**
         * A controller with its initial window.
         *
         * @param maximumSegmentSize payload octets of a full segment (SMSS)
         */
        CongestionController create(int maximumSegmentSize);
    }
}
