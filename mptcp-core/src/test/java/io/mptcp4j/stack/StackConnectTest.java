package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.wire.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StackConnectTest {
    private final StackPair.Recorder recorder = new StackPair.Recorder();
    private final StackPair.Recorder accepted = new StackPair.Recorder();

    @AutoClose
    private StackPair pair;

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00:0::2"})
    void carriesOctetsBothWaysAndForgetsTheConnectionAfterItsEnd(String remote) {
        pair = new StackPair();
        Listener listener = pair.listen(5);
        MptcpConnection client = pair.connect(recorder, IpAddress.parse(remote));
        assertThat(pair.run(() -> listener.acceptable() == 1, 50)).isTrue();
        MptcpConnection server = listener.accept(accepted);

        write(client, "question", pair);
        write(server, "answer", pair);
        pair.run(() -> client.receiveStream().available() == 6, 100);

        assertThat(read(server)).isEqualTo("question");
        assertThat(read(client)).isEqualTo("answer");

        client.close(pair.now);
        pair.run(() -> server.receiveStream().isComplete(), 200);
        server.close(pair.now);
        assertThat(pair.run(() -> pair.client.connectionCount() + pair.server.connectionCount() == 0, 3_000))
                .isTrue();
        assertThat(pair.client.subflowCount()).isZero();
        assertThat(recorder.cause).isEqualTo(CloseCause.NORMAL);
        assertThat(accepted.cause).isEqualTo(CloseCause.NORMAL);
    }

    @Test
    void tellsThatAClosedPortRefused() {
        pair = new StackPair();

        pair.connect(recorder);
        pair.run(() -> recorder.cause != null, 50);

        assertThat(recorder.cause).isEqualTo(CloseCause.REFUSED);
        assertThat(pair.client.subflowCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "fd00::2"})
    void packetsMayGoAsFarAsTheSettingsSay(String remote) {
        // RFC 9293 3.9.2: the TTL is configurable.
        TestHost near = new TestHost(StackSettings.builder().hopLimit(3).build());
        TestHost usual = new TestHost();
        for (TestHost host : List.of(near, usual)) {
            host.stack.connect(ConnectionSettings.DEFAULT, recorder, null, 0, IpAddress.parse(remote), 80, host.now);
            host.stack.output(host.now);
        }

        int place = IpAddress.parse(remote).isIpv4() ? 8 : 7;
        assertThat(near.device.sent.get(0)[place]).isEqualTo((byte) 3);
        assertThat(usual.device.sent.get(0)[place]).isEqualTo((byte) 64);
        for (int wrong : new int[] {0, 256}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> StackSettings.builder().hopLimit(wrong).build());
        }
    }

    @Test
    void opensNothingWhenMemoryIsNearlyUsedUp() {
        pair = new StackPair();
        pair.listen(5);
        MemoryBudget memory = pair.client.memory();
        assertThat(memory.tryReserve(memory.limit() / 16 * 15)).isTrue();

        assertThat(pair.connect(recorder)).isNull();

        assertThat(pair.client.counters().get(Counter.MEMORY_SHORT_REFUSALS)).isEqualTo(1);
        assertThat(pair.client.connectionCount()).isZero();
        memory.release(memory.limit() / 16 * 15);
        assertThat(pair.connect(recorder)).isNotNull();
    }

    @Test
    void addsSubflowsOverASecondWireByTheToken() {
        pair = new StackPair(2, StackSettings.DEFAULT, DeviceCapabilities.NONE);
        Listener listener = pair.listen(5);
        MptcpConnection client = pair.connect(recorder);
        pair.run(() -> listener.acceptable() == 1, 50);
        MptcpConnection server = listener.accept(accepted);

        write(client, "question", pair);
        pair.run(() -> client.subflowCount() == 4 && server.subflowCount() == 4, 500);

        // IPv4 and IPv6 over each wire.
        assertThat(pair.server.subflowCount()).isEqualTo(4);
        assertThat(pair.server.connectionCount()).isEqualTo(1);
    }

    @Test
    void goesOnOverTheSecondWireWhenTheFirstDeviceGoesDown() {
        pair = new StackPair(2, StackSettings.DEFAULT, DeviceCapabilities.NONE);
        Listener listener = pair.listen(5);
        MptcpConnection client = pair.connect(recorder);
        pair.run(() -> listener.acceptable() == 1, 50);
        MptcpConnection server = listener.accept(accepted);
        write(client, "one", pair);
        pair.run(() -> server.subflowCount() == 4, 500);
        pair.run(() -> false, 20);

        pair.wires[0][0].cut();
        pair.client.onDeviceDown(0, pair.now);
        write(client, "two", pair);
        pair.run(() -> server.receiveStream().available() == 6, 500);

        assertThat(read(server)).isEqualTo("onetwo");
        assertThat(pair.client.localAddressCount()).isEqualTo(2);
        assertThat(recorder.cause).isNull();
    }

    @Test
    void resetsWhatNobodyAcceptedWhenTheListenerCloses() {
        pair = new StackPair();
        Listener listener = pair.listen(5);
        pair.connect(recorder);
        pair.run(() -> listener.acceptable() == 1, 50);

        listener.close(pair.now);
        pair.run(() -> recorder.cause != null, 200);

        assertThat(recorder.cause).isEqualTo(CloseCause.RESET);
        assertThat(listener.acceptable()).isZero();
        assertThat(pair.listen(5)).as("the port is free").isNotNull();
    }

    @Test
    void dropsSynsWhenTheAcceptQueueIsFullAndTakesThemLater() {
        pair = new StackPair();
        Listener listener = pair.listen(1);
        pair.connect(new StackPair.Recorder());
        pair.run(() -> listener.acceptable() == 1, 50);

        pair.connect(recorder);
        pair.run(() -> recorder.established, 4);

        assertThat(recorder.established).isFalse();
        assertThat(pair.server.counters().dropped(DropReason.BACKLOG_FULL)).isPositive();
        assertThat(listener.accept(accepted)).isNotNull();
        assertThat(pair.run(() -> listener.acceptable() == 1, 200)).isTrue();
    }

    @Test
    void boundsTheConnectionsOfTheStack() {
        pair = new StackPair(1, StackSettings.builder().maxConnections(1).build(), DeviceCapabilities.NONE);
        Listener listener = pair.listen(5);
        pair.connect(new StackPair.Recorder());
        pair.connect(recorder);

        pair.run(() -> listener.acceptable() == 2, 20);

        assertThat(listener.acceptable()).isEqualTo(1);
        assertThat(pair.server.connectionCount()).isEqualTo(1);
        assertThat(pair.server.counters().dropped(DropReason.LIMIT_REACHED)).isPositive();
    }

    @Test
    void listensOnOneAddressOrAnyAndPrefersTheOne() {
        pair = new StackPair();
        Listener any = pair.listen(5);
        Listener one = pair.server.listen(
                StackPair.serverAddress(), StackPair.PORT, 5, ConnectionSettings.DEFAULT, listener -> {});

        pair.connect(new StackPair.Recorder());
        pair.connect(new StackPair.Recorder(), IpAddress.parse("fd00::2"));
        pair.run(() -> one.acceptable() == 1 && any.acceptable() == 1, 50);

        assertThat(one.acceptable()).isEqualTo(1);
        assertThat(any.acceptable()).isEqualTo(1);
        assertThat(pair.listen(5)).as("any is taken").isNull();
    }

    @Test
    void findsAFreePortForAListener() {
        pair = new StackPair();

        Listener listener = pair.server.listen(null, 0, 5, ConnectionSettings.DEFAULT, which -> {});

        assertThat(listener.port()).isBetween(32_768, 60_999);
    }

    @Test
    void connectsNowhereWithoutARoute() {
        pair = new StackPair();

        assertThat(pair.connect(recorder, IpAddress.parse("192.168.1.1"))).isNull();
        assertThat(pair.connect(recorder, IpAddress.parse("10.0.0.1")))
                .as("no loopback")
                .isNull();
        assertThat(pair.client.counters().dropped(DropReason.NO_ROUTE)).isEqualTo(2);
        assertThat(pair.client.connectionCount()).isZero();
    }

    private static void write(MptcpConnection connection, String text, StackPair pair) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        connection.sendStream().write(octets, 0, octets.length);
        connection.onWritten(pair.now);
    }

    private static String read(MptcpConnection connection) {
        byte[] octets = new byte[100];
        int count = connection.receiveStream().read(octets, 0, octets.length);
        return new String(octets, 0, Math.max(count, 0), StandardCharsets.US_ASCII);
    }
}
