package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;

/** What a path manager may know and ask of its connection, during a call of it. */
public interface PathRequests {
    /** Whether this end opened the connection. */
    boolean isInitiator();

    /** How many usable addresses this host has. */
    int localAddressCount();

    /** Usable address {@code i} of this host. */
    LocalAddress localAddress(int i);

    /** To how many addresses of the peer subflows may be opened: that of the first subflow, and announced ones. */
    int remoteAddressCount();

    /** Address {@code i} of the peer. */
    RemoteAddress remoteAddress(int i);

    /** Whether there is a subflow, perhaps still joining, between these. */
    boolean hasSubflow(IpAddress local, RemoteAddress remote);

    /** How many subflows there are, those still joining or closing included. */
    int subflowCount();

    /** How many more subflows the limits allow. */
    int subflowsLeft();

    /**
     * Opens a subflow (RFC 8684 3.2).
     *
     * @return false when it could not even be tried: no route, no port, a limit
     */
    boolean join(LocalAddress local, RemoteAddress remote);

    /** Announces an address to the peer (RFC 8684 3.4.1). Does nothing when it has been announced already. */
    void announce(LocalAddress local);

    /**
     * Announces an address with a port of its own (RFC 8684 3.4.1), be it the address of the first subflow; joins that come
     * to it need no listener. Does nothing when this port has been announced already.
     *
     * @param port 1 to 65535
     */
    void announce(LocalAddress local, int port);
}
