package io.mptcp4j.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.SocketFactory;

/**
 * Makes sockets of a stack, for libraries that take a {@link SocketFactory}.
 *
 * <p>Libraries that make their factory by class name (PostgreSQL's {@code socketFactory=} and {@code socketFactoryArg=})
 * use the constructors without argument or with a name; the stack is then looked up in {@link MptcpStacks} when a socket
 * is made.
 */
public final class MptcpSocketFactory extends SocketFactory {
    private final Supplier<MptcpStack> stack;

    /** Sockets of {@link MptcpStacks#getDefault()}. */
    public MptcpSocketFactory() {
        this.stack = MptcpStacks::getDefault;
    }

    /** Sockets of the stack that {@link MptcpStacks#find} knows by this name. */
    public MptcpSocketFactory(String name) {
        Objects.requireNonNull(name, "name");
        this.stack = () -> MptcpStacks.find(name);
    }

    MptcpSocketFactory(MptcpStack stack) {
        this.stack = () -> stack;
    }

    @Override
    public Socket createSocket() throws IOException {
        MptcpStack found;
        try {
            found = stack.get();
        } catch (IllegalStateException e) {
            throw SocketFailures.withCause(new SocketException(e.getMessage()), e);
        }
        return found.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(resolve(host, port), null);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(resolve(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(Objects.requireNonNull(host), port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(
                new InetSocketAddress(Objects.requireNonNull(host), port), new InetSocketAddress(localHost, localPort));
    }

    private static InetSocketAddress resolve(String host, int port) throws IOException {
        return host == null
                ? new InetSocketAddress(InetAddress.getByName(null), port)
                : new InetSocketAddress(host, port);
    }

    private Socket connected(SocketAddress remote, SocketAddress local) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (IOException | RuntimeException e) {
            closeAfter(e, socket);
            throw e;
        }
    }

    private static void closeAfter(Exception e, Socket socket) {
        try {
            socket.close();
        } catch (IOException suppressed) {
            e.addSuppressed(suppressed);
        }
    }
}
