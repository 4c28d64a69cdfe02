package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;

/** What a path manager may know and ask of its connection. On the thread that drives the stack, during a call of it. */
public interface PathRequests {
    // ---- what there is

    /** Whether this end opened the connection. */
    boolean isInitiator();

    /** Our address on the first subflow, whose address ID is 0 (RFC 8684 3.2). This host may have lost it since. */
    IpAddress initialAddress();

    /** How many usable addresses this host has. */
    int localAddressCount();

    /** Usable address {@code i} of this host. */
    LocalAddress localAddress(int i);

    /**
     * To how many addresses of the peer subflows may be opened: that of the first subflow (with ID 0) unless the peer
     * forbade it by flag C (RFC 8684 3.1), and announced ones.
     */
    int remoteAddressCount();

    /** Address {@code i} of the peer. */
    RemoteAddress remoteAddress(int i);

    /** How many subflows there are, those still joining included, but not those that are ending. */
    int subflowCount();

    /** Subflow {@code i}, as it is now. */
    SubflowSnapshot subflow(int i);

    /** Whether there is a subflow, perhaps still joining, between these. */
    boolean hasSubflow(IpAddress local, RemoteAddress remote);

    /** How many more subflows the limits of the connection allow; those that are ending count until they are. */
    int subflowsLeft();

    /** The address of this host that the route to the peer's address prescribes; null when there is none. */
    LocalAddress routeTo(RemoteAddress remote);

    /** The endpoints and limits of the stack, as {@code ip mptcp} has them. */
    Endpoints endpoints();

    // ---- what is asked for

    /**
     * Opens a subflow (RFC 8684 3.2).
     *
     * @param local where from; its ID is used unless the peer knows the address by another one already
     * @return false when it could not even be tried: no route, no port, a limit
     */
    boolean join(LocalAddress local, RemoteAddress remote);

    /** Closes a subflow in order; what it carries goes on by the others. Returns false when it is gone already. */
    boolean close(SubflowSnapshot subflow);

    /** Says whether we want a subflow used as backup only; the peer is told (RFC 8684 3.3.8). False when it is gone. */
    boolean setBackup(SubflowSnapshot subflow, boolean backup);

    /** Gives each subflow the priority of the device that has its address. */
    void followDevices();

    /**
     * Announces an address to the peer (RFC 8684 3.4.1), once until it is withdrawn. That of the first subflow, which the
     * peer knows, is not announced without a port.
     *
     * @param port where joins are taken; 0: at the port of the first subflow
     * @return false when too much waits to be said, or no address ID is free: worth another try later
     */
    boolean announce(LocalAddress local, int port);

    /**
     * Takes an address back that the peer knows, by an announcement or by a join (RFC 8684 3.4.2). Subflows that have it
     * are not touched, but the peer will close them.
     *
     * @param port what it was announced with; 0 for none
     * @return false when the peer does not know it
     */
    boolean withdraw(IpAddress address, int port);
}
