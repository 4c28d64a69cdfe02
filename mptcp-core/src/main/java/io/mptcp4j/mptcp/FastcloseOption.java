package io.mptcp4j.mptcp;

/**
 * How a connection is aborted (RFC 8684 3.5). Either is understood when the peer does it. Version 0 knows the ACK only (RFC 6824
 * 3.5), which it uses whatever is set.
 */
public enum FastcloseOption {
    /** Option R: a RST with MP_FASTCLOSE on each subflow, and all is over. The default, and what Linux does. */
    RST,
    /**
     * Option A: an ACK with MP_FASTCLOSE on one subflow, repeated until the peer answers with a RST, and RSTs on the others.
     * Gets through where RSTs are lost or filtered, and holds the subflow for a few retransmission timeouts.
     */
    ACK
}
