package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.socket.MptcpSocketOptions;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TCP Fast Open (RFC 7413) of our connections to servers of the kernel, which counts what it takes. */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFastOpenServerTest {
    /** Listens with Fast Open and sends back what comes; the arguments are address, protocol and how many may be under way. */
    private static final String SERVER = String.join(
            "\n",
            "import socket, sys",
            "server = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_STREAM,"
                    + " int(sys.argv[2]))",
            "server.setsockopt(6, 23, int(sys.argv[3]))",
            "server.bind((sys.argv[1], 0))",
            "server.listen(16)",
            "print(server.getsockname()[1], flush=True)",
            "while True:",
            "    end, peer = server.accept()",
            "    while octets := end.recv(65536):",
            "        end.sendall(octets)",
            "    end.close()");

    private static final int TCP = 6;
    private static final int MPTCP = 262;
    private static final int CONNECTIONS = 4;

    @ParameterizedTest(name = "IPv6 {0}, octets {1}")
    @CsvSource({"false, 5", "true, 5", "false, 1200", "true, 1200", "false, 100000", "true, 100000"})
    void theKernelTakesTheOctetsOfOurSynOnceItHasGivenACookie(boolean ipv6, int length) throws Exception {
        try (TunWorld world = TunWorld.create(1, ipv6)) {
            Process server = serve(world, TCP, 16);
            int port = Integer.parseInt(server.inputReader().readLine());
            for (int i = 0; i < CONNECTIONS; i++) {
                exchange(world, port, false, length, i);
            }

            server.destroy();
            // The first connection got the cookie.
            assertThat(world.namespace().counters().get("TcpExtTCPFastOpenPassive"))
                    .isEqualTo(CONNECTIONS - 1);
            assertThat(world.namespace().counters().get("TcpExtTCPFastOpenCookieReqd"))
                    .isEqualTo(1);
            assertThat(world.namespace().counters().get("TcpExtTCPFastOpenPassiveFail"))
                    .isZero();
            assertThat(world.stack().counters().get(Counter.FAST_OPEN_ACTIVE)).isEqualTo(CONNECTIONS - 1);
            assertThat(world.stack().counters().get(Counter.FAST_OPEN_ACTIVE_FAILED))
                    .isZero();
        }
    }

    @ParameterizedTest(name = "IPv6 {0}")
    @CsvSource({"false", "true"})
    void whatTheKernelDoesNotTakeIsSentAgain(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(1, ipv6)) {
            Process server = serve(world, TCP, 16);
            int port = Integer.parseInt(server.inputReader().readLine());
            exchange(world, port, false, 1_000, 0);
            world.namespace().sysctl("net.ipv4.tcp_fastopen", "0");
            exchange(world, port, false, 1_000, 1);
            // That was a refusal: this one does not try.
            exchange(world, port, false, 1_000, 2);

            server.destroy();
            assertThat(world.namespace().counters().get("TcpExtTCPFastOpenPassive"))
                    .isZero();
            assertThat(world.stack().counters().get(Counter.FAST_OPEN_ACTIVE_FAILED))
                    .isEqualTo(1);
            assertThat(world.stack().counters().get(Counter.FAST_OPEN_PAUSES)).isEqualTo(1);
        }
    }

    private static Process serve(TunWorld world, int protocol, int pending) {
        world.namespace().sysctl("net.ipv4.tcp_fastopen", "3");
        return world.namespace()
                .start(List.of(
                        "python3",
                        "-c",
                        SERVER,
                        world.anyAddress(),
                        String.valueOf(protocol),
                        String.valueOf(pending)));
    }

    /** Opens a connection, writes, reads it back, writes and reads a little more, and waits for the end. */
    private static void exchange(TunWorld world, int port, boolean multipath, int length, int round) throws Exception {
        try (Socket socket = world.stack().createSocket()) {
            socket.setOption(MptcpSocketOptions.TCP_FASTOPEN_CONNECT, true);
            socket.setOption(MptcpSocketOptions.MPTCP_ENABLED, multipath);
            socket.connect(new InetSocketAddress(world.kernelAddress(1), port));
            byte[] octets = String.valueOf(round).repeat(length).getBytes(StandardCharsets.US_ASCII);
            OutputStream out = socket.getOutputStream();
            out.write(octets);
            assertThat(socket.getInputStream().readNBytes(length)).isEqualTo(octets);
            for (int i = 0; i < 3; i++) {
                out.write(octets);
                assertThat(socket.getInputStream().readNBytes(length)).isEqualTo(octets);
            }
            FallbackReason expected = multipath ? FallbackReason.NONE : FallbackReason.DISABLED;
            assertThat(MptcpStack.info(socket).fallback()).isEqualTo(expected);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }
}
