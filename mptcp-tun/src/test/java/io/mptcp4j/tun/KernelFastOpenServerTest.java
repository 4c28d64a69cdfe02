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
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFastOpenServerTest {
    /**
     * Listens with Fast Open and sends back what comes; the arguments are address, protocol and how many may be under way. It
     * answers when the third ACK has come: what an MPTCP socket of Linux 6.18 is given to send before, it keeps until it is given
     * more, also where its client is of the kernel.
     */
    private static final String SERVER = String.join(
            "\n",
            "import socket, sys, time",
            "server = socket.socket(socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET, socket.SOCK_STREAM,"
                    + " int(sys.argv[2]))",
            "server.setsockopt(6, 23, int(sys.argv[3]))",
            "server.bind((sys.argv[1], 0))",
            "server.listen(16)",
            "print(server.getsockname()[1], flush=True)",
            "while True:",
            "    end, peer = server.accept()",
            "    while octets := end.recv(65536):",
            "        while end.getsockopt(6, 11, 1)[0] == 3:",
            "            time.sleep(0.001)",
            "        end.sendall(octets)",
            "    end.close()");

    private static final int TCP = 6;
    private static final int MPTCP = 262;
    private static final int CONNECTIONS = 4;

    @ParameterizedTest(name = "protocol {0}, IPv6 {1}, octets {2}")
    @CsvSource({
        TCP + ", false, 5",
        TCP + ", true, 5",
        TCP + ", false, 1200",
        TCP + ", true, 1200",
        TCP + ", false, 100000",
        TCP + ", true, 100000",
        MPTCP + ", false, 5",
        MPTCP + ", true, 5",
        MPTCP + ", false, 1200",
        MPTCP + ", true, 1200",
        MPTCP + ", false, 100000",
        MPTCP + ", true, 100000"
    })
    void theKernelTakesTheOctetsOfOurSynOnceItHasGivenACookie(int protocol, boolean ipv6, int length) throws Exception {
        try (TunWorld world = TunWorld.create(1, ipv6)) {
            Process server = serve(world, protocol, 16);
            int port = Integer.parseInt(server.inputReader().readLine());
            for (int i = 0; i < CONNECTIONS; i++) {
                exchange(world, port, protocol == MPTCP, length, i);
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

    @ParameterizedTest(name = "protocol {0}, IPv6 {1}")
    @CsvSource({TCP + ", false", TCP + ", true", MPTCP + ", false", MPTCP + ", true"})
    void whatTheKernelDoesNotTakeIsSentAgain(int protocol, boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(1, ipv6)) {
            Process server = serve(world, protocol, 16);
            int port = Integer.parseInt(server.inputReader().readLine());
            exchange(world, port, protocol == MPTCP, 1_000, 0);
            world.namespace().sysctl("net.ipv4.tcp_fastopen", "0");
            exchange(world, port, protocol == MPTCP, 1_000, 1);
            // That was a refusal: this one does not try.
            exchange(world, port, protocol == MPTCP, 1_000, 2);

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
