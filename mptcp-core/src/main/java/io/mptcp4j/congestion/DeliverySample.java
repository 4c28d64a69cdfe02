package io.mptcp4j.congestion;

/**
 * What one acknowledgment tells of the rate at which octets are delivered (draft-cheng-iccrg-delivery-rate-estimation-02): how many
 * were delivered between the departure of the newest one that it acknowledges and now. Valid during the call alone.
 */
public interface DeliverySample {
    /** All octets delivered so far, these included. */
    long delivered();

    /** The octets that this acknowledgment told of. */
    long newlyDelivered();

    /** The octets that were found lost by this acknowledgment. */
    long newlyLost();

    /** What {@link #delivered} had been when the newest of these octets left. */
    long priorDelivered();

    /** In what time the octets since then were delivered; 0: the acknowledgment says nothing about the rate. */
    long intervalNanos();

    /** Whether there was nothing more to send at that time, so that the rate may be less than the path's. */
    boolean isApplicationLimited();

    /** Octets in flight before the acknowledgment. */
    long inFlightBefore();

    /** Octets in flight after it. */
    long inFlight();

    /** A round-trip sample, or 0. */
    long rttNanos();
}
