package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.tcp.TcpState;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Fast Open as applications have it (RFC 7413): an option before connecting, and the first write goes out with the SYN. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FastOpenSocketTest {
    private static final int PORT = 7002;
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    private static final byte[] HELLO = "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private MptcpWorld world;
    private ServerSocket listener;

    @BeforeEach
    void open() throws IOException {
        world = MptcpWorld.openPlain();
        listener = world.server.createServerSocket();
        listener.setOption(MptcpSocketOptions.TCP_FASTOPEN, true);
        listener.bind(new InetSocketAddress(PORT));
        // The first connection gets the cookie.
        try (Socket first = connected();
                Socket accepted = listener.accept()) {
            assertThat(isWaiting(first)).isFalse();
            accepted.close();
            assertThat(first.getInputStream().read()).isEqualTo(-1);
        }
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
        world.close();
    }

    private Socket socket() throws IOException {
        return socket(PATIENCE);
    }

    /** With Fast Open, and a SYN that is repeated, without its octets, after this time only, however busy the machine is. */
    private Socket socket(Duration initialRto) throws IOException {
        ConnectionSettings settings = world.client.connectionSettings();
        Socket socket = world.client.createSocket(settings.toBuilder()
                .tcp(settings.tcp().toBuilder().initialRto(initialRto).build())
                .build());
        socket.setOption(MptcpSocketOptions.TCP_FASTOPEN_CONNECT, true);
        return socket;
    }

    private Socket connected() throws IOException {
        return connected(PATIENCE);
    }

    private Socket connected(Duration initialRto) throws IOException {
        Socket socket = socket(initialRto);
        socket.connect(new InetSocketAddress(world.serverAddress(), PORT));
        return socket;
    }

    /** Whether nothing has been sent yet. */
    private static boolean isWaiting(Socket socket) throws IOException {
        SubflowInfo subflow = ((MptcpSocket) socket).connectionInfo().subflows().get(0);
        return subflow.state() == TcpState.SYN_SENT && subflow.tcp().segmentsSent() == 0;
    }

    private long opened() {
        return world.client.counters().get(Counter.FAST_OPEN_ACTIVE);
    }

    @Test
    void itIsOffUnlessItIsAskedFor() throws Exception {
        try (Socket socket = world.client.createSocket();
                ServerSocket server = world.server.createServerSocket()) {
            assertThat(socket.getOption(MptcpSocketOptions.TCP_FASTOPEN_CONNECT))
                    .isFalse();
            assertThat(server.getOption(MptcpSocketOptions.TCP_FASTOPEN)).isFalse();
        }
    }

    @Test
    void aStackMayHaveItForAllItsSockets() throws Exception {
        VirtualLink link = new VirtualLink("own", LinkProfile.IDEAL, 1);
        try (MptcpStack stack = MptcpStack.builder()
                        .device(link.endA(), "10.9.0.1/24")
                        .fastOpen(true)
                        .build();
                Socket socket = stack.socketFactory().createSocket();
                ServerSocket server = stack.createServerSocket()) {
            assertThat(socket.getOption(MptcpSocketOptions.TCP_FASTOPEN_CONNECT))
                    .isTrue();
            assertThat(server.getOption(MptcpSocketOptions.TCP_FASTOPEN)).isTrue();
        }
    }

    @Test
    void theFirstWriteGoesWithTheSyn() throws Exception {
        try (Socket socket = connected()) {
            assertThat(socket.isConnected()).isTrue();
            assertThat(isWaiting(socket)).isTrue();
            socket.getOutputStream().write(HELLO);
            assertThat(opened()).isEqualTo(1);
            try (Socket accepted = listener.accept()) {
                assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
                accepted.getOutputStream().write(HELLO);
                assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void aWriteLargerThanTheBufferIsDeliveredAsOne() throws Exception {
        byte[] octets = new byte[300_000];
        new java.util.Random(1).nextBytes(octets);
        try (Socket socket = socket()) {
            socket.setSendBufferSize(16_384);
            socket.connect(new InetSocketAddress(world.serverAddress(), PORT));
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(octets);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            writer.start();
            try (Socket accepted = listener.accept()) {
                assertThat(accepted.getInputStream().readAllBytes()).isEqualTo(octets);
            }
            writer.join();
            assertThat(opened()).isEqualTo(1);
        }
    }

    @Test
    void whoReadsFirstSendsASynWithoutOctets() throws Exception {
        try (Socket socket = connected()) {
            Thread server = new Thread(() -> {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write(HELLO);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            server.start();
            assertThat(socket.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            server.join();
            assertThat(opened()).isZero();
        }
    }

    @Test
    void whoEndsItsStreamFirstSendsASynWithoutOctets() throws Exception {
        try (Socket socket = connected()) {
            socket.shutdownOutput();
            try (Socket accepted = listener.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void whoClosesFirstSendsNothing() throws Exception {
        long opens = world.server.counters().get(Counter.PASSIVE_OPENS);
        connected().close();
        try (Socket next = connected()) {
            next.getOutputStream().write(HELLO);
            listener.accept().close();
        }
        assertThat(world.server.counters().get(Counter.PASSIVE_OPENS)).isEqualTo(opens + 1);
    }

    @Test
    void aRefusalIsThrownByTheFirstWriteOrRead() throws Exception {
        listener.close();
        try (Socket socket = connected()) {
            assertThatThrownBy(() -> socket.getOutputStream().write(HELLO))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Connection refused");
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(ConnectException.class);
        }
        // After a refusal the destination is spared for a while: this one is refused in connect.
        try (Socket socket = socket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress(world.serverAddress(), PORT)))
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void theFirstWriteTakesNoLongerThanConnectWasAllowed() throws Exception {
        world.first.cut();
        try (Socket socket = socket()) {
            socket.connect(new InetSocketAddress(world.serverAddress(), PORT), 200);
            assertThatThrownBy(() -> socket.getOutputStream().write(HELLO))
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Connect timed out");
            assertThatThrownBy(() -> socket.getOutputStream().write(HELLO))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Socket closed");
        }
    }

    @Test
    void aReadThatTimesOutLeavesTheConnectionToComeUp() throws Exception {
        world.first.cut();
        try (Socket socket = connected(Duration.ofSeconds(1))) {
            socket.setSoTimeout(100);
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("Read timed out");
            world.first.heal();
            socket.getOutputStream().write(HELLO);
            try (Socket accepted = listener.accept()) {
                assertThat(accepted.getInputStream().readNBytes(HELLO.length)).isEqualTo(HELLO);
            }
        }
    }

    @Test
    void aCloseEndsAWriteThatWaitsForTheAnswer() throws Exception {
        world.first.cut();
        Socket socket = connected();
        Throwable[] thrown = new Throwable[1];
        Thread writer = new Thread(() -> {
            try {
                socket.getOutputStream().write(HELLO);
            } catch (IOException e) {
                thrown[0] = e;
            }
        });
        writer.start();
        while (writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        socket.close();
        writer.join();
        assertThat(thrown[0]).isInstanceOf(SocketException.class).hasMessage("Socket closed");
    }
}
