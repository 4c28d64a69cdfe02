package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.tun.testing.Command;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A path whose second hop is narrower than the first: a kernel router that tells of it by ICMP, or is not let to.
 *
 * <pre>
 *   our stack 10.1.0.2 --- TUN, 1500 --- router --- veth, route of 1400 --- kernel server 10.9.0.2
 * </pre>
 */
@KernelTest(
        programs = {"python3", "nstat", "nft", "sysctl"},
        mptcp = true)
@Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelPathMtuTest {
    private static final long OCTETS = 16L << 20;
    private static final int NARROW = 1400;

    private record Addresses(String ours, String router, String inner, String server, int prefix, boolean ipv6) {
        static Addresses of(boolean ipv6) {
            return ipv6
                    ? new Addresses("fd00:1::2", "fd00:1::1", "fd00:9::1", "fd00:9::2", 64, true)
                    : new Addresses("10.1.0.2", "10.1.0.1", "10.9.0.1", "10.9.0.2", 24, false);
        }
    }

    @ParameterizedTest(name = "IPv6 {0}, offload {1}, tells {2}")
    @CsvSource({
        "false, SEGMENTATION, true",
        "false, NONE, true",
        "true, SEGMENTATION, true",
        "false, SEGMENTATION, false",
        "false, NONE, false",
        "true, SEGMENTATION, false"
    })
    void octetsArriveOverANarrowHop(boolean ipv6, TunOffload offload, boolean tells) throws Exception {
        Addresses addresses = Addresses.of(ipv6);
        TunOptions options = TunOptions.DEFAULT.withOffload(offload);
        try (NetworkNamespace router = NetworkNamespace.create();
                NetworkNamespace far = NetworkNamespace.create();
                TunDevice device = router.openTun("mt1", options, addresses.router() + "/" + addresses.prefix());
                MptcpStack stack = MptcpStack.builder()
                        .device(
                                device,
                                InterfaceSettings.of(addresses.ours() + "/" + addresses.prefix())
                                        .withDefaultRoute(1))
                        .build()) {
            join(router, far, addresses);
            if (!tells) {
                silence(router, ipv6);
            }
            try (KernelPeer server = KernelPeer.server(far, ipv6 ? "::" : "0.0.0.0")
                    .send(OCTETS, 1)
                    .start()) {
                Socket socket = stack.createSocket();
                socket.connect(new InetSocketAddress(addresses.server(), server.port()), 20_000);

                Exchange exchange = Exchange.over(socket).send(OCTETS, 2).run();

                KernelTransferTest.assertEqualOctets(exchange, server.await(), OCTETS);
            }
            assertThat(stack.counters().get(Counter.MPTCP_ESTABLISHED)).isEqualTo(1);
            assertThat(stack.counters().get(Counter.MPTCP_FALLBACKS)).isZero();
            assertThat(stack.counters().get(tells ? Counter.PATH_MTU_REPORTS : Counter.PATH_MTU_BLACK_HOLES))
                    .isPositive();
            assertThat(stack.counters().get(tells ? Counter.PATH_MTU_BLACK_HOLES : Counter.PATH_MTU_REPORTS))
                    .isZero();
            assertThat(stack.faults()).isZero();
        }
    }

    /** A veth pair between router and server, with forwarding, and with a narrow route to the server. */
    private static void join(NetworkNamespace router, NetworkNamespace far, Addresses addresses) {
        String prefix = "/" + addresses.prefix();
        router.sysctl("net.ipv4.ip_forward", "1");
        router.sysctl("net.ipv6.conf.all.forwarding", "1");
        router.ip("link", "add", "in0", "type", "veth", "peer", "name", "out0", "netns", far.name());
        router.ip("address", "add", addresses.inner() + prefix, "dev", "in0");
        if (addresses.ipv6()) {
            // Who forwards asks for neighbours from an address of the link; NetworkNamespace makes none.
            router.ip("address", "add", "fe80::1/64", "dev", "in0");
            far.ip("address", "add", "fe80::2/64", "dev", "out0");
        }
        router.ip("link", "set", "in0", "up");
        far.ip("address", "add", addresses.server() + prefix, "dev", "out0");
        far.ip("link", "set", "out0", "up");
        far.ip("route", "add", "default", "via", addresses.inner());
        router.ip("route", "add", addresses.server(), "dev", "in0", "mtu", "lock", "" + NARROW);
    }

    private static void silence(NetworkNamespace router, boolean ipv6) {
        String drop = ipv6
                ? "icmpv6 type packet-too-big drop"
                : "icmp type destination-unreachable icmp code frag-needed drop";
        for (String command : new String[] {
            "add table inet mute",
            "add chain inet mute outgoing { type filter hook output priority 0; }",
            "add rule inet mute outgoing " + drop
        }) {
            Command.Result result = router.run("nft", command);
            result.orFail();
        }
    }
}
