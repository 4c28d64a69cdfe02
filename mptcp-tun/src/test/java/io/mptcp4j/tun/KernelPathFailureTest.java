package io.mptcp4j.tun;

import static io.mptcp4j.tun.KernelTransferTest.assertEqualOctets;
import static io.mptcp4j.tun.KernelTransferTest.connect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.tun.testing.Capture;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.PathFault;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths that fail in mid-transfer, between our MPTCP and the kernel's: the octets arrive whole all the same. */
@KernelTest(
        programs = {"python3", "nft", "ss", "tcpdump", "tshark"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelPathFailureTest {
    private static final long OCTETS = 64L << 20;

    /** How a path ends. */
    enum Cut {
        SILENCE,
        DOWN,
        REJECTED,
        KILLED;

        void on(TunWorld world, int path) {
            switch (this) {
                case SILENCE -> PathFault.silence(world.namespace(), TunWorld.interfaceName(path));
                case DOWN -> PathFault.down(world.namespace(), TunWorld.interfaceName(path));
                case REJECTED -> PathFault.reset(world.namespace(), TunWorld.interfaceName(path));
                case KILLED -> PathFault.kill(world.namespace(), world.kernelAddress(path));
                default -> throw new AssertionError(this);
            }
        }

        /** Whether the kernel has sent RSTs, other than those behind an orderly end, as the cut is to cause. */
        boolean hasBitten(TunWorld world, Capture capture, int path) {
            List<String> onPath = capture.abortingResetsFrom(world.kernelAddress(path));
            return switch (this) {
                case SILENCE, DOWN ->
                    onPath.isEmpty()
                            && capture.abortingResetsFrom(world.kernelAddress(3 - path))
                                    .isEmpty();
                // A RST comes only where something is sent, and a slow path may have had its last octet.
                case REJECTED -> true;
                case KILLED -> !onPath.isEmpty();
            };
        }
    }

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} on path {1}, IPv6 {2}")
    @CsvSource({
        "SILENCE, 1, false",
        "SILENCE, 2, false",
        "SILENCE, 1, true",
        "DOWN, 1, false",
        "DOWN, 2, false",
        "REJECTED, 1, false",
        "REJECTED, 2, false",
        "KILLED, 1, false",
        "KILLED, 2, false"
    })
    void whatWeSendArrivesWholeWhenAPathIsCut(Cut cut, int path, boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("cut.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .answerFirst()
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket)
                    .send(OCTETS, 1)
                    .onceSent(OCTETS / 4, () -> cut.on(world, path))
                    .run();

            assertThat(cut.hasBitten(world, capture, path))
                    .as("RSTs where there should be")
                    .isTrue();
            KernelPeer.Report report = server.await();
            assertThat(report.received()).isEqualTo(OCTETS);
            assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
        }
    }

    @ParameterizedTest(name = "{0} on path {1}, IPv6 {2}")
    @CsvSource({
        "SILENCE, 1, false",
        "SILENCE, 2, false",
        "SILENCE, 2, true",
        "DOWN, 1, false",
        "DOWN, 2, false",
        "REJECTED, 1, false",
        "REJECTED, 2, false",
        "KILLED, 1, false",
        "KILLED, 2, false"
    })
    void whatWeReceiveArrivesWholeWhenAPathIsCut(Cut cut, int path, boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("cut.pcap"));
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = server.accept();
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket)
                    .onceReceived(OCTETS / 4, () -> cut.on(world, path))
                    .run();

            assertThat(cut.hasBitten(world, capture, path))
                    .as("RSTs where there should be")
                    .isTrue();
            assertThat(exchange.received()).isEqualTo(OCTETS);
            assertThat(exchange.receivedDigest()).isEqualTo(client.await().sentDigest());
        }
    }

    @ParameterizedTest(name = "one packet in {0} is lost on path 1, one in {1} on path 2")
    @CsvSource({"200, 200", "50, 1000"})
    void lossOnBothPathsCostsTimeOnly(int first, int second) throws Exception {
        long octets = 16L << 20;
        try (TunWorld world = TunWorld.create(2, false);
                PathFault one = PathFault.loss(world.namespace(), TunWorld.interfaceName(1), first);
                PathFault two = PathFault.loss(world.namespace(), TunWorld.interfaceName(2), second);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(octets, 1)
                        .start()) {
            Exchange exchange =
                    Exchange.over(connect(world, server)).send(octets, 2).run();

            assertEqualOctets(exchange, server.await(), octets);
        }
    }

    @Test
    void peerThatAbortsIsAConnectionReset() throws Exception {
        try (TunWorld world = TunWorld.create(2, false);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .abortAfter(1 << 20)
                        .start()) {
            Socket socket = connect(world, server);

            assertThatThrownBy(() -> Exchange.over(socket).send(OCTETS, 1).run())
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void portOnWhichNobodyListensRefuses() throws Exception {
        try (TunWorld world = TunWorld.create(1, false);
                Socket socket = world.stack().createSocket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(world.kernelAddress(1), 9), 10_000))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("refused");
        }
    }
}
