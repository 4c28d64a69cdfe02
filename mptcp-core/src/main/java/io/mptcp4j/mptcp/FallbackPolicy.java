package io.mptcp4j.mptcp;

/** Whether a connection that was to be MPTCP may go on as plain TCP (RFC 8684 3.7). */
public enum FallbackPolicy {
    /** It may. The default, and what applications expect that know nothing of MPTCP. */
    ALLOW,
    /**
     * It may not: an attempt to connect fails, a SYN without MP_CAPABLE is refused, and an established connection is reset.
     * A connection for which MPTCP is switched off is plain TCP nevertheless.
     */
    REFUSE
}
