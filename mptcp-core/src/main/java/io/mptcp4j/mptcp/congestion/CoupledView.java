package io.mptcp4j.mptcp.congestion;

/** What the congestion control of a connection may know of a subflow. Octets and nanoseconds. */
public interface CoupledView {
    /** Whether the subflow may carry octets of the stream: established, not closing, not stale. */
    boolean isUsable();

    /** The octets sent and neither acknowledged nor lost. */
    long octetsInFlight();

    /** The smoothed round-trip time; 0 before the first sample. */
    long smoothedRttNanos();
}
