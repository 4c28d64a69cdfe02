package io.mptcp4j.mptcp.scheduler;

/** What a scheduler may know of a subflow. Octets and nanoseconds. */
public interface SubflowView {
    /** Whether the subflow may carry octets of the stream at all: established, not closing, not stale. */
    boolean isUsable();

    /** Whether either end asked to use this subflow only when there is no other (RFC 8684 3.3.8). */
    boolean isBackup();

    /**
     * Whether octets may go on it now: usable, and regular unless no usable subflow is (RFC 8684 3.3.8: a backup is used only
     * when there is no other).
     */
    boolean isEligible();

    /** The octets that congestion window and peer's window let through now; 0 while the subflow is held back. */
    long sendRoom();

    /** The congestion window. */
    long congestionWindow();

    /** The slow start threshold; {@code Long.MAX_VALUE} before the first loss. */
    long slowStartThreshold();

    /**
     * Whether it has shown what it carries: a window of the peer's has arrived over it, octets were lost, or a queue arose.
     * Never false again.
     */
    boolean isTested();

    /**
     * The rate at which acknowledgments came at their quickest in slow start, in octets a second: about that of the slowest link
     * of the path, from the first round trip on. 0 while unknown.
     */
    long peakRate();

    /** The octets sent and neither acknowledged nor lost. */
    long octetsInFlight();

    /**
     * The smoothed round-trip time; 0 before the first sample. While an answer is late it grows; while nothing is sent it
     * falls towards the least one seen, for the queue that it was measured with is gone.
     */
    long smoothedRttNanos();

    /** The smoothed round-trip time as it was while octets were sent, a queue that has gone since included; 0 before the first sample. */
    long loadedRttNanos();

    /** The least round-trip time seen; 0 before the first sample. */
    long minimumRttNanos();

    /** The mean deviation of the round-trip time. */
    long rttVarianceNanos();

    /** Payload octets of a full segment. */
    int maximumSegmentSize();
}
