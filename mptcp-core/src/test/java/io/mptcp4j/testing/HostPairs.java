package io.mptcp4j.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.testing.SharedLink.PortDevice;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Any number of clients, each with a server of its own to which it sends without end, over links that they share. The paths of
 * pair {@code i} have the addresses 10.i.j.1 and 10.i.j.2.
 *
 * <pre>{@code
 * try (HostPairs pairs = new HostPairs(1)) {
 *     SharedLink bottleneck = pairs.link(profile);
 *     Pair multipath = pairs.pair(coupled, bottleneck, bottleneck);
 *     Pair tcp = pairs.pair(plain, bottleneck);
 *     pairs.run(Duration.ofSeconds(60));
 * }
 * }</pre>
 */
public final class HostPairs implements AutoCloseable {
    private static final int PORT = 80;
    private static final int CHUNK = 32 << 10;
    private static final long WITHOUT_END = Long.MAX_VALUE / 4;

    /** A turn of all hosts is one; far more than the longest run needs. */
    private static final int MAX_STEPS = 100_000_000;

    /** The time that a full packet needs to leave, in which hosts differ from packet to packet. */
    private static final long JITTER_OCTETS = 1_500;

    private final long seed;
    private final SimulatedNetwork network;
    private final List<SharedLink> links = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private boolean closed;

    /** Pairs whose chances a seed decides. */
    public HostPairs(long seed) {
        this.seed = seed;
        this.network = new SimulatedNetwork(seed);
    }

    /** A link; this on the way to the servers, and on the way back with its delay only. */
    public SharedLink link(LinkProfile toServers) {
        LinkProfile back = LinkProfile.IDEAL.withDelay(toServers.delay());
        SimulatedPath path = network.join("link" + links.size(), toServers, back);
        Duration jitter = Duration.ofNanos(JITTER_OCTETS * Byte.SIZE * 1_000_000_000L / toServers.bitsPerSecond());
        SharedLink link = new SharedLink(path, jitter, 31 * seed + links.size());
        links.add(link);
        return link;
    }

    /** A client and a server; with each link a path. The client begins to send when {@link Pair#begin} says so. */
    public Pair pair(ConnectionSettings settings, SharedLink... over) {
        Access[] paths = new Access[over.length];
        for (int i = 0; i < over.length; i++) {
            paths[i] = new Access(over[i], Duration.ZERO);
        }
        return pair(settings, paths);
    }

    /** A client and a server, with these paths. */
    public Pair pair(ConnectionSettings settings, Access... paths) {
        Pair pair = new Pair(settings, paths);
        pairs.add(pair);
        return pair;
    }

    /** Lets a time pass. */
    public void run(Duration time) {
        long end = network.clock().now() + time.toNanos();
        Ending ending = network.run(() -> false, end, MAX_STEPS);
        if (ending != Ending.TIME_IS_UP) {
            throw new AssertionError("seed " + seed + ": " + ending);
        }
    }

    /** The links and the clock. */
    public SimulatedNetwork network() {
        return network;
    }

    /**
     * Ends all connections, and checks that nothing is left of them. The hosts are of no use afterwards.
     */
    public void assertNothingLeft() {
        pairs.forEach(Pair::abort);
        Ending ending = network.run(() -> false, MAX_STEPS);
        long connections = pairs.stream().mapToLong(Pair::connections).sum();
        close();
        long allocated = pairs.stream().mapToLong(Pair::allocatedOctets).sum();
        if (ending != Ending.NOTHING_LEFT || connections != 0 || allocated != 0) {
            throw new AssertionError("seed " + seed + ": " + ending + ", " + connections + " connections, " + allocated
                    + " octets allocated");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pairs.forEach(Pair::release);
        network.close();
        links.forEach(SharedLink::close);
    }

    /**
     * The way of a path to its link.
     *
     * @param link the link, which many may share
     * @param delay how long packets of the client need to the link
     */
    public record Access(SharedLink link, Duration delay) {}

    /** Spares a host the turns in which nothing is there for it: with many hosts, most. */
    private record WhenDue(StackHost host) implements SimulatedNetwork.Host {
        @Override
        public void turn(long nowNanos) {
            if (host.nextDeadline() <= nowNanos) {
                host.turn(nowNanos);
            }
        }

        @Override
        public long nextDeadline() {
            return host.nextDeadline();
        }
    }

    /** A client that sends to its server. */
    public final class Pair {
        private final ConnectionSettings settings;
        private final StackHost client;
        private final StackHost server;
        private final List<PortDevice> serverPorts = new ArrayList<>();
        private final IpAddress serverAddress;
        private ConnectionEnd sender;
        private ConnectionEnd receiver;

        private Pair(ConnectionSettings settings, Access... paths) {
            this.settings = settings;
            int index = pairs.size();
            client = new StackHost(new SeededEntropy(1_000 * seed + 2L * index));
            server = new StackHost(new SeededEntropy(1_000 * seed + 2L * index + 1));
            for (int i = 0; i < paths.length; i++) {
                String prefix = "10." + index + "." + i + ".";
                SharedLink link = paths[i].link();
                PortDevice portB = link.portB(IpAddress.parse(prefix + 2), Duration.ZERO);
                client.addDevice(
                        link.portA(IpAddress.parse(prefix + 1), paths[i].delay()),
                        InterfaceSettings.of(prefix + "1/24"));
                server.addDevice(portB, InterfaceSettings.of(prefix + "2/24"));
                serverPorts.add(portB);
            }
            serverAddress = IpAddress.parse("10." + index + ".0.2");
            network.add(new WhenDue(client));
            network.add(new WhenDue(server));
        }

        /** Connects, and sends from now on. */
        public Pair begin() {
            RandomOctets octets = new RandomOctets(seed);
            RandomOctets none = new RandomOctets(-seed);
            sender = new ConnectionEnd(new TransferEnd(octets, WITHOUT_END, none, 0, CHUNK));
            receiver = new ConnectionEnd(new TransferEnd(none, 0, octets, WITHOUT_END, CHUNK));
            receiver.waitFor(server.stack().listen(null, PORT, 1, settings, listener -> {}));
            MptcpConnection connection = client.stack()
                    .connect(
                            settings,
                            sender,
                            null,
                            0,
                            serverAddress,
                            PORT,
                            network.clock().now());
            sender.use(connection);
            client.add(sender);
            server.add(receiver);
            return this;
        }

        /** The octets that the server's application has read. */
        public long received() {
            String fault = receiver.application().fault();
            if (fault != null) {
                throw new AssertionError("seed " + seed + ": " + fault);
            }
            return receiver.application().received();
        }

        /** The octets of packets that the server has received over path {@code i}, IP headers included. */
        public long deliveredOver(int i) {
            return serverPorts.get(i).deliveredOctets();
        }

        /** The client's connection. */
        public MptcpConnection connection() {
            return sender.connection();
        }

        /** Ends the connection at once. */
        public void abort() {
            long now = network.clock().now();
            sender.connection().abort(now);
            if (receiver.connection() != null) {
                receiver.connection().abort(now);
            }
        }

        private long connections() {
            return client.stack().connectionCount() + server.stack().connectionCount();
        }

        private long allocatedOctets() {
            return client.allocatedOctets() + server.allocatedOctets();
        }

        private void release() {
            client.release();
            server.release();
        }
    }
}
