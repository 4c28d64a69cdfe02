package io.mptcp4j.mptcp;

/** Why a connection runs as plain TCP (RFC 8684 3.7). */
public enum FallbackReason {
    /** It does not: the connection uses MPTCP, or has not found out yet. */
    NONE,
    /** MPTCP is switched off at this end. */
    DISABLED,
    /** The peer's SYN had no usable MP_CAPABLE. */
    NO_MP_CAPABLE_IN_SYN,
    /** The peer's SYN/ACK had no usable MP_CAPABLE. */
    NO_MP_CAPABLE_IN_SYN_ACK,
    /** The SYN was lost several times with MP_CAPABLE, and was then sent without. */
    SYN_LOST,
    /** The third ACK had no usable MP_CAPABLE. */
    NO_MP_CAPABLE_IN_ACK,
    /** The first octets came without a mapping, or a FIN without a sign of MPTCP. */
    DATA_WITHOUT_MAPPING,
    /** Octets were acknowledged without a DATA_ACK. */
    ACK_WITHOUT_DATA_ACK,
    /** The peer declared an infinite mapping. */
    INFINITE_MAPPING,
    /** The peer asked for DSS checksums, which this version does not compute. */
    CHECKSUM_REQUIRED
}
