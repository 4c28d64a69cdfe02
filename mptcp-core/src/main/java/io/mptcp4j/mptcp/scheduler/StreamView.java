package io.mptcp4j.mptcp.scheduler;

/** What a scheduler may know of the octets that are to be sent. */
public interface StreamView {
    /** The octets that wait to be sent and that the peer's window lets through, above 0. */
    long waiting();

    /** The octets that the application has written and that wait to be sent, inside the peer's window or not. */
    long unsent();

    /** The octets that were sent and that the peer has not acknowledged at data level (RFC 8684 3.3.2). */
    long outstanding();

    /** The peer's window: the octets that may be outstanding at data level (RFC 8684 3.3.5). */
    long window();
}
