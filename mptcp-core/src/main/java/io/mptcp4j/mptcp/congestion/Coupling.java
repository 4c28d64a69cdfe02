package io.mptcp4j.mptcp.congestion;

/**
 * How the windows of a connection's subflows hang together. Without state of its own; asked only while two subflows or more
 * are in use, one of them {@code self}, and after {@link CoupledGroup#observe}.
 */
interface Coupling {
    /** The name under which users choose it. */
    String name();

    /** See {@link io.mptcp4j.congestion.CongestionAvoidance#growth}. */
    double growth(CoupledGroup group, CoupledSubflow self);

    /** See {@link io.mptcp4j.congestion.CongestionAvoidance#reduction}. */
    double reduction(CoupledGroup group, CoupledSubflow self);

    /** See {@link io.mptcp4j.congestion.CongestionAvoidance#leastSegments}. */
    int leastSegments();
}
