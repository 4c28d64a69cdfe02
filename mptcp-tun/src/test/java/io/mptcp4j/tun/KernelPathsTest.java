package io.mptcp4j.tun;

import static io.mptcp4j.tun.KernelTransferTest.assertEqualOctets;
import static io.mptcp4j.tun.KernelTransferTest.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.Endpoint.Flag;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.StackEndpoints;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Path managers of ours against the kernel, judged by its counters and by octets. */
@KernelTest(
        programs = {"python3", "nstat", "ss"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelPathsTest {
    private static final long OCTETS = 4L << 20;

    // ---- endpoints of a client

    @ParameterizedTest(name = "{0}, limits {1} {2}: {3} backup")
    @CsvSource({
        "10.2.0.2 id 9 subflow fullmesh, 2, 1, 0",
        "10.2.0.2 id 9 subflow fullmesh backup, 2, 1, 1",
        "10.2.0.2 id 9 laminar, 2, 1, 0",
        "10.2.0.2 id 9 signal, 2, 1, 0"
    })
    void anAcceptedAddressOfTheKernelIsJoined(String endpoint, int subflows, int accepted, int backups)
            throws Exception {
        try (TunWorld world = world(2, "endpoints");
                KernelPeer server = server(world)) {
            world.stack().endpoints().limits(subflows, accepted);
            world.stack().endpoints().add(endpoint);
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            finish(socket, server);
            assertThat(counter(world, "MPTcpExtMPJoinAckRx")).isEqualTo(1);
            assertThat(counter(world, "MPTcpExtMPJoinSynBackupRx"))
                    .isBetween((long) backups, backups * (1 + world.repeatedSyns()));
        }
    }

    @Test
    void aSubflowEndpointIsAddedChangedAndRemovedWhileConnected() throws Exception {
        try (TunWorld world = world(1, "endpoints");
                KernelPeer server = server(world)) {
            StackEndpoints endpoints = world.stack().endpoints();
            Socket socket = connect(world, server);
            establish(socket);
            assertThat(info(socket).subflows()).hasSize(1);

            world.stack().addAddress(TunWorld.interfaceName(1), "10.1.0.3/24");
            int id = endpoints.add("10.1.0.3 id 33 subflow");
            TunWorld.awaitSubflows(socket, 2);
            await(() -> counter(world, "MPTcpExtMPJoinAckRx") == 1);

            endpoints.change(id, Flag.BACKUP, true);
            await(() -> counter(world, "MPTcpExtMPPrioRx") == 1);

            endpoints.remove(id);
            await(() -> usable(socket) == 1);
            await(() -> counter(world, "MPTcpExtRmAddr") == 1);
            finish(socket, server);
        }
    }

    @Test
    void theFirstAddressIsTakenAwayById0() throws Exception {
        try (TunWorld world = world(1, "endpoints");
                KernelPeer server = server(world)) {
            Socket socket = connect(world, server);
            establish(socket);
            world.stack().addAddress(TunWorld.interfaceName(1), "10.1.0.3/24");
            world.stack().endpoints().add("10.1.0.3 subflow");
            TunWorld.awaitSubflows(socket, 2);

            assertThat(world.stack().endpoints().removeInitial(InetAddress.getByName(world.ownAddress(1))))
                    .isEqualTo(1);

            await(() -> counter(world, "MPTcpExtRmAddr") == 1);
            await(() -> usable(socket) == 1);
            finish(socket, server);
        }
    }

    // ---- endpoints of a server

    @ParameterizedTest(name = "{0}")
    @CsvSource({"10.2.0.2 id 9 signal, 0", "10.1.0.2 id 9 port 8443 signal, 1", "10.2.0.2 id 9 port 8443 signal, 1"})
    void theKernelJoinsWhatWeAnnounce(String endpoint, int withPort) throws Exception {
        try (TunWorld world = world(2, "endpoints");
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(OCTETS, 1)
                        .answerFirst()
                        .start()) {
            Socket socket = server.accept();
            establish(socket);
            assertThat(info(socket).subflows()).hasSize(1);

            int id = world.stack().endpoints().add(endpoint);
            TunWorld.awaitSubflows(socket, 2);
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtMPJoinSynAckRx")).isEqualTo(1);
            // What is not echoed within a second is announced again.
            assertThat(counters.get("MPTcpExtAddAddr"))
                    .isBetween(1L, world.stack().kernelCounters().get("MPTcpExtAddAddrTx"));
            assertThat(counters.get("MPTcpExtPortAdd")).isEqualTo(withPort * counters.get("MPTcpExtAddAddr"));

            world.stack().endpoints().remove(id);
            await(() -> counter(world, "MPTcpExtRmAddr") == 1);
            await(() -> usable(socket) == 1);
            finish(socket, client);
        }
    }

    // ---- limits of the kernel

    @Test
    void aJoinThatTheKernelProhibitsIsNotRepeatedSoon() throws Exception {
        try (TunWorld world = world(2, "ndiffports(3)");
                KernelPeer server = server(world)) {
            world.namespace().mptcpLimits(1, 8);
            Socket socket = connect(world, server);
            establish(socket);
            TunWorld.awaitSubflows(socket, 2);
            await(() -> counter(world, "MPTcpExtMPJoinSynRx") >= 2);

            // By the pauses for a path that failed there would be two more joins by now.
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));

            KernelCounters counters = world.namespace().counters();
            assertThat(world.stack().counters().get(Counter.JOIN_SYN_TX))
                    .as("%s%s", counters.describe("MPTcp.*|TcpExtTCP.*"), info(socket))
                    .isEqualTo(2);
            // A SYN whose answer was late comes again.
            assertThat(counters.get("MPTcpExtMPJoinSynRx")).isBetween(2L, 2 + world.repeatedSyns());
            finish(socket, server);
        }
    }

    // ---- ndiffports

    @Test
    void ndiffportsOpensSubflowsOverOnePair() throws Exception {
        try (TunWorld world = world(1, "ndiffports(4)");
                KernelPeer server = server(world)) {
            Socket socket = connect(world, server);
            establish(socket);
            TunWorld.awaitSubflows(socket, 4);

            finish(socket, server);
            assertThat(counter(world, "MPTcpExtMPJoinSynRx")).isBetween(3L, 3 + world.repeatedSyns());
            assertThat(counter(world, "MPTcpExtMPJoinAckRx")).isEqualTo(3);
        }
    }

    // ---- break before make

    @ParameterizedTest(name = "killed by the kernel: {0}")
    @CsvSource({"false", "true"})
    void aNewAddressRevivesTheConnectionWithTheKernel(boolean killed) throws Exception {
        try (TunWorld world = world(1, "fullmesh");
                KernelPeer server = server(world)) {
            Socket socket = connect(world, server);
            establish(socket);

            if (killed) {
                // Its RST reaches us, and it has a connection without any subflow.
                world.namespace().run("ss", "-K", "src", world.kernelAddress(1)).orFail();
                await(() -> usable(socket) == 0);
            }
            world.stack().removeAddress(InetAddress.getByName(world.ownAddress(1)));
            await(() -> info(socket).subflows().isEmpty());
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
            world.stack().addAddress(TunWorld.interfaceName(1), "10.1.0.77/24");

            TunWorld.awaitSubflows(socket, 1);
            finish(socket, server);
            assertThat(counter(world, "MPTcpExtMPJoinAckRx")).isEqualTo(1);
        }
    }

    @Test
    void theKernelRevivesAConnectionThatHasLostItsOnlySubflow() throws Exception {
        try (TunWorld world = world(1, "fullmesh");
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(OCTETS, 1)
                        .answerFirst()
                        .start()) {
            Socket socket = server.accept();
            establish(socket);

            world.namespace().run("ss", "-K", "src", world.kernelAddress(1)).orFail();
            await(() -> usable(socket) == 0);
            world.namespace().ip("address", "add", "10.1.0.55/24", "dev", TunWorld.interfaceName(1));
            world.namespace().mptcpEndpoint("10.1.0.55", TunWorld.interfaceName(1), "subflow");

            TunWorld.awaitSubflows(socket, 1);
            assertThat(info(socket).subflows().get(0).remote().getAddress())
                    .isEqualTo(InetAddress.getByName("10.1.0.55"));
            finish(socket, client);
        }
    }

    // ---- devices

    @Test
    void aDeviceThatComesWhileConnectedIsUsedAndOneThatGoesIsLeft() throws Exception {
        try (TunWorld world = world(1, "fullmesh");
                KernelPeer server = server(world)) {
            Socket socket = connect(world, server);
            establish(socket);

            TunDevice late = world.namespace().openTun("mt9", TunOptions.DEFAULT, "10.9.0.1/24");
            world.stack().addDevice(late, "10.9.0.2/24");
            world.namespace().mptcpEndpoint("10.9.0.1", "mt9", "signal");
            TunWorld.awaitSubflows(socket, 2);
            world.stack().removeDevice(TunWorld.interfaceName(1));

            await(() -> usable(socket) == 1);
            finish(socket, server);
            assertThat(world.stack().faults()).isZero();
        }
    }

    // ---- steps

    private static TunWorld world(int paths, String pathManager) throws Exception {
        return TunWorld.create(paths, false, TunOptions.DEFAULT, builder -> builder.pathManager(pathManager));
    }

    private static KernelPeer server(TunWorld world) {
        return KernelPeer.server(world.namespace(), world.anyAddress())
                .send(OCTETS, 1)
                .answerFirst()
                .start();
    }

    /** Some octets go through, so that both ends take joins. */
    private static void establish(Socket socket) throws IOException {
        socket.getOutputStream().write(0);
        await(() -> info(socket).octetsAcknowledged() > 0);
    }

    /** Everything else goes both ways, whole. */
    private static void finish(Socket socket, KernelPeer peer) throws Exception {
        long before = info(socket).octetsWritten();
        Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();
        KernelPeer.Report report = peer.await();
        if (before == 0) {
            assertEqualOctets(exchange, report, OCTETS);
        }
        assertThat(report.error()).isEmpty();
        assertThat(report.received()).isEqualTo(before + OCTETS);
        assertThat(exchange.received()).isEqualTo(OCTETS);
        assertThat(exchange.receivedDigest()).isEqualTo(report.sentDigest());
    }

    private static ConnectionInfo info(Socket socket) {
        try {
            return MptcpStack.info(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long usable(Socket socket) {
        return info(socket).subflows().stream().filter(SubflowInfo::usable).count();
    }

    private static long counter(TunWorld world, String name) {
        return world.namespace().counters().get(name);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("the time by which it should have happened")
                    .isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }
}
