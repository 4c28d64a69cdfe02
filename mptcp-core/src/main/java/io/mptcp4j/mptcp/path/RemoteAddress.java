package io.mptcp4j.mptcp.path;

import io.mptcp4j.wire.IpAddress;
import java.util.Objects;

/**
 * An address of the peer to which subflows may be opened.
 *
 * @param address the address
 * @param port the port: the one announced, or that of the first subflow
 * @param id its address ID (RFC 8684 3.4); 0 for the address of the first subflow
 */
public record RemoteAddress(IpAddress address, int port, int id) {
    /** Checks that there is an address. */
    public RemoteAddress {
        Objects.requireNonNull(address, "address");
    }
}
