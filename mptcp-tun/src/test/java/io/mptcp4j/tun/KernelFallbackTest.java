package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackPolicy;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.PathFault;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain TCP with the kernel where MPTCP is not to be had, and why. */
@KernelTest(
        programs = {"python3", "nstat", "nft"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFallbackTest {
    private static final long OCTETS = 1L << 20;

    /** An MPTCP server of the kernel that echoes what two connections send, one after the other. */
    private static final String ECHO_TWICE = String.join(
            "\n",
            "import socket",
            "server = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
            "server.bind(('0.0.0.0', 0))",
            "server.listen(4)",
            "print(server.getsockname()[1], flush=True)",
            "for i in range(2):",
            "    end = server.accept()[0]",
            "    octets = end.recv(65536)",
            "    while octets:",
            "        end.sendall(octets)",
            "        octets = end.recv(65536)",
            "    end.close()");

    @Test
    void aPathThatSwallowsMptcpIsFoundAndSpared() throws Exception {
        // RFC 8684 3.9.3
        try (TunWorld world = TunWorld.create(1, false);
                PathFault firewall = PathFault.swallowMptcp(world.namespace(), TunWorld.interfaceName(1))) {
            Process echo = world.namespace().start(List.of("python3", "-c", ECHO_TWICE));
            int port = Integer.parseInt(echo.inputReader().readLine());
            ConnectionSettings settings = world.stack().connectionSettings().toBuilder()
                    .synRetriesBeforeFallback(1)
                    .build();

            assertThat(echoed(world, settings, port)).isEqualTo(FallbackReason.SYN_LOST);
            assertThat(echoed(world, settings, port)).isEqualTo(FallbackReason.SWALLOWED_BEFORE);

            assertThat(world.namespace().counters().get("MPTcpExtMPCapableSYNRX"))
                    .isZero();
            assertThat(world.stack().counters().get(Counter.BLACKHOLES)).isEqualTo(1);
            assertThat(world.stack().counters().get(Counter.FALLBACK_SWALLOWED_BEFORE))
                    .isEqualTo(1);
            echo.destroy();
        }
    }

    private static FallbackReason echoed(TunWorld world, ConnectionSettings settings, int port) throws Exception {
        try (Socket socket = world.stack().createSocket(settings)) {
            socket.connect(new InetSocketAddress(world.kernelAddress(1), port));
            FallbackReason reason = MptcpStack.info(socket).fallback();
            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();
            assertThat(exchange.receivedDigest()).isEqualTo(exchange.sentDigest());
            return reason;
        }
    }

    @Test
    void aKernelThatSpeaksPlainTcpIsRefusedWhereMptcpIsWanted() throws Exception {
        try (TunWorld world = TunWorld.create(1, false);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .plainTcp()
                        .start()) {
            ConnectionSettings refusing = world.stack().connectionSettings().toBuilder()
                    .fallbackPolicy(FallbackPolicy.REFUSE)
                    .build();
            try (Socket socket = world.stack().createSocket(refusing)) {
                assertThatThrownBy(() -> socket.connect(new InetSocketAddress(world.kernelAddress(1), server.port())))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK.words());
            }
        }
    }

    @Test
    void theKernelWhichSpeaksNoVersion0IsSpokenToInPlainTcp() throws Exception {
        try (TunWorld world = TunWorld.create(1, false);
                KernelPeer server = server(world)) {
            ConnectionSettings version0 = world.stack().connectionSettings().toBuilder()
                    .versions(MptcpVersion.V0)
                    .build();
            try (Socket socket = world.stack().createSocket(version0)) {
                socket.connect(new InetSocketAddress(world.kernelAddress(1), server.port()));
                assertThat(MptcpStack.info(socket).fallback()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK);
                Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();
                KernelPeer.Report report = server.await();
                assertThat(exchange.receivedDigest()).isEqualTo(report.sentDigest());
                assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
            }
        }
    }

    private static KernelPeer server(TunWorld world) throws Exception {
        return KernelPeer.server(world.namespace(), world.anyAddress())
                .send(OCTETS, 1)
                .start();
    }
}
