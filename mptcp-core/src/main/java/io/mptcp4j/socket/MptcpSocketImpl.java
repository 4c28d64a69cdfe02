package io.mptcp4j.socket;

import io.mptcp4j.mptcp.ConnectionSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What stands behind {@code java.net.Socket} and {@code java.net.ServerSocket}: the states, messages and corner cases of
 * the JDK's own implementation, over a {@link SocketConnection} or a {@link SocketListener}.
 *
 * <p>Blocking calls wait without holding a monitor, so virtual threads do not pin their carriers. An interrupt does not end
 * a blocking call of a platform thread; that of a virtual thread throws {@link InterruptedIOException}, upon which the JDK
 * closes the socket.
 *
 * <p>Urgent data is refused: MPTCP has no urgent pointer across subflows.
 */
final class MptcpSocketImpl extends SocketImpl {
    private static final int DEFAULT_BACKLOG = 50;

    private enum State {
        NEW,
        UNCONNECTED,
        CONNECTING,
        CONNECTED,
        CLOSED
    }

    private final MptcpStack stack;
    private final boolean server;
    private final ReentrantLock connectLock = new ReentrantLock();

    /** Guards what follows, for no longer than a question to the loop takes. */
    private final ReentrantLock stateLock = new ReentrantLock();

    private volatile State state = State.NEW;
    private volatile int timeoutMillis;
    private volatile SocketConnection connection;
    private volatile SocketListener listener;
    private OptionValues options;
    private boolean oobInline;
    private BoundPort bound;
    private InetAddress localAddress;
    private boolean inputShut;
    private boolean outputShut;

    MptcpSocketImpl(MptcpStack stack, boolean server, ConnectionSettings settings) {
        this.stack = Objects.requireNonNull(stack, "stack");
        this.server = server;
        this.options = new OptionValues(server, settings);
    }

    // ---- beginning

