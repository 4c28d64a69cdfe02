package io.mptcp4j.tun;

import static io.mptcp4j.tun.KernelTransferTest.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two slow paths to the kernel, emulated between our stack and its TUN devices, with queues of 50 packets: both carry their part.
 * How long it takes depends on the machine too, and is judged in virtual time, in {@code AggregationTest}.
 */
@KernelTest(programs = "python3", mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelAggregationTest {
    private static final long MANY = 4L << 20;
    private static final long FEW = 80 << 10;

    @ParameterizedTest(name = "{0}+{1} Mbit/s, {2}/{3} ms")
    @CsvSource({"10, 10, 1, 25", "10, 3, 25, 1"})
    void whatWeSendTakesBothPaths(int rate1, int rate2, int delay1, int delay2) throws Exception {
        try (TunWorld world = TunWorld.shaped(path(rate1, delay1), path(rate2, delay2));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(FEW, 2)
                        .answerFirst()
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(MANY, 1).run();

            assertWhole(server.await(), exchange);
            assertPart(world.link(1).endA().counters().deliveredOctets(), rate1, rate1 + rate2);
            assertPart(world.link(2).endA().counters().deliveredOctets(), rate2, rate1 + rate2);
        }
    }

    @ParameterizedTest(name = "{0}+{1} Mbit/s, {2}/{3} ms")
    @CsvSource({"10, 10, 1, 25", "10, 3, 25, 1"})
    void whatTheKernelSendsTakesBothPaths(int rate1, int rate2, int delay1, int delay2) throws Exception {
        try (TunWorld world = TunWorld.shaped(path(rate1, delay1), path(rate2, delay2));
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(MANY, 1)
                        .start()) {
            Socket socket = server.accept();
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(FEW, 2).run();

            assertWhole(client.await(), exchange);
            assertPart(world.link(1).endB().counters().deliveredOctets(), rate1, rate1 + rate2);
            assertPart(world.link(2).endB().counters().deliveredOctets(), rate2, rate1 + rate2);
        }
    }

    private static void assertWhole(KernelPeer.Report report, Exchange exchange) {
        assertThat(report.error()).isEmpty();
        assertThat(report.isFallback()).isFalse();
        assertThat(report.subflows()).isEqualTo(2);
        assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
        assertThat(report.sentDigest()).isEqualTo(exchange.receivedDigest());
    }

    /** Half of what a path carries by its part of the rates, or more. */
    private static void assertPart(long octets, int rate, int sum) {
        assertThat(octets).isGreaterThan(MANY * rate / sum / 2);
    }

    private static LinkProfile path(int megabits, int millis) {
        return LinkProfile.IDEAL
                .withRate(megabits * 1_000_000L)
                .withDelay(Duration.ofMillis(millis))
                .withQueuePackets(50);
    }
}
