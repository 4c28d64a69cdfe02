package io.mptcp4j.socket;

import io.mptcp4j.wire.IpAddress;

/**
 * An address and a port that one socket holds from {@code bind} to {@code close}.
 *
 * @param table where it is held
 * @param address the address; null for any
 * @param port the port
 */
record BoundPort(BoundPorts table, IpAddress address, int port) {
    /** Gives it back. Any thread, idempotent. */
    void release() {
        table.release(this);
    }

    /** Whether two sockets cannot hold both. */
    boolean collidesWith(BoundPort other) {
        return port == other.port && (address == null || other.address == null || address.equals(other.address));
    }
}
