package io.mptcp4j.wire;

/** The control bits of the TCP header (RFC 9293 3.1). */
public final class TcpFlags {
    /** No more octets from the sender. */
    public static final int FIN = 0x01;

    /** Synchronise sequence numbers. */
    public static final int SYN = 0x02;

    /** Reset the connection. */
    public static final int RST = 0x04;

    /** Push. */
    public static final int PSH = 0x08;

    /** The acknowledgment field counts. */
    public static final int ACK = 0x10;

    /** The urgent pointer counts. */
    public static final int URG = 0x20;

    /** ECN-Echo (RFC 3168). */
    public static final int ECE = 0x40;

    /** Congestion window reduced (RFC 3168). */
    public static final int CWR = 0x80;

    private TcpFlags() {}
}
