package io.mptcp4j.metric;

/** What the stack counts besides drops. */
public enum Counter {
    /** Packets taken from devices; a super-segment counts once. */
    PACKETS_IN,
    /** Packets handed to devices; a super-segment counts once. */
    PACKETS_OUT,
    /** TCP segments retransmitted. */
    SEGMENTS_RETRANSMITTED,
    /** Retransmission timeouts. */
    RETRANSMISSION_TIMEOUTS,
    /** Fast recoveries entered. */
    FAST_RECOVERIES,
    /** RSTs sent. */
    RESETS_OUT,
    /** RSTs accepted. */
    RESETS_IN,
    /** Challenge ACKs sent (RFC 5961). */
    CHALLENGE_ACKS,
    /** Connections opened actively. */
    ACTIVE_OPENS,
    /** Connections opened passively. */
    PASSIVE_OPENS,
    /** Connections that became MPTCP. */
    MPTCP_ESTABLISHED,
    /** Connections that asked for MPTCP and went on as plain TCP. */
    MPTCP_FALLBACKS,
    /** MP_JOIN handshakes completed, either role. */
    JOINS_ESTABLISHED,
    /** MP_JOIN handshakes refused or failed, either role. */
    JOINS_FAILED,
    /** Octets reinjected on another subflow. */
    REINJECTED_OCTETS,
    /** Octets received twice at data level. */
    DUPLICATE_DATA_OCTETS,
    /** Subflows reset by us. */
    SUBFLOWS_RESET
}
