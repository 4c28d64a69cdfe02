package io.mptcp4j.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ServerSocketFactory;

/** Makes server sockets of a stack; finds it as {@link MptcpSocketFactory} does. */
public final class MptcpServerSocketFactory extends ServerSocketFactory {
    private static final int DEFAULT_BACKLOG = 50;

    private final Supplier<MptcpStack> stack;

    /** Server sockets of {@link MptcpStacks#getDefault()}. */
    public MptcpServerSocketFactory() {
        this.stack = MptcpStacks::getDefault;
    }

    /** Server sockets of the stack that {@link MptcpStacks#find} knows by this name. */
    public MptcpServerSocketFactory(String name) {
        Objects.requireNonNull(name, "name");
        this.stack = () -> MptcpStacks.find(name);
    }

    MptcpServerSocketFactory(MptcpStack stack) {
        this.stack = () -> stack;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        try {
            return stack.get().createServerSocket();
        } catch (IllegalStateException e) {
            throw SocketFailures.withCause(new SocketException(e.getMessage()), e);
        }
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, DEFAULT_BACKLOG, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress local) throws IOException {
        InetSocketAddress address = new InetSocketAddress(local, port);
        ServerSocket socket = createServerSocket();
        try {
            socket.bind(address, backlog);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
