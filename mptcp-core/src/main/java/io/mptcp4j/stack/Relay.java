package io.mptcp4j.stack;

import io.mptcp4j.wire.FourTuple;

/** A 4-tuple whose packets go to another server. */
final class Relay {
    final FourTuple tuple;

    /** The index of the server. */
    int server;

    Phase phase = Phase.OPENING;

    /** When the last packet came. */
    long lastNanos;

    /** The list that it is in, and its neighbours there. */
    RelayList list;

    Relay older;
    Relay newer;

    Relay(FourTuple tuple, int server) {
        this.tuple = tuple;
        this.server = server;
    }

    /** What the client has sent. */
    enum Phase {
        /** A SYN alone. */
        OPENING,
        /** Something behind its SYN. */
        ESTABLISHED,
        /** A FIN or a RST. */
        CLOSING
    }
}