    @Override
    protected void create(boolean stream) throws IOException {
        if (!stream) {
            throw new IOException("Datagram socket creation not supported");
        }
        stateLock.lock();
        try {
            if (state != State.NEW) {
                throw new IOException("Already created");
            }
            state = State.UNCONNECTED;
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        stateLock.lock();
        try {
            ensureOpen();
            if (localport != 0) {
                throw new SocketException("Already bound");
            }
            bound = stack.bind(host, port);
            stack.whenAbandoned(this, bound::release);
            address = host;
            localAddress = host;
            localport = bound.port();
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    protected void listen(int backlog) throws IOException {
        stateLock.lock();
        try {
            ensureOpen();
            if (bound == null) {
                throw new SocketException("Not bound");
            }
            SocketListener made = stack.listen(bound, backlog < 1 ? DEFAULT_BACKLOG : backlog, options.settings());
            stack.whenAbandoned(this, made::abandon);
            listener = made;
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    protected void connect(String host, int remotePort) throws IOException {
        connect(new InetSocketAddress(host, remotePort), 0);
    }

    @Override
    protected void connect(InetAddress remote, int remotePort) throws IOException {
        connect(new InetSocketAddress(remote, remotePort), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        if (!(remote instanceof InetSocketAddress destination)) {
            throw new IOException("Unsupported address type");
        }
        if (destination.isUnresolved()) {
            throw new UnknownHostException(destination.getHostName());
        }
        try {
            connectLock.lock();
            try {
                establish(destination, TimeUnit.MILLISECONDS.toNanos(millis));
            } finally {
                connectLock.unlock();
            }
        } catch (SocketTimeoutException e) {
            close();
            throw e;
        } catch (InterruptedIOException e) {
            close();
            throw new SocketException("Closed by interrupt");
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private void establish(InetSocketAddress destination, long timeoutNanos) throws IOException {
        SocketConnection attempt = beginConnect(destination);
        stack.connect(attempt, bound, destination, options.settings());
        attempt.connect(timeoutNanos == 0 ? Long.MAX_VALUE : timeoutNanos);
        stateLock.lock();
        try {
            if (state == State.CLOSED) {
                throw SocketFailures.closed();
            }
            takeLocalAddress(attempt);
            options.follow(attempt);
            state = State.CONNECTED;
        } finally {
            stateLock.unlock();
        }
    }

    private SocketConnection beginConnect(InetSocketAddress destination) throws SocketException {
        stateLock.lock();
        try {
            switch (state) {
                case NEW -> throw new SocketException("Not created");
                case CONNECTING -> throw new SocketException("Connection in progress");
                case CONNECTED -> throw new SocketException("Already connected");
                case CLOSED -> throw SocketFailures.closed();
                case UNCONNECTED -> state = State.CONNECTING;
            }
            address = destination.getAddress();
            port = destination.getPort();
            SocketConnection made = new SocketConnection(stack.loop());
            stack.whenAbandoned(this, made::abandon);
            connection = made;
            return made;
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    protected void accept(SocketImpl accepting) throws IOException {
        if (!(accepting instanceof MptcpSocketImpl accepted)) {
            throw new SocketException("An MPTCP server socket accepts into sockets of its own kind only");
        }
        if (accepted.state != State.NEW) {
            throw new SocketException("Not a newly created SocketImpl");
        }
        ensureOpen();
        SocketListener from = listener;
        if (from == null) {
            throw new SocketException("Not bound");
        }
        accepted.adopt(from.accept(timeoutMillis), options.inherited());
    }

    private void adopt(SocketConnection accepted, OptionValues inherited) {
        stateLock.lock();
        try {
            options = inherited;
            options.follow(accepted);
            stack.whenAbandoned(this, accepted::abandon);
            connection = accepted;
            address = accepted.remoteAddress();
            port = accepted.remotePort();
            takeLocalAddress(accepted);
            state = State.CONNECTED;
        } finally {
            stateLock.unlock();
        }
    }

    private void takeLocalAddress(SocketConnection from) {
        localAddress = from.localAddress();
        localport = from.localPort();
    }

    // ---- octets

    @Override
    protected InputStream getInputStream() {
        return new Input();
    }

    @Override
    protected OutputStream getOutputStream() {
        return new Output();
    }

    @Override
    protected int available() throws IOException {
        return connected().available();
    }

    @Override
    protected boolean supportsUrgentData() {
        return false;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw new SocketException("Urgent data not supported");
    }

    // ---- the end

    @Override
    protected void shutdownInput() throws IOException {
        connected().shutdownInput();
        inputShut = true;
    }

    @Override
    protected void shutdownOutput() throws IOException {
        connected().shutdownOutput();
        outputShut = true;
    }

    @Override
    protected void close() throws IOException {
        SocketConnection closing;
        int linger;
        stateLock.lock();
        try {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            closing = connection;
            linger = options.get(StandardSocketOptions.SO_LINGER);
        } finally {
            stateLock.unlock();
        }
        if (closing != null) {
            closing.close(linger);
        }
        if (listener != null) {
            listener.close();
        }
        if (bound != null) {
            bound.release();
        }
    }

    // ---- options

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        Objects.requireNonNull(option);
        if (!supportedOptions().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        stateLock.lock();
        try {
            ensureOpen();
            if (OptionValues.isForNewConnections(option) && (server ? bound != null : state != State.UNCONNECTED)) {
                throw new SocketException(
                        option + " is for new connections: set it before " + (server ? "binding" : "connecting"));
            }
            options.set(option, value);
        } finally {
            stateLock.unlock();
        }
        SocketConnection changed = connection;
        if (changed != null && state == State.CONNECTED) {
            changed.change(options.settings());
        }
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        Objects.requireNonNull(option);
        if (!supportedOptions().contains(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
        if (option == MptcpSocketOptions.MPTCP_INFO) {
            return option.type().cast(connected().info());
        }
        stateLock.lock();
        try {
            ensureOpen();
            return options.get(option);
        } finally {
            stateLock.unlock();
        }
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        stateLock.lock();
        try {
            ensureOpen();
            switch (option) {
                case SO_TIMEOUT -> {
                    timeoutMillis = LegacyOptions.timeout(value);
                    return;
                }
                case SO_OOBINLINE -> {
                    oobInline = (boolean) value;
                    return;
                }
                default -> LegacyOptions.set(options, option, value);
            }
        } finally {
            stateLock.unlock();
        }
        SocketConnection changed = connection;
        if (changed != null && state == State.CONNECTED) {
            changed.change(options.settings());
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        stateLock.lock();
        try {
            ensureOpen();
            return switch (option) {
                case SO_TIMEOUT -> timeoutMillis;
                case SO_OOBINLINE -> oobInline;
                case SO_BINDADDR -> localAddress == null ? new InetSocketAddress(0).getAddress() : localAddress;
                default -> LegacyOptions.get(options, option);
            };
        } finally {
            stateLock.unlock();
        }
    }

    // ---- getters

    /** The connection; null before connecting. */
    SocketConnection connection() {
        return connection;
    }

    private void ensureOpen() throws SocketException {
        if (state == State.NEW) {
            throw new SocketException("Socket not created");
        }
        if (state == State.CLOSED) {
            throw SocketFailures.closed();
        }
    }

    private SocketConnection connected() throws SocketException {
        State now = state;
        if (now == State.CLOSED) {
            throw SocketFailures.closed();
        }
        if (now != State.CONNECTED) {
            throw new SocketException("Not connected");
        }
        return connection;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) > 0 ? one[0] & 0xff : -1;
        }

        @Override
        public int read(byte[] b, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, b.length);
            return length == 0 ? 0 : connection.read(b, offset, length, timeoutMillis);
        }

        @Override
        public int available() throws IOException {
            return MptcpSocketImpl.this.available();
        }

        @Override
        public void close() throws IOException {
            MptcpSocketImpl.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] b, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, b.length);
            if (length > 0) {
                connection.write(b, offset, length);
            }
        }

        @Override
        public void close() throws IOException {
            MptcpSocketImpl.this.close();
        }
    }
}
