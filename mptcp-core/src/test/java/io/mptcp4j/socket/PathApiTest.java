package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.tcp.TcpState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Subflows, endpoints and devices in the hands of applications, from threads of their own. */
@Timeout(180)
class PathApiTest {
    private static final LinkProfile LINK = LinkProfile.IDEAL.withDelay(Duration.ofNanos(200_000));

    // ---- the application decides

    @Test
    void anApplicationOpensAndClosesSubflows() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "application")) {
            assertThat(pair.subflows()).hasSize(1);
            await(() -> pair.peerAddresses().size() == 2);
            InetSocketAddress second = pair.peerAddresses().get(1);

            assertThat(pair.paths().open(address("10.2.0.1"), second, true)).isTrue();
            await(() -> pair.usable() == 2);
            SubflowInfo opened = pair.subflows().get(1);
            assertThat(opened.backup()).isTrue();

            assertThat(pair.paths().setBackup(opened.local(), opened.remote(), false))
                    .isTrue();
            await(() -> !pair.subflows().get(1).backup());
            assertThat(pair.paths().close(opened.local(), opened.remote())).isTrue();
            await(() -> pair.usable() == 1);
            assertThat(pair.paths().close(opened.local(), opened.remote())).isFalse();
            pair.exchange();
        }
    }

    @Test
    void whatCannotBeDoneIsRefused() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "application")) {
            SocketPaths paths = pair.paths();
            InetSocketAddress stranger = new InetSocketAddress(address("10.9.9.9"), 9);

            assertThat(paths.open(address("10.9.9.9"), null, false)).isFalse();
            assertThat(paths.open(null, stranger, false)).isFalse();
            assertThat(paths.close(stranger, stranger)).isFalse();
            assertThat(paths.setBackup(stranger, stranger, true)).isFalse();
            assertThat(paths.announce(address("10.9.9.9"), 0)).isFalse();
            assertThat(paths.withdraw(address("10.2.0.1"), 0)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> paths.announce(address("10.2.0.1"), 70_000));
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("stranger", 9);
            assertThatIllegalArgumentException().isThrownBy(() -> paths.open(null, unresolved, false));
            assertThat(world.client.faults()).isZero();
            pair.close();
            await(() -> pair.isOver());
            assertThat(paths.open(null, null, false)).isFalse();
        }
    }

    @Test
    void aServersApplicationAnnouncesAndWithdraws() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "application")) {
            SocketPaths server = ((MptcpSocket) pair.accepted).paths();
            await(() -> pair.peerAddresses().size() == 2);

            assertThat(server.announce(address("10.2.0.2"), 7777)).isTrue();
            await(() -> pair.peerAddresses().size() == 3);
            assertThat(pair.peerAddresses().get(2)).isEqualTo(new InetSocketAddress(address("10.2.0.2"), 7777));
            // A join to an announced port needs no server socket.
            assertThat(pair.paths()
                            .open(address("10.2.0.1"), pair.peerAddresses().get(2), false))
                    .isTrue();
            await(() -> pair.usable() == 2);

            assertThat(server.withdraw(address("10.2.0.2"), 7777)).isTrue();
            await(() -> pair.usable() == 1);
            pair.exchange();
        }
    }

    @Test
    void manyThreadsMayAskAtOnce() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "application")) {
            await(() -> pair.peerAddresses().size() == 2);
            InetSocketAddress second = pair.peerAddresses().get(1);
            ExecutorService pool = Executors.newFixedThreadPool(8);
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                done.add(pool.submit(() -> {
                    for (int turn = 0; turn < 25; turn++) {
                        pair.paths().open(address("10.2.0.1"), second, turn % 2 == 0);
                        for (SubflowInfo subflow : pair.subflows()) {
                            if (subflow.local().getAddress().equals(address("10.2.0.1"))) {
                                pair.paths().setBackup(subflow.local(), subflow.remote(), turn % 3 == 0);
                                pair.paths().close(subflow.local(), subflow.remote());
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> future : done) {
                future.get(100, TimeUnit.SECONDS);
            }
            pool.shutdown();

            pair.exchange();
            assertThat(world.client.faults()).isZero();
            // As many again may be in TIME-WAIT, which does not count.
            assertThat(pair.subflows().stream().filter(subflow -> subflow.state() != TcpState.TIME_WAIT))
                    .hasSizeLessThanOrEqualTo(8);
            assertThat(pair.subflows()).hasSizeLessThanOrEqualTo(16);
        }
    }

    // ---- endpoints

    @Test
    void endpointsAreAddedChangedAndRemovedWhileConnected() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "endpoints")) {
            StackEndpoints endpoints = world.client.endpoints();
            assertThat(pair.subflows()).hasSize(1);

            endpoints.limits(4, 0);
            int id = endpoints.add("10.2.0.1 id 42 subflow backup");
            assertThat(id).isEqualTo(42);
            await(() -> pair.usable() == 2);
            assertThat(pair.subflows().get(1).backup()).isTrue();
            assertThat(pair.subflows().get(1).local().getAddress()).isEqualTo(address("10.2.0.1"));

            endpoints.change(id, Endpoint.Flag.BACKUP, false);
            await(() -> !pair.subflows().get(1).backup());

            endpoints.remove(id);
            await(() -> pair.usable() == 1);
            assertThat(endpoints.show().list()).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> endpoints.remove(id));
            pair.exchange();
        }
    }

    @Test
    void theFirstAddressIsTakenAwayAndTheOtherGoesOn() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "endpoints")) {
            world.client.endpoints().add("10.2.0.1 subflow");
            await(() -> pair.usable() == 2);

            assertThat(world.client.endpoints().removeInitial(address(MptcpWorld.CLIENT)))
                    .isEqualTo(1);

            await(() -> pair.usable() == 1);
            assertThat(pair.usableFrom("10.2.0.1")).isEqualTo(1);
            pair.exchange();
        }
    }

    // ---- devices

    @Test
    void devicesComeAndGoWhileConnected() throws Exception {
        VirtualLink third = new VirtualLink("third", LINK, 3);
        try (MptcpWorld world = MptcpWorld.open();
                Connection pair = Connection.open(world, "fullmesh")) {
            await(() -> pair.usableFrom("10.2.0.1") > 0);

            world.server.addDevice(third.endB(), "10.3.0.2/24");
            world.client.addDevice(third.endA(), "10.3.0.1/24");
            await(() -> pair.usableFrom("10.3.0.1") > 0);
            assertThatIllegalArgumentException().isThrownBy(() -> world.client.addDevice(third.endA(), "10.4.0.1/24"));
            VirtualLink clash = new VirtualLink("clash", LINK, 4);
            assertThatIllegalArgumentException().isThrownBy(() -> world.client.addDevice(clash.endA(), "10.3.0.1/24"));

            for (String device :
                    List.of(world.first.endA().name(), world.second.endA().name())) {
                world.client.removeDevice(device);
            }
            await(() -> pair.usable() == pair.usableFrom("10.3.0.1"));
            pair.exchange();
            world.client.setUp(third.endA().name(), false);
            await(() -> pair.subflows().isEmpty());
            world.client.setUp(third.endA().name(), true);
            await(() -> pair.usable() > 0);
            pair.exchange();
            assertThat(world.client.faults()).isZero();
        }
    }

    // ---- path managers of users

    @Test
    void aPathManagerThatThrowsIsPutOutOfActionAndTheConnectionGoesOn() throws Exception {
        PathManager throwing = new PathManager() {
            @Override
            public void onEstablished(PathRequests requests, long nowNanos) {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void onSubflowClosed(
                    PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
                throw new IllegalStateException("not called again");
            }
        };
        try (MptcpWorld world = MptcpWorld.open();
                MptcpServerSocket listener = world.server.createServerSocket(4000);
                MptcpSocket socket = world.client.createSocket(world.client.connectionSettings().toBuilder()
                        .pathManager(() -> throwing)
                        .build())) {
            socket.connect(new InetSocketAddress(world.serverAddress(), 4000));
            try (Connection pair = new Connection(socket, listener.accept())) {
                pair.exchange();
                await(() -> world.client.counters().get(Counter.PATH_MANAGERS_FAILED) == 1);

                assertThat(world.client.faults()).isZero();
                assertThat(pair.paths().open(null, null, false)).isTrue();
                await(() -> pair.usable() == 2);
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("the time by which it should have happened")
                    .isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static InetAddress address(String literal) {
        return io.mptcp4j.wire.IpAddress.parse(literal).toInetAddress();
    }

    /** A connection that has proved itself. */
    private static final class Connection implements AutoCloseable {
        private final MptcpSocket socket;
        private final Socket accepted;

        Connection(MptcpSocket socket, Socket accepted) {
            this.socket = socket;
            this.accepted = accepted;
        }

        static Connection open(MptcpWorld world, String pathManager) throws IOException {
            MptcpSocket socket = (MptcpSocket) world.socket();
            socket.setOption(MptcpSocketOptions.MPTCP_PATH_MANAGER, pathManager);
            try (MptcpServerSocket listener = world.server.createServerSocket(0)) {
                socket.connect(new InetSocketAddress(world.serverAddress(), listener.getLocalPort()));
                Connection made = new Connection(socket, listener.accept());
                made.exchange();
                return made;
            }
        }

        void exchange() throws IOException {
            socket.getOutputStream().write(new byte[5000]);
            assertThat(accepted.getInputStream().readNBytes(5000)).hasSize(5000);
            accepted.getOutputStream().write(new byte[3000]);
            assertThat(socket.getInputStream().readNBytes(3000)).hasSize(3000);
        }

        SocketPaths paths() throws IOException {
            return socket.paths();
        }

        List<SubflowInfo> subflows() {
            try {
                return socket.connectionInfo().subflows();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isOver() {
            try {
                return socket.connectionInfo().state() == io.mptcp4j.mptcp.ConnectionState.CLOSED;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        long usable() {
            return subflows().stream().filter(SubflowInfo::usable).count();
        }

        long usableFrom(String local) {
            return subflows().stream()
                    .filter(subflow ->
                            subflow.usable() && subflow.local().getAddress().equals(address(local)))
                    .count();
        }

        List<InetSocketAddress> peerAddresses() {
            try {
                return paths().peerAddresses();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            accepted.close();
        }
    }
}
