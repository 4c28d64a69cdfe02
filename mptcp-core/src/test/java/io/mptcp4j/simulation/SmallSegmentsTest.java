package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.TwoHosts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Segments that are smaller than they could be, over two paths. */
class SmallSegmentsTest {
    private static final LinkProfile QUICK = LinkProfile.IDEAL.withDelay(Duration.ofMillis(10));
    private static final LinkProfile SLOW = LinkProfile.IDEAL.withDelay(Duration.ofMillis(15));
    private static final int PORT = 99;
    private static final int STEPS = 10_000;

    private final TwoHosts hosts = TwoHosts.builder(1).path(QUICK).path(SLOW).build();

    @Test
    void whatNagleHoldsBackOnOneSubflowDoesNotGoOnAnother() {
        try (hosts) {
            // given: a connection with a subflow on each path, both of which have carried nothing yet
            hosts.server().listen(null, PORT, 1, ConnectionSettings.DEFAULT, listener -> {});
            MptcpConnection connection = hosts.client()
                    .connect(ConnectionSettings.DEFAULT, new Nobody(), null, 0, hosts.serverAddress(0), PORT, now());
            write(connection);
            hosts.network().run(() -> isAcknowledgedOverTwoSubflows(connection), STEPS);
            assertThat(connection.subflowCount()).isEqualTo(2);

            // when: two small writes, the second before the first is acknowledged
            write(connection);
            hosts.network().run(() -> false, now() + Duration.ofMillis(2).toNanos(), STEPS);
            write(connection);
            hosts.network().run(() -> false, now() + Duration.ofMillis(2).toNanos(), STEPS);

            // then RFC 9293 3.7.4: the second waits
            assertThat(connection.subflow(0).tcp().octetsSent()).isEqualTo(200);
            assertThat(connection.subflow(1).tcp().octetsSent()).isZero();

            hosts.network().run(() -> connection.sendStream().released() == 300, STEPS);
            assertThat(connection.sendStream().released()).isEqualTo(300);
        }
    }

    private void write(MptcpConnection connection) {
        connection.sendStream().write(new byte[100], 0, 100);
        connection.onWritten(now());
    }

    private static boolean isAcknowledgedOverTwoSubflows(MptcpConnection connection) {
        return connection.subflowCount() == 2
                && connection.sendStream().released() == 100
                && connection.subflow(1).isUsable();
    }

    private long now() {
        return hosts.network().clock().now();
    }

    private static final class Nobody implements ConnectionObserver {
        @Override
        public void onEstablished(MptcpConnection connection) {}

        @Override
        public void onReadable(MptcpConnection connection) {}

        @Override
        public void onWritable(MptcpConnection connection) {}

        @Override
        public void onClosed(MptcpConnection connection, CloseCause cause) {}
    }
}
