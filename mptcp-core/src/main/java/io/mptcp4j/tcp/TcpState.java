package io.mptcp4j.tcp;

/** The states of a connection (RFC 9293 3.3.2). LISTEN is a listener of the stack, not a connection, and so not here. */
public enum TcpState {
    /** No connection. */
    CLOSED,
    /** A SYN was sent (or will be); waiting for the peer's. */
    SYN_SENT,
    /** Both SYNs have been seen here; waiting for the acknowledgment of ours. */
    SYN_RECEIVED,
    /** Open: octets flow both ways. */
    ESTABLISHED,
    /** We have closed; our FIN is not acknowledged yet. */
    FIN_WAIT_1,
    /** Our FIN is acknowledged; waiting for the peer's. */
    FIN_WAIT_2,
    /** The peer has closed; we have not. */
    CLOSE_WAIT,
    /** Both have closed at the same time; our FIN is not acknowledged yet. */
    CLOSING,
    /** The peer closed first, then we; our FIN is not acknowledged yet. */
    LAST_ACK,
    /** Both FINs are acknowledged; old segments die out. */
    TIME_WAIT;

    /** Whether both SYNs are acknowledged (RFC 9293 3.3.2: the synchronized states). */
    public boolean isSynchronized() {
        return ordinal() >= ESTABLISHED.ordinal();
    }

    /** Whether octets may still be transmitted for the first time. */
    public boolean mayTransmit() {
        return this == ESTABLISHED || this == CLOSE_WAIT;
    }

    /** Whether octets may still arrive. */
    public boolean mayReceive() {
        return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /** Whether our SYN is not acknowledged yet. */
    boolean isHandshake() {
        return this == SYN_SENT || this == SYN_RECEIVED;
    }
}
