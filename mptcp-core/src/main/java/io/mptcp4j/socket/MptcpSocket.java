package io.mptcp4j.socket;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/**
 * A socket of an {@link MptcpStack}. Behaves as any {@code java.net.Socket}: the same calls, exceptions and messages.
 *
 * <p>Differences: urgent data is refused; of {@code IP_TOS} the upper six bits count, for the lower two are ECN's; {@code SO_REUSEADDR} changes
 * nothing, since ports in TIME-WAIT never block a bind.
 */
public final class MptcpSocket extends Socket {
    private final MptcpSocketImpl impl;

    /** An unconnected socket. */
    MptcpSocket(MptcpSocketImpl impl) throws SocketException {
        super(impl);
        this.impl = impl;
    }

    /**
     * What is known about the connection now, also after it has ended.
     *
     * @throws SocketException when the socket has never been connected
     */
    public ConnectionInfo connectionInfo() throws IOException {
        SocketConnection connection = impl.connection();
        ConnectionInfo info = connection == null ? null : connection.info();
        if (info == null) {
            throw new SocketException("Socket is not connected");
        }
        return info;
    }

    /**
     * The subflows and addresses of the connection, for an application that wants a say.
     *
     * @throws SocketException when the socket has never been connected
     */
    public SocketPaths paths() throws IOException {
        SocketConnection connection = impl.connection();
        if (connection == null || connection.info() == null) {
            throw new SocketException("Socket is not connected");
        }
        return connection.paths();
    }
}
