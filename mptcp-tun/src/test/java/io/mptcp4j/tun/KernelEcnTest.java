package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.tcp.EcnMode;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.PathFault;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Explicit congestion notification with the kernel, which marks packets on their way: in both roles, with super-segments. */
@KernelTest(
        programs = {"python3", "nstat", "nft"},
        mptcp = true)
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelEcnTest {
    private static final long OCTETS = 32L << 20;
    private static final String ECN = "net.ipv4.tcp_ecn";

    private static ConnectionSettings offer() {
        return ConnectionSettings.builder()
                .tcp(TcpSettings.builder().ecn(EcnMode.OFFER).build())
                .build();
    }

    @ParameterizedTest(name = "IPv6 {0}")
    @ValueSource(booleans = {false, true})
    void ourMarkedPacketsAreEchoedByAKernelServerAndReduceTheWindow(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6, TunOptions.DEFAULT, builder -> builder.connections(offer()));
                // Both paths: which of them carries how much is up to the scheduler, and one may carry all.
                PathFault first = PathFault.mark(world.namespace(), TunWorld.interfaceName(0), 50);
                PathFault second = PathFault.mark(world.namespace(), TunWorld.interfaceName(1), 50);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = KernelTransferTest.connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            KernelTransferTest.assertEqualOctets(exchange, server.await(), OCTETS);
            assertThat(world.stack().counters().get(Counter.ECN_CONNECTIONS)).isEqualTo(2);
            assertThat(world.stack().counters().get(Counter.ECN_REDUCTIONS)).isPositive();
            assertThat(world.stack().counters().get(Counter.PACKETS_IN_ECT_0)).isPositive();
            assertThat(world.stack().counters().get(Counter.DELIVERED_CE)).isPositive();
            assertThat(world.stack().faults()).isZero();
        }
    }

    @ParameterizedTest(name = "IPv6 {0}")
    @ValueSource(booleans = {false, true})
    void aKernelClientThatAsksHearsOfItsMarkedPacketsFromUs(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(1, ipv6);
                PathFault marks = PathFault.mark(world.namespace(), TunWorld.interfaceName(1), 50);
                MptcpServerSocket server = world.stack().createServerSocket(0)) {
            world.namespace().sysctl(ECN, "1");
            try (KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                    .send(OCTETS, 1)
                    .start()) {
                Exchange exchange =
                        Exchange.over(server.accept()).send(OCTETS, 2).run();

                KernelTransferTest.assertEqualOctets(exchange, client.await(), OCTETS);
            }
            assertThat(world.stack().counters().get(Counter.ECN_CONNECTIONS)).isEqualTo(1);
            assertThat(world.stack().counters().get(Counter.PACKETS_IN_CE)).isPositive();
            assertThat(world.namespace().counters().get("TcpExtTCPDeliveredCE")).isPositive();
            assertThat(world.stack().faults()).isZero();
        }
    }
}
