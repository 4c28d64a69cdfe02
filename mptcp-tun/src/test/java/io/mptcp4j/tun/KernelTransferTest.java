package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.tun.testing.Capture;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Octets between our MPTCP and the kernel's, judged by digests, by the kernel's counters and by tshark. */
@KernelTest(
        programs = {"python3", "nstat", "tcpdump", "tshark"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelTransferTest {
    private static final long OCTETS = 64L << 20;
    private static final long SOME = OCTETS / 2;

    /** Counters that only a fault of one of the ends can move. */
    private static final String FAULTS =
            "MPTcpExt(AddAddrDrop|MPCapableFallback.*|MPFallback.*|.*Fallback|MPJoin.*HMacFailure"
                    + "|MPJoinRejected|MPJoinNoTokenFound|DSSNotMatching|DSSCorruption.*|DSSNoMatchTCP|InfiniteMap.*|DataCsumErr"
                    + "|NoDSSInWindow|MPFail.*|MPFastclose.*|MPRst.*|FallbackFailed|SubflowStale)"
                    + "|TcpInCsumErrors|TcpInErrs|TcpEstabResets|TcpExtTCPAbort.*|IpInHdrErrors|Ip6InHdrErrors";

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} subflows, IPv6 {1}")
    @CsvSource({"1, false", "1, true", "2, false", "2, true", "4, false", "4, true"})
    void kernelServerExchangesOctetsBothWaysAtOnce(int subflows, boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(subflows, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("server.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start()) {
            AtomicReference<ConnectionInfo> midway = new AtomicReference<>();
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, subflows);

            Exchange exchange = Exchange.over(socket)
                    .send(OCTETS, 2)
                    .onceReceived(OCTETS / 2, () -> midway.set(info(socket)))
                    .run();

            assertEqualOctets(exchange, server.await(), OCTETS);
            assertMptcp(midway.get(), subflows);
            assertCleanRun(world, capture);
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtMPJoinAckRx")).isEqualTo(subflows - 1);
        }
    }

    @ParameterizedTest(name = "{0} subflows, IPv6 {1}")
    @CsvSource({"1, false", "1, true", "2, false", "2, true", "4, false", "4, true"})
    void kernelClientExchangesOctetsBothWaysAtOnce(int subflows, boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(subflows, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("client.pcap"));
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .send(OCTETS, 1)
                        .start()) {
            AtomicReference<ConnectionInfo> midway = new AtomicReference<>();
            Socket socket = server.accept();
            TunWorld.awaitSubflows(socket, subflows);

            Exchange exchange = Exchange.over(socket)
                    .send(OCTETS, 2)
                    .onceReceived(OCTETS / 2, () -> midway.set(info(socket)))
                    .run();

            assertEqualOctets(exchange, client.await(), OCTETS);
            assertMptcp(midway.get(), subflows);
            assertCleanRun(world, capture);
            KernelCounters counters = world.namespace().counters();
            assertThat(counters.get("MPTcpExtMPJoinSynAckRx")).isEqualTo(subflows - 1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = TunOffload.class,
            names = {"NONE", "OUTGOING", "SEGMENTATION_IPV4"})
    void octetsArriveWholeWithLessOffload(TunOffload offload) throws Exception {
        TunOptions options = TunOptions.DEFAULT.withOffload(offload);
        try (TunWorld world = TunWorld.create(2, false, options, builder -> {});
                Capture capture = Capture.start(world.namespace(), folder.resolve("offload.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(SOME, 1)
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(SOME, 2).run();

            assertEqualOctets(exchange, server.await(), SOME);
            assertCleanRun(world, capture);
        }
    }

    @ParameterizedTest(name = "IPv6 {0}")
    @CsvSource({"false", "true"})
    void plainTcpServerIsSpokenToInPlainTcp(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("plain.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .plainTcp()
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = connect(world, server);
            assertThat(info(socket).mptcp()).isFalse();

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            assertEqualOctets(exchange, server.await(), OCTETS);
            assertThat(capture.wrongPackets()).isEmpty();
            assertThat(capture.count("tcp.options.mptcp.subtype && tcp.flags.syn == 0"))
                    .isZero();
        }
    }

    @ParameterizedTest(name = "IPv6 {0}")
    @CsvSource({"false", "true"})
    void plainTcpClientIsServedInPlainTcp(boolean ipv6) throws Exception {
        try (TunWorld world = TunWorld.create(2, ipv6);
                Capture capture = Capture.start(world.namespace(), folder.resolve("plain.pcap"));
                MptcpServerSocket server = world.stack().createServerSocket(0);
                KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                        .plainTcp()
                        .send(OCTETS, 1)
                        .start()) {
            Socket socket = server.accept();
            assertThat(info(socket).mptcp()).isFalse();

            Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

            assertEqualOctets(exchange, client.await(), OCTETS);
            assertThat(capture.wrongPackets()).isEmpty();
            assertThat(capture.count("tcp.options.mptcp.subtype")).isZero();
        }
    }

    @Test
    void peerThatAnswersWhenWeHaveFinishedIsHeardOut() throws Exception {
        try (TunWorld world = TunWorld.create(2, false);
                Capture capture = Capture.start(world.namespace(), folder.resolve("half.pcap"));
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(SOME, 1)
                        .answerFirst()
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(SOME, 2).run();

            assertEqualOctets(exchange, server.await(), SOME);
            assertCleanRun(world, capture);
        }
    }

    @Test
    void peerThatDoesNotReadForAWhileGetsAllTheSame() throws Exception {
        try (TunWorld world = TunWorld.create(2, false);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .readAfter(2)
                        .answerFirst()
                        .start()) {
            Socket socket = connect(world, server);
            TunWorld.awaitSubflows(socket, 2);

            Exchange exchange = Exchange.over(socket).send(SOME, 2).run();

            KernelPeer.Report report = server.await();
            assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
        }
    }

    /** A connection with the kernel's server, on path 1 first. */
    static Socket connect(TunWorld world, KernelPeer server) throws Exception {
        Socket socket = world.stack().createSocket();
        socket.connect(new InetSocketAddress(world.kernelAddress(1), server.port()), 10_000);
        return socket;
    }

    static ConnectionInfo info(Socket socket) {
        try {
            return MptcpStack.info(socket);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void assertEqualOctets(Exchange ours, KernelPeer.Report kernels, long octets) {
        assertThat(kernels.error()).isEmpty();
        assertThat(kernels.received()).isEqualTo(octets);
        assertThat(ours.received()).isEqualTo(octets);
        assertThat(kernels.receivedDigest()).isEqualTo(ours.sentDigest());
        assertThat(ours.receivedDigest()).isEqualTo(kernels.sentDigest());
    }

    private static void assertMptcp(ConnectionInfo info, int subflows) {
        assertThat(info.mptcp()).isTrue();
        assertThat(info.subflows()).hasSize(subflows).allSatisfy(subflow -> assertThat(subflow.usable())
                .isTrue());
    }

    private static void assertCleanRun(TunWorld world, Capture capture) {
        KernelCounters counters = world.namespace().counters();
        assertThat(counters.describe(FAULTS)).isEmpty();
        assertThat(capture.wrongPackets()).isEmpty();
        assertThat(capture.abortingResets()).isEmpty();
        assertThat(world.stack().faults()).isZero();
    }
}
