package io.mptcp4j.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A client and a server, two stacks of ours, joined by any number of simulated paths. Path {@code i} (from 0) has the
 * addresses 10.0.i.1 and 10.0.i.2, or fd00:i::1 and fd00:i::2, or all four.
 *
 * <pre>{@code
 * try (TwoHosts hosts = TwoHosts.builder(1).path(wifi).path(lte).build()) {
 *     hosts.transfer(1_000_000, 0).assertIntact();
 * }
 * }</pre>
 */
public final class TwoHosts implements AutoCloseable {
    /** The port of the server. */
    public static final int PORT = 80;

    private static final int DEFAULT_STEPS = 500_000;
    private static final int CHUNK = 32 << 10;

    private final long seed;
    private final Family family;
    private final int maxSteps;
    private final ConnectionSettings clientSettings;
    private final SimulatedNetwork network;
    private final StackHost client;
    private final StackHost server;
    private final ConnectionSettings serverSettings;
    private int transfers;
    private Listener listener;
    private boolean closed;

    private TwoHosts(Builder builder) {
        seed = builder.seed;
        family = builder.family;
        maxSteps = builder.maxSteps;
        clientSettings = builder.clientSettings;
        serverSettings = builder.serverSettings;
        network = new SimulatedNetwork(seed);
        client = host(3 * seed + 1, builder.clientLimits);
        server = host(3 * seed + 2, builder.serverLimits);
        for (int i = 0; i < builder.paths.size(); i++) {
            PathPlan plan = builder.paths.get(i);
            SimulatedPath path = network.join("path" + i, plan.up, plan.down, plan.boxes);
            client.addDevice(builder.deviceOf(path.deviceA()), plan.settings(family, i, 1));
            server.addDevice(builder.deviceOf(path.deviceB()), plan.settings(family, i, 2));
        }
    }

    /** A builder of hosts whose chances a seed decides. */
    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    /** One connection: the client sends {@code up} octets, the server {@code down}; both then close. */
    public Transfer transfer(long up, long down) {
        return begin(up, down).finish();
    }

    /** Begins a transfer that {@link Transfer#runUntil} and {@link Transfer#finish} carry on. */
    public Transfer begin(long up, long down) {
        return begin(clientSettings, serverSettings, up, down);
    }

    /** Begins a transfer between ends that both have these settings. */
    public Transfer begin(ConnectionSettings both, long up, long down) {
        return begin(both, both, up, down);
    }

    private Transfer begin(ConnectionSettings ofClient, ConnectionSettings ofServer, long up, long down) {
        int port = PORT + transfers++;
        listener = server.stack().listen(null, port, 16, ofServer, ready -> {});
        return connect(ofClient, port, up, down);
    }

    /** Nothing more is done at either end of a transfer that is over: in long runs each that is there costs time. */
    public void forget(Transfer transfer) {
        client.remove(transfer.a);
        server.remove(transfer.b);
    }

    /** Asks for a connection to a port of the server where nobody listens. */
    public void connectToNobody(int port) {
        ConnectionEnd end = new ConnectionEnd(null);
        client.stack()
                .connect(
                        clientSettings,
                        end,
                        null,
                        0,
                        serverAddress(0),
                        port,
                        network.clock().now());
    }

    /** One more connection to the same port as the last one. */
    public Transfer transferAgain(long up, long down) {
        return beginAgain(up, down).finish();
    }

    /** Begins a transfer to the same port as the last one. */
    public Transfer beginAgain(long up, long down) {
        return connect(clientSettings, PORT + transfers - 1, up, down);
    }

