package io.mptcp4j.tcp;

/** Whether a connection uses explicit congestion notification (RFC 3168), for which both ends must be willing. */
public enum EcnMode {
    /** Never. */
    OFF,
    /** When the peer asks for it. */
    ACCEPT,
    /** We ask for it, and accept it when asked. */
    OFFER
}
