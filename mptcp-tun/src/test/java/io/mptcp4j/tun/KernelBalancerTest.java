package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.LocalServerGroup;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.testing.HashBalancer;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import io.mptcp4j.wire.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel as a client with two paths, one address on the first and four on the second, of four servers of ours behind a
 * balancer that hashes addresses and ports.
 */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelBalancerTest {
    private static final String SHARED = "10.9.0.1";
    private static final int PORT = 443;
    private static final int SERVERS = 4;
    private static final int CONNECTIONS = 25;
    private static final int JOINS = 4 * CONNECTIONS;
    private static final int OCTETS = 100_000;
    private static final long LOOK_NANOS = 200_000;

    private enum Way {
        PLAIN,
        OWN_ADDRESS,
        SERVER_NAMED_TOKENS
    }

    @TempDir
    private Path folder;

    private final HashBalancer balancer = new HashBalancer(IpAddress.parse(SHARED), 1);
    private final Thread forwarder = new Thread(this::forward, "balancer");
    private final List<VirtualLink> links = new ArrayList<>();
    private final List<MptcpStack> servers = new ArrayList<>();
    private final List<TunDevice> paths = new ArrayList<>();
    private NetworkNamespace namespace;
    private volatile boolean over;

    @BeforeEach
    void makeClient() throws Exception {
        namespace = NetworkNamespace.create();
        addPath("bp1", "10.1.0.2");
        addPath("bp2", "10.2.0.2", "10.2.0.3", "10.2.0.4", "10.2.0.5");
        namespace.mptcpLimits(8, 8);
        namespace.ip("route", "add", SHARED, "dev", "bp1");
        namespace.ip("route", "add", SHARED, "dev", "bp2", "metric", "9");
        namespace.ip("rule", "add", "from", "10.2.0.0/24", "table", "2");
        namespace.ip("route", "add", "10.8.0.0/24", "dev", "bp2");
        namespace.ip("route", "add", "10.8.0.0/15", "dev", "bp2", "table", "2");
    }

    private void addPath(String device, String... addresses) throws Exception {
        String[] prefixes = new String[addresses.length];
        IpAddress[] parsed = new IpAddress[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            prefixes[i] = addresses[i] + "/24";
            parsed[i] = IpAddress.parse(addresses[i]);
        }
        TunDevice tun = namespace.openTun(device, TunOptions.DEFAULT.withOffload(TunOffload.NONE), prefixes);
        paths.add(tun);
        balancer.addDevice(tun, parsed);
    }

    private void makeServers(Way way) throws IOException {
        LocalServerGroup group = new LocalServerGroup(SERVERS);
        for (int i = 0; i < SERVERS; i++) {
            VirtualLink link = new VirtualLink("server" + i, LinkProfile.IDEAL, i);
            links.add(link);
            String own = "10.8.0." + (i + 1);
            balancer.addServer(link.endA(), IpAddress.parse(own));
            MptcpStackBuilder builder = MptcpStack.builder().name("server" + i);
            switch (way) {
                case PLAIN -> builder.device(link.endB(), SHARED + "/32");
                case OWN_ADDRESS ->
                    builder.device(link.endB(), SHARED + "/32", own + "/32").joinsAt(new InetSocketAddress(own, 0));
                default -> builder.device(link.endB(), SHARED + "/32").serverGroup(group.join(i));
            }
            MptcpStack server = builder.build();
            servers.add(server);
            MptcpServerSocket listener = server.createServerSocket(PORT);
            daemon(() -> acceptAll(listener));
        }
        forwarder.setDaemon(true);
        forwarder.start();
    }

    @AfterEach
    void tearDown() throws InterruptedException {
        over = true;
        servers.forEach(MptcpStack::close);
        forwarder.join();
        links.forEach(VirtualLink::close);
        paths.forEach(TunDevice::close);
        balancer.release();
        namespace.close();
    }

    @Test
    void serverNamedTokensLoseNoJoinOfTheKernels() throws Exception {
        makeServers(Way.SERVER_NAMED_TOKENS);
        joinFromThePath2("subflow");

        KernelCounters counters = run();

        assertThat(counters.get("MPTcpExtMPJoinSynTx")).isEqualTo(JOINS);
        assertThat(counters.get("MPTcpExtMPJoinSynAckRx")).isEqualTo(JOINS);
        assertThat(counters.get("MPTcpExtMPJoinSynAckHMacFailure")).isZero();
        assertThat(counters.get("MPTcpExtMPRstRx")).isZero();
        assertThat(servers(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS);
        assertThat(servers(Counter.JOIN_NO_TOKEN)).isZero();
        // The balancer's hash of ports that the kernel chooses brings about a quarter to their owners.
        assertThat(servers(Counter.JOINS_RELAYED)).isBetween(JOINS / 2L, JOINS - 5L);
    }

    @Test
    void plainServersLoseMostJoinsOfTheKernels() throws Exception {
        makeServers(Way.PLAIN);
        joinFromThePath2("subflow");

        KernelCounters counters = run();

        assertThat(counters.get("MPTcpExtMPJoinSynTx")).isEqualTo(JOINS);
        long lost = JOINS - counters.get("MPTcpExtMPJoinSynAckRx");
        assertThat(lost).isBetween(JOINS / 2L, JOINS - 5L);
        // A SYN that comes again, because the answer was late, is refused again.
        assertThat(servers(Counter.JOIN_NO_TOKEN)).isBetween(lost, lost + counters.get("TcpExtTCPSynRetrans"));
        assertThat(servers(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS - lost);
    }

    @Test
    void flagCAndAnAddressOfEachServerLoseNoJoinOfTheKernels() throws Exception {
        makeServers(Way.OWN_ADDRESS);
        // RFC 8684 3.1: to the shared address the kernel may not join; fullmesh endpoints join announced ones.
        joinFromThePath2("fullmesh");

        KernelCounters counters = run();

        assertThat(counters.get("MPTcpExtMPJoinSynTx")).isEqualTo(JOINS);
        assertThat(counters.get("MPTcpExtMPJoinSynAckRx")).isEqualTo(JOINS);
        // What is not echoed within a second is announced again.
        assertThat(counters.get("MPTcpExtAddAddr")).isBetween((long) CONNECTIONS, servers(Counter.ADD_ADDR_TX));
        assertThat(servers(Counter.JOINS_ESTABLISHED)).isEqualTo(JOINS);
        assertThat(servers(Counter.JOIN_NO_TOKEN)).isZero();
    }

    private void joinFromThePath2(String flag) {
        for (int host = 2; host <= 5; host++) {
            namespace.mptcpEndpoint("10.2.0." + host, "bp2", flag);
        }
    }

    /** All connections, with right digests; the kernel's counters when all joins had been answered. */
    private KernelCounters run() throws Exception {
        Path script = folder.resolve("balanced_clients.py");
        try (InputStream in = KernelBalancerTest.class.getResourceAsStream("balanced_clients.py")) {
            Files.copy(in, script);
        }
        Process client = namespace.start(
                List.of("python3", script.toString(), SHARED, "" + PORT, "10.1.0.2", "" + CONNECTIONS, "" + OCTETS));
        BufferedReader output = client.inputReader(StandardCharsets.US_ASCII);
        assertThat(output.readLine()).isEqualTo("connected");
        KernelCounters counters = awaitAnswers();
        client.outputWriter().append("go on\n").close();
        assertThat(output.readLine()).isEqualTo("right " + CONNECTIONS);
        return counters;
    }

    /** The kernel's counters when all joins have been answered, one way or the other. */
    private KernelCounters awaitAnswers() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            KernelCounters counters = namespace.counters();
            long answered = counters.get("MPTcpExtMPJoinSynAckRx") + servers(Counter.JOIN_NO_TOKEN);
            if (counters.get("MPTcpExtMPJoinSynTx") >= JOINS
                    && answered >= JOINS
                    && servers(Counter.JOINS_ESTABLISHED) >= counters.get("MPTcpExtMPJoinSynAckRx")) {
                return counters;
            }
            assertThat(System.nanoTime()).as(counters.describe("MPTcp.*")).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private long servers(Counter counter) {
        return servers.stream()
                .mapToLong(server -> server.counters().get(counter))
                .sum();
    }

    // ---- threads

    private void forward() {
        while (!over) {
            balancer.turn(System.nanoTime());
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void acceptAll(MptcpServerSocket listener) {
        try {
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> answer(socket));
            }
        } catch (IOException ended) {
            // The stack is closed: the test is over.
            return;
        }
    }

    private static void answer(Socket connection) {
        try (Socket socket = connection) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[1 << 16];
            for (int length = socket.getInputStream().read(chunk);
                    length >= 0;
                    length = socket.getInputStream().read(chunk)) {
                digest.update(chunk, 0, length);
            }
            socket.getOutputStream().write(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }
}