    private Transfer connect(ConnectionSettings settings, int port, long up, long down) {
        RandomOctets upward = new RandomOctets(seed * 1_000 + port);
        RandomOctets downward = new RandomOctets(-seed * 1_000 - port);
        ConnectionEnd a = new ConnectionEnd(new TransferEnd(upward, up, downward, down, CHUNK));
        ConnectionEnd b = new ConnectionEnd(new TransferEnd(downward, down, upward, up, CHUNK));
        long now = network.clock().now();
        b.waitFor(listener);
        MptcpConnection connection = client.stack().connect(settings, a, null, 0, serverAddress(0), port, now);
        if (connection == null) {
            throw new IllegalStateException("the stack did not connect");
        }
        a.use(connection);
        client.add(a);
        server.add(b);
        return new Transfer(a, b, now);
    }

    /** The address of the server on a path. */
    public IpAddress serverAddress(int path) {
        return IpAddress.parse(family == Family.IPV4 ? "10.0." + path + ".2" : "fd00:" + path + "::2");
    }

    /** The client's stack. */
    public Stack client() {
        return client.stack();
    }

    /** The server's stack. */
    public Stack server() {
        return server.stack();
    }

    /** The network between them. */
    public SimulatedNetwork network() {
        return network;
    }

    /** All paths. */
    public List<SimulatedPath> paths() {
        return network.paths();
    }

    /** A path, to be cut and healed. */
    public SimulatedPath path(int index) {
        return network.paths().get(index);
    }

