package io.mptcp4j.socket;

import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceAddress;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.wire.IpAddress;
import java.io.IOException;
import java.lang.ref.Cleaner;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * A TCP/IP host of its own, with MPTCP, inside this process: give it packet devices and addresses, and use its sockets as
 * any others.
 *
 * <pre>{@code
 * try (MptcpStack stack = MptcpStack.builder()
 *         .device(wifi, "10.0.1.2/24")
 *         .device(lte, "10.0.2.2/24")
 *         .build()) {
 *     Socket socket = stack.createSocket();
 *     socket.connect(new InetSocketAddress("10.0.9.1", 80));
 *     ...
 * }
 * }</pre>
 *
 * <p>The stack has one thread, which it starts and ends, and owns its devices, which it closes. All methods are safe for
 * all threads.
 *
 * <p>There is no loopback inside a stack, and no name resolution: names are resolved by the JDK.
 */
public final class MptcpStack implements AutoCloseable {
    /** One for all stacks, for it has a thread. */
    private static final Cleaner CLEANER = Cleaner.create();

    private final String name;
    private final StackThread loop;
    private final ConnectionSettings defaults;
    private final BoundPorts ports;
    private final EventDispatcher events;

    MptcpStack(String name, StackThread loop, ConnectionSettings defaults, BoundPorts ports) {
        this.name = name;
        this.loop = loop;
        this.defaults = defaults;
        this.ports = ports;
        this.events = new EventDispatcher(name + "-events", loop.stack().counters());
    }

    /** Begins a stack. */
    public static MptcpStackBuilder builder() {
        return new MptcpStackBuilder();
    }

    // ---- sockets

    /** An unconnected socket. */
    public MptcpSocket createSocket() throws SocketException {
        return createSocket(defaults);
    }

    /**
     * An unconnected socket whose connection has settings of its own; start from {@link #connectionSettings()}.
     *
     * @param settings versions, congestion control, scheduler, buffers, window scale, delayed ACK, Nagle and the rest
     */
    public MptcpSocket createSocket(ConnectionSettings settings) throws SocketException {
        return new MptcpSocket(new MptcpSocketImpl(this, false, settings));
    }

    /** The settings of connections that bring none of their own. */
    public ConnectionSettings connectionSettings() {
        return defaults;
    }

    /** An unbound server socket. */
    public MptcpServerSocket createServerSocket() {
        return createServerSocket(defaults);
    }

    /** An unbound server socket whose connections have settings of their own; start from {@link #connectionSettings()}. */
    public MptcpServerSocket createServerSocket(ConnectionSettings settings) {
        return new MptcpServerSocket(this, settings);
    }

