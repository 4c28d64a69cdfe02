package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transfers to and from the kernel over two subflows whose windows are coupled. */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelCongestionTest {
    private static final long OCTETS = 32L << 20;

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void coupledSubflowsDeliverEveryOctet(String name) throws Exception {
        try (TunWorld world =
                        TunWorld.create(2, false, TunOptions.DEFAULT, builder -> builder.congestionControl(name));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = KernelTransferTest.connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            KernelTransferTest.assertEqualOctets(exchange, server.await(), OCTETS);
            assertThat(world.namespace().counters().get("MPTcpExtMPJoinAckRx")).isEqualTo(1);
            assertThat(world.stack().faults()).isZero();
        }
    }
}
