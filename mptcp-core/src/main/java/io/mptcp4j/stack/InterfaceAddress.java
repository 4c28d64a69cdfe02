package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;
import java.util.Objects;

/**
 * An address of this host on an interface.
 *
 * @param prefix the address, and how long the prefix is that the interface reaches directly
 * @param id the MPTCP address id, 1 to 255, unique in the stack; 0 lets the stack choose
 */
public record InterfaceAddress(Prefix prefix, int id) {
    /** The largest MPTCP address id. */
    static final int MAXIMUM_ID = 255;

    /** Checks the address and the id. */
    public InterfaceAddress {
        Objects.requireNonNull(prefix, "prefix");
        if (!prefix.address().isHost()) {
            throw new IllegalArgumentException("no host has this address: " + prefix.address());
        }
        if (id < 0 || id > MAXIMUM_ID) {
            throw new IllegalArgumentException("an address id is 1 to 255, or 0 to have one chosen: " + id);
        }
    }

    /** What {@link Prefix#parse} reads, {@code 10.0.1.2/24}, with an id that the stack chooses. */
    public static InterfaceAddress parse(String text) {
        return new InterfaceAddress(Prefix.parse(text), 0);
    }

    /** The address. */
    public IpAddress address() {
        return prefix.address();
    }
}
