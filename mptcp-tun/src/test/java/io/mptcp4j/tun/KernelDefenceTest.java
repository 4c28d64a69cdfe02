package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.stack.SynCookies;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What keeps a listener open under attack, with the kernel as the honest client. */
@KernelTest(
        programs = {"python3", "nstat"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelDefenceTest {
    private static final long OCTETS = 1L << 20;

    /** More than our window takes, so that the kernel is not done before there are two subflows. */
    private static final long MANY_OCTETS = 16L << 20;

    /** Sends SYNs to 10.1.0.2 from everywhere until it is ended; the argument is the port. */
    private static final String FLOOD = String.join(
            "\n",
            "import itertools, random, socket, struct, sys",
            "raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)",
            "port = int(sys.argv[1])",
            "target = socket.inet_aton('10.1.0.2')",
            "for i in itertools.count():",
            "    source = struct.pack('!I', random.randrange(0x0b000000, 0x7f000000))",
            "    ports = (random.randrange(1024, 65536), port)",
            "    tcp = struct.pack('!HHIIHHHHI', *ports, random.getrandbits(32), 0, 0x6002, 65535, 0, 0, 0x020405b4)",
            "    words = struct.unpack('!6H12H', source + target + struct.pack('!HH', 6, len(tcp)) + tcp)",
            "    total = sum(words)",
            "    total = (total & 0xffff) + (total >> 16)",
            "    total = (total & 0xffff) + (total >> 16)",
            "    tcp = tcp[:16] + struct.pack('!H', ~total & 0xffff) + tcp[18:]",
            "    ip = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, source, target)",
            "    raw.sendto(ip + tcp, ('10.1.0.2', 0))");

    @ParameterizedTest(name = "IPv6 {0}")
    @ValueSource(booleans = {false, true})
    void theKernelSpeaksMptcpWithAListenerThatKeepsNothingOfItsSyn(boolean ipv6) throws Exception {
        StackSettings limits =
                StackSettings.builder().synCookies(SynCookies.ALWAYS).build();
        try (TunWorld world = TunWorld.create(2, ipv6, TunOptions.DEFAULT, builder -> builder.limits(limits));
                MptcpServerSocket server = world.stack().createServerSocket()) {
            server.bind(new InetSocketAddress(0));
            exchangeOverTwoSubflows(world, server);

            // A SYN that comes again, because our answer was late, has one more.
            assertThat(cookiesSent(world))
                    .isBetween(1L, 1 + world.namespace().counters().get("TcpExtTCPSynRetrans"));
            assertThat(world.stack().counters().get(Counter.SYN_COOKIES_RECEIVED))
                    .isEqualTo(1);
        }
    }

    @Test
    void theKernelSpeaksPlainTcpWithAListenerThatKeepsNothingOfItsSyn() throws Exception {
        StackSettings limits =
                StackSettings.builder().synCookies(SynCookies.ALWAYS).build();
        try (TunWorld world = TunWorld.create(1, false, TunOptions.DEFAULT, builder -> builder.limits(limits));
                MptcpServerSocket server = world.stack().createServerSocket()) {
            server.bind(new InetSocketAddress(0));
            try (KernelPeer client = KernelPeer.client(
                                    world.namespace(), world.ownAddressForKernel(1), server.getLocalPort())
                            .plainTcp()
                            .send(OCTETS, 1)
                            .start();
                    Socket socket = server.accept()) {
                assertExchanged(socket, client);
            }
            assertThat(world.stack().counters().get(Counter.SYN_COOKIES_RECEIVED))
                    .isEqualTo(1);
        }
    }

    @Test
    void anHonestKernelConnectsThroughAFloodOfForgedSyns() throws Exception {
        try (TunWorld world = TunWorld.create(2, false);
                MptcpServerSocket server = world.stack().createServerSocket()) {
            server.bind(new InetSocketAddress(0));
            String port = String.valueOf(server.getLocalPort());
            Process flood = world.namespace().start(List.of("python3", "-c", FLOOD, port));
            while (cookiesSent(world) == 0) {
                assertThat(flood.isAlive()).isTrue();
                LockSupport.parkNanos(1_000_000);
            }

            long before = cookiesSent(world);
            exchangeOverTwoSubflows(world, server);

            assertThat(cookiesSent(world)).as("the flood goes on").isGreaterThan(before + 100);
            assertThat(world.stack().counters().get(Counter.SYN_COOKIES_RECEIVED))
                    .isEqualTo(1);
            flood.destroy();
        }
    }

    private static long cookiesSent(TunWorld world) {
        return world.stack().counters().get(Counter.SYN_COOKIES_SENT);
    }

    private static void exchangeOverTwoSubflows(TunWorld world, MptcpServerSocket server) throws Exception {
        try (KernelPeer client = KernelPeer.client(
                                world.namespace(), world.ownAddressForKernel(1), server.getLocalPort())
                        .send(MANY_OCTETS, 1)
                        .start();
                Socket socket = server.accept()) {
            TunWorld.awaitSubflows(socket, 2);
            assertThat(MptcpStack.info(socket).fallback()).isEqualTo(FallbackReason.NONE);
            assertExchanged(socket, client);
        }
        KernelCounters kernel = world.namespace().counters();
        assertThat(kernel.get("MPTcpExtMPCapableSYNACKRX")).isEqualTo(1);
        assertThat(kernel.get("MPTcpExtMPCapableFallbackSYNACK")).isZero();
        assertThat(kernel.get("MPTcpExtMPCapableDataFallback")).isZero();
        assertThat(kernel.get("MPTcpExtDssFallback")).isZero();
    }

    private static void assertExchanged(Socket socket, KernelPeer client) throws Exception {
        Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();
        KernelPeer.Report report = client.await();
        assertThat(report.error()).isEmpty();
        assertThat(report.receivedDigest()).isEqualTo(exchange.sentDigest());
        assertThat(exchange.receivedDigest()).isEqualTo(report.sentDigest());
    }
}
