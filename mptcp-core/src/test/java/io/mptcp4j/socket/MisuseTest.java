package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionEvent.Closed;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.mptcp.scheduler.StreamView;
import io.mptcp4j.mptcp.scheduler.SubflowView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users do wrong: they are told so at once, and nobody else suffers from it. */
@Timeout(180)
class MisuseTest {
    private static PacketDevice device(String name) {
        return new VirtualLink(name, LinkProfile.IDEAL, 1).endA();
    }

    // ---- building

    @Test
    void twoDevicesOfOneNameAreRefused() {
        MptcpStackBuilder builder =
                MptcpStack.builder().device(device("wifi"), "10.0.1.2/24").device(device("wifi"), "10.0.2.2/24");

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wifi-a");
    }

    @Test
    void aBuilderMakesOneStack() throws Exception {
        MptcpStackBuilder builder = MptcpStack.builder().device(device("wifi"), "10.0.1.2/24");
        try (MptcpStack stack = builder.build()) {
            assertThatThrownBy(builder::build).isInstanceOf(IllegalStateException.class);

            assertThat(stack.isClosed()).isFalse();
        }
    }

    @Test
    void joinsWithoutAnAddressToJoinAtAreRefused() {
        MptcpStackBuilder builder = MptcpStack.builder();

        assertThatThrownBy(builder::joinsAt).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.joinsAt(InetSocketAddress.createUnresolved("server.invalid", 80)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("server.invalid");
    }

    @Test
    void aCloseTimeoutIsNotNegativeAndMayBeWithoutEnd() throws Exception {
        assertThatThrownBy(() -> MptcpStack.builder().closeTimeout(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);

        MptcpStack.builder()
                .device(device("wifi"), "10.0.1.2/24")
                .closeTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                .build()
                .close();
    }

    // ---- options

    @Test
    void anOptionForNewConnectionsIsRefusedByOneThatExists() throws Exception {
        Map<SocketOption<?>, Object> options = Map.of(
                MptcpSocketOptions.MPTCP_ENABLED, false,
                MptcpSocketOptions.MPTCP_SCHEDULER, "redundant",
                MptcpSocketOptions.MPTCP_PATH_MANAGER, "none",
                MptcpSocketOptions.TCP_CONGESTION, "lia",
                MptcpSocketOptions.TCP_FASTOPEN_CONNECT, true);
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            options.forEach((option, value) -> {
                assertRefused(() -> set(pair.client, option, value), "set it before connecting");
                assertRefused(() -> set(pair.server, option, value), "set it before connecting");
            });
            assertRefused(
                    () -> pair.listener.setOption(MptcpSocketOptions.TCP_FASTOPEN, true), "set it before binding");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T> void set(Socket socket, SocketOption<T> option, Object value) throws IOException {
        socket.setOption(option, (T) value);
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String words) {
        assertThatThrownBy(call).isInstanceOf(SocketException.class).hasMessageContaining(words);
    }

    // ---- code of users

    @Test
    void aSchedulerThatAsksTheStackIsToldNotToWaitForItself() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            Scheduler asking = new Scheduler() {
                @Override
                public int select(SubflowView[] subflows, int count, StreamView stream) {
                    try {
                        return world.client.connections().size();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }

                @Override
                public String name() {
                    return "asking";
                }
            };
            try (MptcpServerSocket listener = world.server.createServerSocket(4000);
                    MptcpSocket socket = world.client.createSocket(world.client.connectionSettings().toBuilder()
                            .scheduler(() -> asking)
                            .build())) {
                socket.connect(new InetSocketAddress(world.serverAddress(), 4000));
                try (Socket accepted = listener.accept()) {
                    socket.getOutputStream().write(1);

                    assertThat(accepted.getInputStream().read()).isEqualTo(1);
                }
                assertThat(world.client.counters().get(Counter.SCHEDULER_FAULTS))
                        .isPositive();
            }
        }
    }

    @Test
    void aListenerMayThrowAnything() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            CountDownLatch closed = new CountDownLatch(1);
            world.client.addListener(event -> {
                if (event instanceof Closed) {
                    closed.countDown();
                }
                throw new Error("anything, on purpose");
            });
            ConnectedPair.open(world).close();

            assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aPathWithoutItsAddressesIsTheCallersFaultAndNotTheStacks() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            SocketPaths paths = ((MptcpSocket) pair.client).paths();

            assertThatThrownBy(() -> paths.close(null, null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("local");
            assertThatThrownBy(() -> paths.setBackup(null, null, true)).isInstanceOf(NullPointerException.class);
            assertThat(world.client.faults()).isZero();
        }
    }

    // ---- what is left

    @Test
    void aStackThatIsClosedLeavesNoThread() throws Exception {
        MptcpStack.builder().device(device("wifi"), "10.0.1.2/24").build().close();
        int before = cleaners();
        MptcpStack[] stacks = new MptcpStack[4];
        for (int i = 0; i < stacks.length; i++) {
            stacks[i] = MptcpStack.builder()
                    .name("left")
                    .device(device("wifi"), "10.0.1.2/24")
                    .build();
            stacks[i].addListener(event -> {});
            stacks[i].close();
        }

        assertThat(cleaners()).isEqualTo(before);
        assertThat(stacks).allMatch(MptcpStack::isClosed);
    }

    private static int cleaners() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("Cleaner-"))
                .count();
    }
}
