package io.mptcp4j.wire.mptcp;

/** The subtypes of the MPTCP option (RFC 8684 7.1), which fill the upper half of its third octet. */
public final class MptcpSubtype {
    /** Multipath capable: the first subflow's handshake. */
    public static final int MP_CAPABLE = 0;

    /** Join connection: a further subflow's handshake. */
    public static final int MP_JOIN = 1;

    /** Data sequence signal: DATA_ACK and mapping. */
    public static final int DSS = 2;

    /** Add address. */
    public static final int ADD_ADDR = 3;

    /** Remove address. */
    public static final int REMOVE_ADDR = 4;

    /** Change subflow priority. */
    public static final int MP_PRIO = 5;

    /** Fallback. */
    public static final int MP_FAIL = 6;

    /** Fast close. */
    public static final int MP_FASTCLOSE = 7;

    /** Subflow reset; version 1 alone. */
    public static final int MP_TCPRST = 8;

    /** Private experiments. */
    public static final int MP_EXPERIMENTAL = 15;

    private MptcpSubtype() {}
}
