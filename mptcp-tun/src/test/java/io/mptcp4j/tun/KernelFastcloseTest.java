package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.FastcloseOption;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.tun.testing.KernelConversation;
import io.mptcp4j.tun.testing.KernelConversation.Role;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** MP_FASTCLOSE (RFC 8684 3.5) between us and the kernel, from either side, judged by the kernel's counters. */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelFastcloseTest {
    private static final int OCTETS = 100_000;
    private static final long KERNELS_OCTETS = 64L << 20;

    @ParameterizedTest(name = "we are the {0}, by {1}")
    @CsvSource({"CLIENT, RST", "CLIENT, ACK", "SERVER, RST", "SERVER, ACK"})
    void whatWeAbortIsOverForTheKernelAtOnce(Role role, FastcloseOption option) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            var settings = world.stack().connectionSettings().toBuilder()
                    .fastclose(option)
                    .build();
            try (KernelConversation it = KernelConversation.open(world, role, settings)) {
                it.awaitSubflows(2);
                it.socket().setSoLinger(true, 0);
                it.socket().close();

                // Its program is in the middle of sending and receiving.
                assertThat(it.report().error()).isNotEmpty();
                assertThat(world.namespace().counters().get("MPTcpExtMPFastcloseRx"))
                        .isPositive();
                it.await("the end", () -> world.namespace().counters().get("MPTcpExtMPCurrEstab") == 0);
                if (option == FastcloseOption.ACK) {
                    // RFC 8684 3.5: the peer answers with a RST.
                    it.await("a RST", () -> world.stack().counters().get(Counter.RESETS_IN) > 0);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void whatTheKernelAbortsIsOverForUsAtOnce(Role role) throws Exception {
        try (TunWorld world = TunWorld.create(2, false)) {
            if (role == Role.CLIENT) {
                try (KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                                .send(KERNELS_OCTETS, 1)
                                .abortAfter(OCTETS)
                                .start();
                        Socket socket = world.stack().createSocket()) {
                    socket.connect(new InetSocketAddress(world.kernelAddress(1), server.port()), 20_000);
                    expectReset(socket);
                }
            } else {
                try (MptcpServerSocket server = world.stack().createServerSocket(0);
                        KernelPeer client = KernelPeer.client(
                                        world.namespace(), world.ownAddress(1), server.getLocalPort())
                                .send(KERNELS_OCTETS, 1)
                                .abortAfter(OCTETS)
                                .start();
                        Socket socket = server.accept()) {
                    expectReset(socket);
                }
            }
            assertThat(world.namespace().counters().get("MPTcpExtMPFastcloseTx"))
                    .isPositive();
            assertThat(world.stack().kernelCounters().get("MPTcpExtMPFastcloseRx"))
                    .isPositive();
        }
    }

    private static void expectReset(Socket socket) throws Exception {
        socket.setSoTimeout(30_000);
        TunWorld.awaitSubflows(socket, 2);
        socket.getOutputStream().write(new byte[OCTETS]);
        InputStream in = socket.getInputStream();
        assertThatThrownBy(in::readAllBytes).isInstanceOf(SocketException.class);
    }
}