    /**
     * Lets time pass until nothing is left to happen, and checks that connections that have ended have left nothing behind:
     * no timer, no entry in a table, no memory. The hosts are of no use afterwards.
     */
    public void assertNothingLeft() {
        Ending ending = network.run(() -> false, maxSteps);
        int connections = client().connectionCount() + server().connectionCount();
        long held = client().memory().used() + server().memory().used();
        close();
        long allocated = client.allocatedOctets() + server.allocatedOctets();
        if (ending != Ending.NOTHING_LEFT || connections != 0 || held != 0 || allocated != 0) {
            throw new AssertionError("seed " + seed + ": " + ending + ", " + connections + " connections, " + held
                    + " octets charged, " + allocated + " octets allocated");
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        client.release();
        server.release();
        network.close();
    }

    private StackHost host(long entropySeed, StackSettings limits) {
        StackHost host = new StackHost(new SeededEntropy(entropySeed), limits);
        network.add(host);
        return host;
    }

    /** A transfer, on its way or done. */
    public final class Transfer {
        private final ConnectionEnd a;
        private final ConnectionEnd b;
        private final long began;
        private Ending ending;
        private long finishedAt;

        private Transfer(ConnectionEnd a, ConnectionEnd b, long began) {
            this.a = a;
            this.b = b;
            this.began = began;
        }

        /** Lets time pass until something has happened. */
        public Transfer runUntil(BooleanSupplier condition) {
            ending = network.run(condition, maxSteps);
            if (ending != Ending.DONE) {
                throw new AssertionError(this);
            }
            return this;
        }

        /** Lets a time pass. */
        public Transfer runFor(Duration time) {
            network.run(() -> false, network.clock().now() + time.toNanos(), maxSteps);
            return this;
        }

        /** Lets time pass until both applications have everything and both connections are closed, or can go no further. */
        public Transfer finish() {
            ending = network.run(
                    () -> a.application().isDone() && b.application().isDone() || isOver(), maxSteps);
            finishedAt = network.clock().now();
            if (ending == Ending.DONE) {
                ending = network.run(this::isOver, maxSteps);
            }
            return this;
        }

        /** Everything arrived as it was sent, and both ends closed in order. */
        public Transfer assertIntact() {
            boolean isIntact = a.application().isDone()
                    && b.application().isDone()
                    && a.application().fault() == null
                    && b.application().fault() == null;
            if (!isIntact) {
                throw new AssertionError(this);
            }
            return this;
        }

        /** Whether both connections have ended. */
        public boolean isOver() {
            return a.cause() != null && (b.cause() != null || b.connection() == null);
        }

        /** The client's end. */
        public ConnectionEnd client() {
            return a;
        }

        /** The server's end. */
        public ConnectionEnd server() {
            return b;
        }

        /** How long it took until both applications had everything. */
        public Duration duration() {
            return Duration.ofNanos(finishedAt - began);
        }

        /** Why the last run ended. */
        public Ending ending() {
            return ending;
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("seed " + seed + ": " + ending + " after "
                    + Duration.ofNanos(network.clock().now() - began) + "\n  client: " + a + "\n  server: " + b);
            for (SimulatedPath path : network.paths()) {
                text.append("\n  ").append(path.link().endA()).append(": ");
                text.append(path.link().endA().counters()).append("; back: ");
                text.append(path.link().endB().counters());
            }
            return text.toString();
        }
    }

    /** Collects paths and settings. */
    public static final class Builder {
        private final long seed;
        private final List<PathPlan> paths = new ArrayList<>();
        private ConnectionSettings clientSettings = ConnectionSettings.DEFAULT;
        private ConnectionSettings serverSettings = ConnectionSettings.DEFAULT;
        private Family family = Family.IPV4;
        private int maxSteps = DEFAULT_STEPS;
        private boolean offload;
        private StackSettings clientLimits = StackSettings.DEFAULT;
        private StackSettings serverLimits = StackSettings.DEFAULT;

        private Builder(long seed) {
            this.seed = seed;
        }

        /** One path more, the same in both directions; boxes in order from client to server. */
        public Builder path(LinkProfile bothWays, Middlebox... boxes) {
            return path(bothWays, bothWays, boxes);
        }

        /** One path more; boxes in order from client to server. */
        public Builder path(LinkProfile up, LinkProfile down, Middlebox... boxes) {
            paths.add(new PathPlan(up, down, boxes, false));
            return this;
        }

        /** One path more, for subflows with the backup flag. */
        public Builder backupPath(LinkProfile bothWays, Middlebox... boxes) {
            paths.add(new PathPlan(bothWays, bothWays, boxes, true));
            return this;
        }

        /** Settings of the client's connections. */
        public Builder client(ConnectionSettings settings) {
            clientSettings = settings;
            return this;
        }

        /** Settings of the server's connections. */
        public Builder server(ConnectionSettings settings) {
            serverSettings = settings;
            return this;
        }

        /** Settings of both. */
        public Builder both(ConnectionSettings settings) {
            return client(settings).server(settings);
        }

        /** The addresses of both hosts; by default IPv4. */
        public Builder family(Family which) {
            family = which;
            return this;
        }

        /** The limits of both stacks. */
        public Builder limits(StackSettings settings) {
            return limits(settings, settings);
        }

        /** The limits of each stack. */
        public Builder limits(StackSettings ofClient, StackSettings ofServer) {
            clientLimits = ofClient;
            serverLimits = ofServer;
            return this;
        }

        /** All devices take super-segments. */
        public Builder offload(boolean isOffered) {
            offload = isOffered;
            return this;
        }

        private PacketDevice deviceOf(PacketDevice end) {
            return offload ? new OffloadDevice(end) : end;
        }

        /** The most turns of both hosts in one run. */
        public Builder maxSteps(int steps) {
            maxSteps = steps;
            return this;
        }

        /** The hosts. */
        public TwoHosts build() {
            return new TwoHosts(this);
        }
    }

    /** Which addresses the hosts have. */
    public enum Family {
        /** One IPv4 address a path. */
        IPV4,
        /** One IPv6 address a path. */
        IPV6,
        /** One of each; the client connects by IPv6. */
        BOTH
    }

    private record PathPlan(LinkProfile up, LinkProfile down, Middlebox[] boxes, boolean backup) {
        private InterfaceSettings settings(Family family, int path, int host) {
            String ipv4 = "10.0." + path + "." + host + "/24";
            String ipv6 = "fd00:" + path + "::" + host + "/64";
            InterfaceSettings settings =
                    switch (family) {
                        case IPV4 -> InterfaceSettings.of(ipv4);
                        case IPV6 -> InterfaceSettings.of(ipv6);
                        case BOTH -> InterfaceSettings.of(ipv6, ipv4);
                    };
            return settings.withBackup(backup);
        }
    }
}
