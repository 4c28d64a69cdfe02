package io.mptcp4j.tcp;

/**
 * TCP Fast Open of a connection that a peer opens (RFC 7413 4.2): the octets of its SYN are taken, and ours leave before the third
 * ACK has come. Whoever makes the connection has looked at the peer's cookie.
 */
public final class FastOpen {
    /** Octets of a cookie; more do not fit into a SYN/ACK beside timestamps and MP_CAPABLE (RFC 8684 B.1). */
    public static final int COOKIE_OCTETS = 6;

    private final Tcb tcb;
    private long cookie;
    private boolean octetsWelcome;
    private boolean opened;

    FastOpen(Tcb tcb) {
        this.tcb = tcb;
    }

    /**
     * Says what the SYN is to be answered with; before {@link TcpConnection#accept}.
     *
     * @param newCookie what the peer is given for its next connection, in the lower 48 bits; 0: nothing
     * @param takeOctets whether its cookie was genuine, so that octets of the SYN are taken
     */
    public void offer(long newCookie, boolean takeOctets) {
        cookie = newCookie;
        octetsWelcome = takeOctets;
    }

    /** Whether octets flow already, and our SYN is not acknowledged yet. */
    public boolean isUnderWay() {
        return opened && tcb.state() == TcpState.SYN_RECEIVED;
    }

    /** The cookie as the option has it; null when there is none to give. */
    byte[] option() {
        if (cookie == 0) {
            return null;
        }
        byte[] octets = new byte[COOKIE_OCTETS];
        for (int i = 0; i < COOKIE_OCTETS; i++) {
            octets[i] = (byte) (cookie >>> 8 * (COOKIE_OCTETS - 1 - i));
        }
        return octets;
    }

    boolean takesOctets() {
        return octetsWelcome;
    }

    /** Octets of the SYN were taken. */
    void onOpened() {
        opened = true;
    }

    /** Whether octets of the SYN were taken. */
    boolean isOpened() {
        return opened;
    }
}