    /** A server socket on a port of all addresses, also of those to come; port 0 for one that is free. */
    public MptcpServerSocket createServerSocket(int port) throws IOException {
        MptcpServerSocket socket = createServerSocket();
        try {
            socket.bind(new InetSocketAddress(port));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** Makes sockets of this stack, for libraries. */
    public SocketFactory socketFactory() {
        return new MptcpSocketFactory(this);
    }

    /** Makes server sockets of this stack, for libraries. */
    public ServerSocketFactory serverSocketFactory() {
        return new MptcpServerSocketFactory(this);
    }

    // ---- addresses

    /**
     * Gives a device one more address; connections use and announce it at once.
     *
     * @param device the device's name
     * @param address with its prefix length: {@code 10.0.3.2/24}
     * @throws IllegalArgumentException when there is no such device, or the stack has the address already
     */
    public void addAddress(String device, String address) throws IOException {
        InterfaceAddress parsed = InterfaceAddress.parse(address);
        loop.call(now -> {
            loop.stack().addAddress(loop.requireDevice(device), parsed, now);
            return null;
        });
    }

    /** Takes an address away; connections give up the subflows that have it. Returns whether there was one. */
    public boolean removeAddress(InetAddress address) throws IOException {
        IpAddress removed = IpAddress.of(address);
        return loop.call(now -> loop.stack().removeAddress(removed, now));
    }

    /**
     * Adds a device; connections use its addresses at once. The stack owns and closes it from then on.
     *
     * @param addresses the host's addresses on it with their prefix lengths; nothing else is reached over it
     * @throws IllegalArgumentException when there is a device of its name, or the stack has one of the addresses; the device
     *     stays the caller's then
     */
    public void addDevice(PacketDevice device, String... addresses) throws IOException {
        addDevice(device, InterfaceSettings.of(addresses));
    }

    /** Adds a device with addresses and routes in detail; otherwise as {@link #addDevice(PacketDevice, String...)}. */
    public void addDevice(PacketDevice device, InterfaceSettings addressesAndRoutes) throws IOException {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(addressesAndRoutes, "addressesAndRoutes");
        loop.call(now -> {
            loop.addDevice(device, addressesAndRoutes, now);
            return null;
        });
    }

    /**
     * Takes a device away and closes it; connections give up the subflows over it.
     *
     * @throws IllegalArgumentException when there is no such device
     */
    public void removeDevice(String device) throws IOException {
        loop.call(now -> {
            loop.removeDevice(device, now);
            return null;
        });
    }

    /**
     * Says whether the link of a device works. While it does not, connections do not use its addresses; the device stays.
     *
     * @throws IllegalArgumentException when there is no such device
     */
    public void setUp(String device, boolean up) throws IOException {
        loop.call(now -> {
            int index = loop.requireDevice(device);
            if (up) {
                loop.stack().onDeviceUp(index, now);
            } else {
                loop.stack().onDeviceDown(index, now);
            }
            return null;
        });
    }

    /**
     * Says whether a device is there for the case only that others fail; peers are told of the subflows over it.
     *
     * @throws IllegalArgumentException when there is no such device
     */
    public void setBackup(String device, boolean backup) throws IOException {
        loop.call(now -> {
            loop.stack().setBackup(loop.requireDevice(device), backup, now);
            return null;
        });
    }

    /** The endpoints and limits that the path manager {@code endpoints} works by: what {@code ip mptcp} is to the kernel. */
    public StackEndpoints endpoints() {
        return new StackEndpoints(loop);
    }

    // ---- watching

    /**
     * What is known about the connection of a socket.
     *
     * @throws IllegalArgumentException when the socket is not of an MPTCP stack
     * @throws SocketException when it has never been connected
     */
    public static ConnectionInfo info(Socket socket) throws IOException {
        if (socket instanceof MptcpSocket ours) {
            return ours.connectionInfo();
        }
        throw new IllegalArgumentException("not a socket of an MPTCP stack: " + socket);
    }

    /** What is known about all connections, half-open and closing ones included. */
    public List<ConnectionInfo> connections() throws IOException {
        return loop.call(now -> {
            List<ConnectionInfo> infos = new ArrayList<>();
            for (MptcpConnection connection : loop.stack().connections()) {
                infos.add(Snapshots.of(connection, now));
            }
            return infos;
        });
    }

    /** From now on the listener hears what happens to the connections of this stack. */
    public void addListener(ConnectionListener listener) throws IOException {
        if (events.add(Objects.requireNonNull(listener, "listener"))) {
            try {
                loop.call(now -> {
                    loop.stack().events().tell(events);
                    return null;
                });
            } catch (IOException e) {
                events.end();
                throw e;
            }
        }
    }

    /** The listener hears no more; of what has happened before it may hear still. */
    public void removeListener(ConnectionListener listener) {
        events.remove(listener);
    }

    /** The counters of the stack; they go on counting. */
    public StackCounters counters() {
        return loop.stack().counters();
    }

    /** Those of the counters that the Linux kernel has too, by the names that {@code nstat} gives them. */
    public Map<String, Long> kernelCounters() {
        StackCounters counters = counters();
        Map<String, Long> byName = new LinkedHashMap<>();
        for (Counter counter : Counter.values()) {
            counter.kernelName().ifPresent(kernel -> byName.put(kernel, counters.get(counter)));
        }
        return byName;
    }

    /** How often something went wrong in the stack that should not have; each is in the log. */
    public long faults() {
        return loop.faults();
    }

    /** The name of the stack, which is also its thread's. */
    public String name() {
        return name;
    }

    // ---- the end

    /** Whether the stack is closed, or has failed. */
    public boolean isClosed() {
        return loop.isEnded();
    }

    /**
     * Closes all sockets in an orderly way, gives their connections a few seconds to deliver what was written and to end,
     * resets those that are left, and closes the devices. Returns when that is done. Idempotent.
     */
    @Override
    public void close() {
        loop.close();
        events.end();
    }

    @Override
    public String toString() {
        return "MptcpStack[" + name + (isClosed() ? ", closed]" : "]");
    }

    // ---- for the sockets

    StackThread loop() {
        return loop;
    }

    EventDispatcher dispatcher() {
        return events;
    }

    /** Has something done when nobody can reach a socket any more that nobody has closed, as the JDK's sockets have. */
    void whenAbandoned(Object socket, Runnable action) {
        CLEANER.register(socket, action);
    }

    BoundPort bind(InetAddress host, int port) throws IOException {
        IpAddress address = specific(host);
        if (address != null && !loop.call(now -> loop.stack().isLocal(address))) {
            throw new BindException("Cannot assign requested address");
        }
        return ports.take(address, port);
    }

    SocketListener listen(BoundPort port, int backlog, ConnectionSettings settings) throws IOException {
        SocketListener made = new SocketListener(loop);
        return loop.call(now -> {
            ensureOpen();
            Listener listener = loop.stack().listen(port.address(), port.port(), backlog, settings, made);
            if (listener == null) {
                throw new BindException("Address already in use");
            }
            made.attach(listener);
            return made;
        });
    }

    void connect(SocketConnection attempt, BoundPort from, InetSocketAddress to, ConnectionSettings settings)
            throws IOException {
        IpAddress remote = IpAddress.of(to.getAddress());
        loop.call(now -> {
            ensureOpen();
            if (attempt.isClosed()) {
                throw SocketFailures.closed();
            }
            IpAddress local = from == null ? null : from.address();
            int localPort = from == null ? 0 : from.port();
            if (to.getPort() == 0 || !loop.stack().isReachable(local, remote)) {
                throw new NoRouteToHostException("No route to host");
            }
            MptcpConnection made = loop.stack().connect(settings, attempt, local, localPort, remote, to.getPort(), now);
            if (made == null && loop.stack().memory().isNearlyUsedUp()) {
                throw new SocketException("No buffer space available: too much of the stack's memoryLimit of "
                        + loop.stack().memory().limit() + " octets is in use");
            }
            if (made == null) {
                throw new BindException("Cannot assign requested address");
            }
            attempt.attach(made);
            return null;
        });
    }

    private void ensureOpen() throws SocketException {
        if (loop.isClosing()) {
            throw new SocketException(SocketFailures.STACK_CLOSED);
        }
    }

    /** The address; null when it means any. */
    private static IpAddress specific(InetAddress host) {
        return host == null || host.isAnyLocalAddress() ? null : IpAddress.of(host);
    }
}
