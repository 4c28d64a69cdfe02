package io.mptcp4j.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.OwnAddressPathManager;
import io.mptcp4j.socket.LocalServerGroup;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.stack.ServerGroup;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Four servers behind a {@link HashBalancer}, and a client with two paths to it. The client opens connections from the one
 * address of its first path, and has several on the second to join from.
 *
 * <pre>
 *             path 0: 10.1.0.2                             10.9.0.1, 10.8.0.1  server 0
 *   client  ====================  balancer: 10.9.0.1  ---  10.9.0.1, 10.8.0.2  server 1
 *             path 1: 10.2.0.2 to 5                        ...
 * </pre>
 */
public final class BalancedServers implements AutoCloseable {
    /** How many servers there are. */
    public static final int SERVERS = 4;

    /** How many addresses the client joins from. */
    public static final int JOINING_ADDRESSES = 4;

    private static final int PORT = 443;
    private static final int FIRST_OWN_PORT = 8_000;
    private static final int BACKLOG = 1_000;
    private static final int CHUNK = 4 << 10;
    private static final int MAX_STEPS = 3_000_000;
    private static final LinkProfile PATH = LinkProfile.IDEAL.withRate(100_000_000);

    private final long seed;
    private final boolean isIpv6;
    private final ConnectionSettings clientSettings;
    private final SimulatedNetwork network;
    private final HashBalancer balancer;
    private final StackHost client;
    private final List<StackHost> servers = new ArrayList<>();
    private final List<ServerGroup> members = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private final List<SimulatedPath> paths = new ArrayList<>();
    private final List<ConnectionEnd> clientEnds = new ArrayList<>();
    private final List<ConnectionEnd> serverEnds = new ArrayList<>();
    private long up;
    private long down;

    private BalancedServers(Builder builder) {
        seed = builder.seed;
        isIpv6 = builder.isIpv6;
        clientSettings = builder.clientSettings;
        network = new SimulatedNetwork(seed);
        balancer = new HashBalancer(sharedAddress(), seed);
        client = new StackHost(new SeededEntropy(7 * seed));
        network.add(client);
        network.add(balancer);
        addPath(PATH.withDelay(Duration.ofMillis(5)), address(1, 2));
        addPath(PATH.withDelay(Duration.ofMillis(10)), address(2, 2), address(2, 3), address(2, 4), address(2, 5));
        LocalServerGroup group = new LocalServerGroup(SERVERS);
        for (int i = 0; i < SERVERS; i++) {
            addServer(i, builder, group);
        }
    }

    private void addPath(LinkProfile profile, IpAddress... addresses) {
        SimulatedPath path = network.join("path" + paths.size(), profile);
        String[] prefixes = Arrays.stream(addresses)
                .map(each -> each + (isIpv6 ? "/64" : "/24"))
                .toArray(String[]::new);
        client.addDevice(path.deviceA(), InterfaceSettings.of(prefixes).withDefaultRoute(paths.size()));
        balancer.addDevice(path.deviceB(), addresses);
        paths.add(path);
    }

    private void addServer(int index, Builder builder, LocalServerGroup group) {
        SeededEntropy entropy = new SeededEntropy(7 * seed + 1 + index);
        StackHost server;
        if (builder.serverNamedTokens) {
            members.add(group.join(index));
            server = new StackHost(entropy, members.get(index));
        } else {
            server = new StackHost(entropy);
        }
        SimulatedPath link = network.join("server" + index, LinkProfile.IDEAL);
        balancer.addServer(link.deviceA(), ownAddress(index));
        balancer.forwardPort(ownPort(index), index);
        String bits = isIpv6 ? "/128" : "/32";
        InterfaceSettings settings = builder.announced == Announced.OWN_ADDRESS
                ? InterfaceSettings.of(sharedAddress() + bits, ownAddress(index) + bits)
                : InterfaceSettings.of(sharedAddress() + bits);
        server.addDevice(link.deviceB(), settings.withDefaultRoute(0));
        network.add(server);
        servers.add(server);
        listeners.add(server.stack().listen(null, PORT, BACKLOG, settingsOf(index, builder), any -> {}));
    }

    private ConnectionSettings settingsOf(int index, Builder builder) {
        if (builder.announced == Announced.NOTHING) {
            return builder.serverSettings;
        }
        boolean isPort = builder.announced == Announced.OWN_PORT;
        Endpoint own = new Endpoint(
                isPort ? sharedAddress() : ownAddress(index),
                isPort ? ownPort(index) : 0,
                0,
                Set.of(Endpoint.Flag.SIGNAL));
        return builder.serverSettings.toBuilder()
                .joinsToInitialAddress(false)
                .pathManager(() -> new OwnAddressPathManager(List.of(own)))
                .build();
    }

    private IpAddress address(int network, int host) {
        return IpAddress.parse(isIpv6 ? "fd00:" + network + "::" + host : "10." + network + ".0." + host);
    }

    /** A builder of servers whose chances a seed decides. */
    public static Builder builder(long seed) {
        return new Builder(seed);
    }

    // ---- what happens

    /**
     * Opens connections over the first path, over which {@code upOctets} go to the server and {@code downOctets} come from
     * it. The servers accept none of them yet, so that none ends before its joins are through.
     */
    public void open(int connections, long upOctets, long downOctets) {
        up = upOctets;
        down = downOctets;
        for (int i = 0; i < connections; i++) {
            ConnectionEnd end = new ConnectionEnd(application(1, up, 2, down));
            MptcpConnection connection = client.stack()
                    .connect(
                            clientSettings,
                            end,
                            address(1, 2),
                            0,
                            sharedAddress(),
                            PORT,
                            network.clock().now());
            end.use(connection);
            client.add(end);
            clientEnds.add(end);
        }
    }

