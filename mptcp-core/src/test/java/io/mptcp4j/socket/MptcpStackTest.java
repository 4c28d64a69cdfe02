package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.ConnectionState;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.stream.MemoryBudget;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MptcpStackTest {
    private static final int PORT = 4000;
    private static final int LINE = 1000;
    private static final int MANY_LINES = 400;

    @Test
    void infoTellsOfTheConnectionAndItsSubflows() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(new byte[10_000]);
            pair.serverIn().readNBytes(10_000);
            pair.serverOut().write(1);
            pair.clientIn().read();
            await(() -> info(pair.client).subflows().size() >= 2);

            ConnectionInfo info = MptcpStack.info(pair.client);

            assertThat(info.mptcp()).isTrue();
            assertThat(info.fallback()).isEqualTo(FallbackReason.NONE);
            assertThat(info.state()).isEqualTo(ConnectionState.ESTABLISHED);
            assertThat(info.octetsWritten()).isEqualTo(10_000);
            assertThat(info.octetsReceived()).isEqualTo(1);
            SubflowInfo first = info.subflows().get(0);
            assertThat(first.local().getAddress()).isEqualTo(world.clientAddress());
            assertThat(first.remote()).isEqualTo(pair.listener.getLocalSocketAddress());
            assertThat(first.smoothedRttNanos()).isPositive();
            assertThat(first.congestionWindow()).isPositive();
            assertThat(pair.client.getOption(MptcpSocketOptions.MPTCP_INFO).mptcp())
                    .isTrue();
        }
    }

    @Test
    void whenMemoryIsNearlyUsedUpConnectSaysSo() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.createServerSocket(PORT)) {
            MemoryBudget memory = world.client.loop().stack().memory();
            long others = memory.limit() / 16 * 15;
            assertThat(memory.tryReserve(others)).isTrue();
            SocketAddress server = new InetSocketAddress(world.serverAddress(), PORT);

            try (Socket socket = world.client.createSocket()) {
                assertThatThrownBy(() -> socket.connect(server))
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("No buffer space available");
            }
            assertThat(world.client.counters().get(Counter.MEMORY_SHORT_REFUSALS))
                    .isEqualTo(1);

            memory.release(others);
            try (Socket socket = world.client.createSocket()) {
                socket.connect(server);
                assertThat(listener.accept()).isNotNull();
            }
        }
    }

    @Test
    void aSocketMayHaveSettingsOfItsOwn() throws Exception {
        // Given a stack that speaks MPTCP, and a socket that is allowed no version of it
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.createServerSocket(PORT)) {
            ConnectionSettings plain = world.client.connectionSettings().toBuilder()
                    .versions()
                    .receiveBuffer(64 << 10)
                    .build();
            try (Socket client = world.client.createSocket(plain)) {
                client.connect(new InetSocketAddress(world.serverAddress(), PORT));

                assertThat(client.getReceiveBufferSize()).isEqualTo(64 << 10);
                assertThat(MptcpStack.info(client).fallback()).isEqualTo(FallbackReason.DISABLED);
                assertThat(MptcpStack.info(listener.accept()).fallback())
                        .isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN);
            }
        }
    }

    @Test
    void infoIsRememberedAfterTheEnd() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            ConnectedPair pair = ConnectedPair.open(world);
            pair.clientOut().write(new byte[100]);
            pair.serverIn().readNBytes(100);
            pair.close();
            await(() -> info(pair.client).state() == ConnectionState.CLOSED);

            assertThat(info(pair.client).octetsWritten()).isEqualTo(100);
        }
    }

    @Test
    void aReaderThatLagsGetsAllAfterTheConnectionHasEnded() throws Exception {
        // Given more segments than the ring to the reader holds, and both ends done before the first is read
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = unreadAfterTheEnd(world)) {
            assertThat(pair.serverIn().readAllBytes()).isEqualTo(lines(MANY_LINES));
        }
    }

    @Test
    void whatComesTogetherWithTheEndAndAResetIsRead() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            // Given a server that is busy until everything has come
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch come = new CountDownLatch(1);
            Transcript transcript = new Transcript();
            Transcript.Blocked work =
                    transcript.begin("work", () -> world.server.loop().call(now -> {
                        busy.countDown();
                        return awaitOnLoop(come);
                    }));
            busy.await();
            pair.clientOut().write(new byte[LINE]);
            pair.client.shutdownOutput();
            await(() -> info(pair.client).state() == ConnectionState.FIN_WAIT_1);
            pair.client.setSoLinger(true, 0);
            pair.client.close();
            await(() -> info(pair.client).state() == ConnectionState.CLOSED);

            come.countDown();

            work.outcome();
            Transcript.Blocked read =
                    transcript.begin("read", () -> pair.serverIn().readAllBytes().length);
            read.outcome();
            assertThat(transcript.lines()).containsExactly("work = true", "read = " + LINE);
        }
    }

    private static boolean awaitOnLoop(CountDownLatch come) throws IOException {
        try {
            return come.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aReaderThatLagsHearsThatTheStackWasClosedBeforeItHadAll() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = unreadAfterTheEnd(world)) {
            world.server.close();

            assertThatThrownBy(() -> pair.serverIn().readAllBytes())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("closed");
        }
    }

    /** A connection whose two ends have finished, and of which the server has read nothing. */
    private static ConnectedPair unreadAfterTheEnd(MptcpWorld world) throws Exception {
        ConnectedPair pair = ConnectedPair.open(world);
        pair.client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        pair.server.shutdownOutput();
        byte[] all = lines(MANY_LINES);
        for (int i = 0; i < MANY_LINES; i++) {
            int written = i + 1;
            pair.clientOut().write(all, i * LINE, LINE);
            await(() -> info(pair.server).octetsReceived() == (long) written * LINE);
        }
        pair.client.shutdownOutput();
        await(() -> info(pair.server).state() == ConnectionState.CLOSED);
        return pair;
    }

    private static byte[] lines(int count) {
        byte[] all = new byte[count * LINE];
        new Random(count).nextBytes(all);
        return all;
    }

    @Test
    void infoOfAnUnconnectedSocketIsRefused() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Socket socket = world.socket()) {
            assertThatThrownBy(() -> MptcpStack.info(socket)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> MptcpStack.info(new Socket())).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSocketMayDoWithoutMptcp() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.serverSocket();
                Socket socket = world.socket()) {
            listener.bind(new InetSocketAddress(PORT));
            socket.setOption(MptcpSocketOptions.MPTCP_ENABLED, false);
            socket.connect(new InetSocketAddress(world.serverAddress(), PORT));
            try (Socket accepted = listener.accept()) {
                assertThat(info(socket).mptcp()).isFalse();
                assertThat(info(socket).fallback()).isEqualTo(FallbackReason.DISABLED);
                assertThat(info(accepted).fallback()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN);
            }
        }
    }

    @Test
    void factoriesMakeSocketsOfTheStack() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.serverSocketFactory().createServerSocket(PORT)) {
            try (Socket direct = world.client.socketFactory().createSocket(MptcpWorld.SERVER, PORT);
                    Socket bound = world.client
                            .socketFactory()
                            .createSocket(world.serverAddress(), PORT, world.clientAddress(), 4711)) {
                assertThat(listener.accept().getPort()).isEqualTo(direct.getLocalPort());
                assertThat(listener.accept().getPort()).isEqualTo(4711);
                assertThat(bound).isInstanceOf(MptcpSocket.class);
            }
        }
    }

    @Test
    void factoriesMadeByClassNameFindTheStackByName() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.serverSocket()) {
            listener.bind(new InetSocketAddress(PORT));
            MptcpStacks.register("lab", world.client);
            MptcpStacks.setDefault(world.client);
            try (Socket byName = new MptcpSocketFactory("lab").createSocket();
                    Socket byDefault = new MptcpSocketFactory().createSocket(world.serverAddress(), PORT)) {
                byName.connect(new InetSocketAddress(world.serverAddress(), PORT), 5000);
                assertThat(byDefault.isConnected()).isTrue();
            } finally {
                MptcpStacks.register("lab", null);
                MptcpStacks.setDefault(null);
            }
            assertThatThrownBy(() -> new MptcpSocketFactory("lab").createSocket())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("lab");
        }
    }

    @Test
    void aLingeringCloseWaitsItsTimeForAPeerThatDoesNotRead() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.serverSocket()) {
            listener.setReceiveBufferSize(64 << 10);
            listener.bind(new InetSocketAddress(PORT));
            try (Socket client = world.socket()) {
                client.setSendBufferSize(1 << 20);
                client.connect(new InetSocketAddress(world.serverAddress(), PORT), 5000);
                try (Socket server = listener.accept()) {
                    client.getOutputStream().write(new byte[1 << 20]);
                    client.setSoLinger(true, 1);

                    long before = System.nanoTime();
                    client.close();

                    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(1_000_000_000L);
                    // It has not given up: all octets come when they are read.
                    assertThat(server.getInputStream().readAllBytes()).hasSize(1 << 20);
                }
            }
        }
    }

    @Test
    void anUnreachableDestinationIsNoRoute() throws Exception {
        VirtualLink link = new VirtualLink("alone", LinkProfile.IDEAL, 1);
        try (MptcpStack stack =
                        MptcpStack.builder().device(link.endA(), "10.0.0.1/24").build();
                Socket socket = stack.createSocket()) {
            assertThatThrownBy(() -> socket.connect(new InetSocketAddress("fd00::1", 80)))
                    .isInstanceOf(NoRouteToHostException.class)
                    .hasMessage("No route to host");
        }
    }

    @Test
    void urgentDataIsRefused() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            assertThatThrownBy(() -> pair.client.sendUrgentData(1))
                    .isInstanceOf(SocketException.class)
                    .hasMessage("Urgent data not supported");
        }
    }

    @Test
    void closingASocketWithUnreadOctetsResetsTheConnection() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(new byte[5]);
            pair.serverIn().read();

            pair.server.close();

            assertThatThrownBy(() -> pair.clientIn().read()).hasMessage("Connection reset");
        }
    }

    @Test
    void noDelayMayBeSetOnAConnectedSocket() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            pair.client.setTcpNoDelay(true);
            for (int i = 0; i < 100; i++) {
                pair.clientOut().write(i);
            }

            assertThat(pair.serverIn().readNBytes(100)).hasSize(100);
            assertThat(pair.client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
        }
    }

    @Test
    void closingTheStackDeliversWhatWasWritten() throws Exception {
        try (MptcpWorld world = MptcpWorld.open(Duration.ofSeconds(60))) {
            ConnectedPair pair = ConnectedPair.open(world);
            pair.clientOut().write(new byte[200_000]);
            BlockingQueue<Integer> read = new LinkedBlockingQueue<>();
            Thread reader = new Thread(() -> {
                try {
                    read.add(pair.serverIn().readAllBytes().length);
                    pair.server.close();
                } catch (IOException e) {
                    read.add(-1);
                }
            });
            reader.start();

            world.client.close();

            assertThat(read.poll(60, TimeUnit.SECONDS)).isEqualTo(200_000);
            assertThat(world.client.isClosed()).isTrue();
            world.client.close();
        }
    }

    @Test
    void closingTheStackEndsBlockedCalls() throws Exception {
        Transcript transcript = new Transcript();
        try (MptcpWorld world = MptcpWorld.open()) {
            ConnectedPair pair = ConnectedPair.open(world);
            Transcript.Blocked read =
                    transcript.begin("read", () -> pair.serverIn().read());
            Transcript.Blocked accept = transcript.begin("accept", () -> pair.listener.accept());
            assertThat(read.staysFor(100)).isTrue();
            assertThat(accept.staysFor(1)).isTrue();

            world.server.close();

            read.outcome();
            accept.outcome();
            assertThatThrownBy(() -> world.server.createServerSocket(PORT)).hasMessageContaining("is closed");
            assertThatThrownBy(() -> world.server.createSocket().connect(new InetSocketAddress("10.1.0.1", 1)))
                    .hasMessageContaining("is closed");
        }
        assertThat(transcript.lines()).noneMatch(line -> line.endsWith("hangs"));
        assertThat(transcript.lines().get(1)).isEqualTo("accept ! java.net.SocketException: The MPTCP stack is closed");
    }

    @Test
    void anAddressMayComeAndGo() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            world.server.addAddress("first-b", "10.1.0.9/24");
            try (ServerSocket listener = world.serverSocket();
                    Socket socket = world.socket()) {
                listener.bind(new InetSocketAddress("10.1.0.9", PORT));
                socket.connect(new InetSocketAddress("10.1.0.9", PORT));
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(world.server.removeAddress(
                            io.mptcp4j.wire.IpAddress.parse("10.1.0.9").toInetAddress()))
                    .isTrue();
            assertThatThrownBy(() -> world.server.addAddress("nowhere", "10.1.0.10/24"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("first-b");
        }
    }

    @Test
    void aDeviceThatFailsTakesItsSubflowsWithItAndTheStackGoesOn() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            pair.clientOut().write(1);
            pair.serverIn().read();
            pair.serverOut().write(1);
            pair.clientIn().read();
            await(() -> info(pair.client).subflows().size() >= 2);

            world.first.close();
            pair.clientOut().write(new byte[100_000]);

            assertThat(pair.serverIn().readNBytes(100_000)).hasSize(100_000);
            assertThat(world.client.isClosed()).isFalse();
        }
    }

    private static ConnectionInfo info(Socket socket) {
        try {
            return MptcpStack.info(socket);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
