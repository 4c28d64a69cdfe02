package io.mptcp4j.socket;

import io.mptcp4j.mptcp.ConnectionSettings;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;

/** A server socket of an {@link MptcpStack}. Behaves as any {@code java.net.ServerSocket}. */
public final class MptcpServerSocket extends ServerSocket {
    private final MptcpStack stack;

    /** An unbound server socket. */
    MptcpServerSocket(MptcpStack stack, ConnectionSettings settings) {
        super(new MptcpSocketImpl(stack, true, settings));
        this.stack = stack;
    }

    /** {@inheritDoc} Returns an {@link MptcpSocket}. */
    @Override
    public Socket accept() throws IOException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
        if (!isBound()) {
            throw new SocketException("Socket is not bound yet");
        }
        MptcpSocket accepted = new MptcpSocket(new MptcpSocketImpl(stack, false, stack.connectionSettings()));
        implAccept(accepted);
        return accepted;
    }
}
