package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each scheduler over two paths to the kernel, judged by digests and by the kernel's counters. */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelSchedulerTest {
    private static final long OCTETS = 8L << 20;
    private static final int PATHS = 2;

    /** Counters that only a fault of one of the ends can move. */
    private static final String FAULTS =
            "MPTcpExt(MPCapableFallback.*|.*Fallback|DSSNotMatching|DSSCorruption.*|DSSNoMatchTCP"
                    + "|InfiniteMap.*|DataCsumErr|MPFail.*|MPFastclose.*|MPRst.*)|TcpInCsumErrors|TcpInErrs|TcpEstabResets";

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void octetsArriveWholeAtTheKernel(String name) throws Exception {
        try (TunWorld world = TunWorld.create(PATHS, false, TunOptions.DEFAULT, builder -> builder.scheduler(name));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = KernelTransferTest.connect(world, server);
            TunWorld.awaitSubflows(socket, PATHS);

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            KernelTransferTest.assertEqualOctets(exchange, server.await(), OCTETS);
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.describe(FAULTS)).isEmpty();
            assertThat(counters.get("MPTcpExtMPJoinAckRx")).isEqualTo(PATHS - 1);
            if (name.equals("redundant")) {
                assertThat(counters.get("MPTcpExtDuplicateData")).isPositive();
            }
        }
    }

    static List<String> names() {
        return Schedulers.names();
    }
}
