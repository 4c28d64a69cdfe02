package io.mptcp4j.tcp;

/** What the layer above thinks of an incoming segment. */
public enum Verdict {
    /** Go on with the segment. */
    ACCEPT,
    /** Forget the segment, as if the network had lost it. */
    DROP,
    /** Answer with a RST and end the connection. */
    RESET
}
