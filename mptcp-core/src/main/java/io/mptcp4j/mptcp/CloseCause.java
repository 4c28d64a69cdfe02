package io.mptcp4j.mptcp;

/** Why a connection ended. */
public enum CloseCause {
    /** Both ends closed, everything was delivered. */
    NORMAL,
    /** The peer refused the connection. */
    REFUSED,
    /** The peer reset the connection. */
    RESET,
    /** No answer: to the handshake, to retransmissions, or on any subflow. */
    TIMED_OUT,
    /** The network says that the destination cannot be reached, or there is no route to it. */
    UNREACHABLE,
    /** This end aborted the connection. */
    ABORTED,
    /** The connection would have had to go on as plain TCP, which {@link FallbackPolicy#REFUSE} forbids. */
    FALLBACK_REFUSED
}
