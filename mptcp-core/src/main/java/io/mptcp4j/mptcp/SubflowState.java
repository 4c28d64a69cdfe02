package io.mptcp4j.mptcp;

/** Where a subflow is in its life. */
public enum SubflowState {
    /** The TCP and MPTCP handshake is under way. */
    CONNECTING,
    /** The MP_JOIN handshake waits for the fourth ACK; no octets yet (RFC 8684 3.2). */
    PRE_ESTABLISHED,
    /** Octets may flow. */
    ACTIVE,
    /** A FIN was sent, or will be behind what is outstanding. */
    CLOSING,
    /** Gone. */
    CLOSED
}
