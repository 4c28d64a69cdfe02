package io.mptcp4j.mptcp;

/**
 * The state of a connection at data level (RFC 8684 3.3.3 and appendix D): TCP's states, with DATA_FIN and DATA_ACK in the
 * place of FIN and ACK. A connection that fell back follows its one subflow's FINs.
 */
public enum ConnectionState {
    /** The first subflow's handshake is under way. */
    CONNECTING,
    /** Octets may flow both ways. */
    ESTABLISHED,
    /** We have sent a DATA_FIN. */
    FIN_WAIT_1,
    /** Our DATA_FIN is acknowledged. */
    FIN_WAIT_2,
    /** The peer has sent a DATA_FIN. */
    CLOSE_WAIT,
    /** Both have sent a DATA_FIN; ours is not acknowledged. */
    CLOSING,
    /** The peer has sent a DATA_FIN, then we; ours is not acknowledged. */
    LAST_ACK,
    /** Both DATA_FINs are acknowledged; the subflows are being closed. */
    CLOSED;

    /** The state after our DATA_FIN has been sent for the first time. */
    ConnectionState afterFinSent() {
        return switch (this) {
            case ESTABLISHED -> FIN_WAIT_1;
            case CLOSE_WAIT -> LAST_ACK;
            default -> this;
        };
    }

    /** The state after our DATA_FIN has been acknowledged. */
    ConnectionState afterFinAcknowledged() {
        return switch (this) {
            case FIN_WAIT_1 -> FIN_WAIT_2;
            case CLOSING, LAST_ACK -> CLOSED;
            default -> this;
        };
    }

    /** The state after everything up to the peer's DATA_FIN has been received. */
    ConnectionState afterFinReceived() {
        return switch (this) {
            case ESTABLISHED -> CLOSE_WAIT;
            case FIN_WAIT_1 -> CLOSING;
            case FIN_WAIT_2 -> CLOSED;
            default -> this;
        };
    }
}
