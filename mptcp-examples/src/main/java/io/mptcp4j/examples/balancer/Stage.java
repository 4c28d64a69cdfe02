package io.mptcp4j.examples.balancer;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.LocalServerGroup;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The client, the balancer and the servers of one way, joined by virtual links in real time. */
final class Stage implements AutoCloseable {
    static final int SERVERS = 4;
    static final List<List<String>> PATHS =
            List.of(List.of("10.1.0.2", "10.1.0.3"), List.of("10.2.0.2", "10.2.0.3", "10.2.0.4"));

    /** How many subflows the client tries to add to the first one: one from each of its other addresses. */
    static final int JOINS = 4;

    private static final String SHARED = "192.0.2.1";
    private static final int PORT = 443;
    private static final int BACKLOG = 1_024;
    private static final int CONNECT_MILLIS = 20_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final LinkProfile SERVER_LINK = LinkProfile.IDEAL;
    private static final LinkProfile PATH = LinkProfile.IDEAL.withRate(200_000_000);

    private final HashBalancer balancer = new HashBalancer(SHARED);
    private final List<VirtualLink> links = new ArrayList<>();
    private final List<MptcpStack> servers = new ArrayList<>();
    private final List<DigestServer> programs = new ArrayList<>();
    private final MptcpStack client;

    Stage(Way way, long seed) throws IOException {
        client = client(seed);
        LocalServerGroup group = new LocalServerGroup(SERVERS);
        for (int i = 0; i < SERVERS; i++) {
            addServer(i, way, group);
        }
        balancer.start();
    }

    private MptcpStack client(long seed) throws IOException {
        MptcpStackBuilder builder =
                MptcpStack.builder().name("client").closeTimeout(CLOSE_TIMEOUT).maxSubflows(1 + JOINS);
        for (int i = 0; i < PATHS.size(); i++) {
            LinkProfile profile = PATH.withDelay(Duration.ofMillis(5L * (i + 1)));
            VirtualLink link = new VirtualLink("path" + (i + 1), profile, seed + i);
            links.add(link);
            builder.device(
                    link.endA(),
                    PATHS.get(i).stream().map(address -> address + "/24").toArray(String[]::new));
            balancer.addDevice(link.endB(), PATHS.get(i));
        }
        return builder.build();
    }

    private void addServer(int index, Way way, LocalServerGroup group) throws IOException {
        VirtualLink link = new VirtualLink("server" + index, SERVER_LINK, index);
        links.add(link);
        String own = "192.0.2." + (11 + index);
        balancer.addServer(link.endA(), List.of(own));
        MptcpStackBuilder builder = MptcpStack.builder()
                .name("server" + index)
                .closeTimeout(CLOSE_TIMEOUT)
                .maxSubflows(1 + JOINS);
        switch (way) {
            case PLAIN -> builder.device(link.endB(), SHARED + "/32");
            case OWN_ADDRESS ->
                builder.device(link.endB(), SHARED + "/32", own + "/32")
                        .joinsAt(new InetSocketAddress(InetAddress.getByName(own), 0));
            default -> builder.device(link.endB(), SHARED + "/32").serverGroup(group.join(index));
        }
        MptcpStack server = builder.build();
        servers.add(server);
        programs.add(DigestServer.start(server.serverSocketFactory().createServerSocket(PORT, BACKLOG)));
    }

    /** A connection from the client's first address. */
    Socket connect() throws IOException {
        Socket socket = client.createSocket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(PATHS.get(0).get(0)), 0));
        socket.connect(new InetSocketAddress(InetAddress.getByName(SHARED), PORT), CONNECT_MILLIS);
        return socket;
    }

    long client(Counter counter) {
        return client.counters().get(counter);
    }

    long servers(Counter counter) {
        return servers.stream()
                .mapToLong(server -> server.counters().get(counter))
                .sum();
    }

    /** Octets of packets from the client over a path. */
    long octets(int path) {
        return links.get(path).endA().counters().deliveredOctets();
    }

    @Override
    public void close() {
        client.close();
        programs.forEach(DigestServer::close);
        servers.forEach(MptcpStack::close);
        balancer.close();
        links.forEach(VirtualLink::close);
    }
}