    /** Lets a time pass. */
    public void runFor(Duration time) {
        network.run(() -> false, network.clock().now() + time.toNanos(), MAX_STEPS);
    }

    /** The servers accept what waits, and all connections go on to their end; fails when an octet is wrong. */
    public void finish() {
        for (int i = 0; i < SERVERS; i++) {
            for (int left = listeners.get(i).acceptable(); left > 0; left--) {
                ConnectionEnd end = new ConnectionEnd(application(2, down, 1, up));
                end.waitFor(listeners.get(i));
                servers.get(i).add(end);
                serverEnds.add(end);
            }
        }
        Ending ending = network.run(
                () -> clientEnds.stream().allMatch(end -> end.cause() != null)
                        && serverEnds.stream().allMatch(end -> end.cause() != null),
                MAX_STEPS);
        for (ConnectionEnd end : clientEnds) {
            assertWhole(end, ending);
        }
        for (ConnectionEnd end : serverEnds) {
            assertWhole(end, ending);
        }
        if (clientEnds.size() != serverEnds.size()) {
            throw new AssertionError("seed " + seed + ": " + serverEnds.size() + " connections were accepted");
        }
    }

    private void assertWhole(ConnectionEnd end, Ending ending) {
        if (!end.application().isDone() || end.application().fault() != null) {
            throw new AssertionError("seed " + seed + ": " + ending + ", " + end);
        }
    }

    private TransferEnd application(int sending, long sends, int receiving, long receives) {
        return new TransferEnd(new RandomOctets(sending), sends, new RandomOctets(receiving), receives, CHUNK);
    }

    /** Lets time pass until nothing is left to happen, and checks that nothing is left. The world is of no use afterwards. */
    public void assertNothingLeft() {
        Ending ending = network.run(() -> false, MAX_STEPS);
        close();
        long left = client.stack().connectionCount() + client.allocatedOctets();
        for (StackHost server : servers) {
            left += server.stack().connectionCount() + server.stack().relayCount() + server.allocatedOctets();
        }
        if (ending != Ending.NOTHING_LEFT || left != 0) {
            throw new AssertionError("seed " + seed + ": " + ending + ", " + left + " left");
        }
    }

    // ---- what is to be seen

    /** The address that all servers share. */
    public IpAddress sharedAddress() {
        return address(9, 1);
    }

    /** The address of its own of a server. */
    public IpAddress ownAddress(int server) {
        return address(8, server + 1);
    }

    /** The port of the shared address that the balancer forwards to a server. */
    public static int ownPort(int server) {
        return FIRST_OWN_PORT + server;
    }

    /** The client's stack. */
    public Stack client() {
        return client.stack();
    }

    /** A server's stack. */
    public Stack server(int index) {
        return servers.get(index).stack();
    }

    /** A counter of all servers together. */
    public long servers(Counter counter) {
        return servers.stream()
                .mapToLong(server -> server.stack().counters().get(counter))
                .sum();
    }

    /** The server to which the balancer brings a subflow of the client's. */
    public int serverOf(FourTuple tuple) {
        return balancer.serverOf(tuple.localAddress(), tuple.localPort(), tuple.remotePort());
    }

    /** What joins a server to the others; only with server-named tokens. */
    public ServerGroup member(int server) {
        return members.get(server);
    }

    /** A path between the client and the balancer. */
    public SimulatedPath path(int index) {
        return paths.get(index);
    }

    /** The client's ends, in the order in which they were opened. */
    public List<ConnectionEnd> clientEnds() {
        return List.copyOf(clientEnds);
    }

    @Override
    public void close() {
        client.release();
        servers.forEach(StackHost::release);
        network.close();
        members.forEach(ServerGroup::close);
        balancer.release();
    }

    /** Where each server wants joins. */
    public enum Announced {
        /** At the shared address. */
        NOTHING,
        /** At an address of its own. */
        OWN_ADDRESS,
        /** At a port of its own of the shared address. */
        OWN_PORT
    }

    /** Collects what the servers do about joins. */
    public static final class Builder {
        private final long seed;
        private boolean isIpv6;
        private boolean serverNamedTokens;
        private Announced announced = Announced.NOTHING;
        private ConnectionSettings clientSettings = ConnectionSettings.DEFAULT;
        private ConnectionSettings serverSettings = ConnectionSettings.DEFAULT;

        private Builder(long seed) {
            this.seed = seed;
        }

        /** All addresses are IPv6. */
        public Builder ipv6() {
            isIpv6 = true;
            return this;
        }

        /** The servers are a group: tokens name them, and foreign joins are relayed. */
        public Builder serverNamedTokens() {
            serverNamedTokens = true;
            return this;
        }

        /** The servers set flag C, and each announces an address of its own, or a port of the shared one. */
        public Builder announced(Announced what) {
            announced = what;
            return this;
        }

        /** Settings of the client's connections. */
        public Builder client(ConnectionSettings settings) {
            clientSettings = settings;
            return this;
        }

        /** Settings of the servers' connections. */
        public Builder server(ConnectionSettings settings) {
            serverSettings = settings;
            return this;
        }

        /** The servers. */
        public BalancedServers build() {
            return new BalancedServers(this);
        }
    }
}
