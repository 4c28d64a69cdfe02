package io.mptcp4j.tun;

import static io.mptcp4j.tun.KernelTransferTest.assertEqualOctets;
import static io.mptcp4j.tun.KernelTransferTest.connect;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.tun.testing.Capture;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DSS checksums (RFC 8684 3.3.1) between our MPTCP and the kernel's, judged by the kernel's counters and by tshark. */
@KernelTest(
        programs = {"python3", "nstat", "tcpdump", "tshark"},
        mptcp = true)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelChecksumTest {
    private static final long OCTETS = 8L << 20;

    /** Counters that only a fault of one of the ends can move. */
    private static final String FAULTS = "MPTcpExt(MPCapableFallback.*|MPFallback.*|.*Fallback|DSSNotMatching"
            + "|DSSCorruption.*|DSSNoMatchTCP|InfiniteMap.*|DataCsumErr|MPFail.*|MPRst.*|FallbackFailed)"
            + "|TcpEstabResets|TcpOutRsts";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "ours {0}, the kernel's {1}, IPv6 {2}")
    @CsvSource({"true, false, false", "false, true, false", "true, true, true"})
    void kernelServerChecksWhatWeSendAndWeWhatItSends(boolean ours, boolean kernels, boolean ipv6) throws Exception {
        try (TunWorld world = world(2, ipv6, ours, kernels);
                Capture capture = Capture.start(world.namespace(), folder.resolve("server.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            assertEqualOctets(exchange, server.await(), OCTETS);
            assertChecked(world, capture);
        }
    }

    @ParameterizedTest(name = "ours {0}, the kernel's {1}, IPv6 {2}")
    @CsvSource({"true, false, true", "false, true, true", "true, true, false"})
    void kernelClientChecksWhatWeSendAndWeWhatItSends(boolean ours, boolean kernels, boolean ipv6) throws Exception {
        try (TunWorld world = world(2, ipv6, ours, kernels);
                Capture capture = Capture.start(world.namespace(), folder.resolve("client.pcap"));
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = server.accept();
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            assertEqualOctets(exchange, client.await(), OCTETS);
            assertChecked(world, capture);
        }
    }

    private static void assertChecked(TunWorld world, Capture capture) throws Exception {
        assertThat(world.namespace().counters().describe(FAULTS)).isEmpty();
        assertThat(world.stack().counters().get(Counter.DATA_CHECKSUM_ERRORS)).isZero();
        assertThat(world.stack().counters().get(Counter.RESETS_OUT)).isZero();
        assertThat(capture.wrongPackets()).isEmpty();
        // tshark does not name the checksum of a DSS; with it a mapping has 28 octets in place of 26.
        assertThat(capture.count("tcp.len > 0 && tcp.options.mptcp.datalvllen && tcp.option_len == 28"))
                .isPositive();
        assertThat(capture.count("tcp.options.mptcp.datalvllen && (tcp.option_len == 26 || tcp.option_len == 22)"))
                .isZero();
    }

    private static TunWorld world(int paths, boolean ipv6, boolean ours, boolean kernels) throws Exception {
        TunWorld world = TunWorld.create(paths, ipv6, TunOptions.DEFAULT, builder -> builder.checksums(ours));
        world.namespace().sysctl("net.mptcp.checksum_enabled", kernels ? "1" : "0");
        return world;
    }
}
