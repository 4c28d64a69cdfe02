package io.mptcp4j.tun.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kit against itself: the kernel with the kernel, over a pair of veths with two addresses each. */
@KernelTest(
        programs = {"python3", "nstat", "tcpdump", "tshark", "nft", "tc", "ss"},
        mptcp = true)
@Timeout(240)
class KitKernelTest {
    private static final int OCTETS = 10_000_001;

    @TempDir
    private Path folder;

    private NetworkNamespace server;
    private NetworkNamespace client;

    @BeforeEach
    void connectTwoNamespaces() {
        server = NetworkNamespace.create();
        client = NetworkNamespace.create();
        for (int i = 1; i <= 2; i++) {
            server.ip("link", "add", "v" + i, "type", "veth", "peer", "name", "v" + i, "netns", client.name());
            for (NetworkNamespace end : new NetworkNamespace[] {server, client}) {
                int host = end == server ? 1 : 2;
                end.ip("address", "add", "10." + i + ".0." + host + "/24", "dev", "v" + i);
                end.ip("-6", "address", "add", "fd00:" + i + "::" + host + "/64", "dev", "v" + i);
                end.ip("link", "set", "dev", "v" + i, "up");
                end.mptcpLimits(4, 4);
            }
        }
        server.mptcpEndpoint("10.2.0.1", "v2", "signal");
    }

    @AfterEach
    void removeNamespaces() {
        server.close();
        client.close();
    }

    @Test
    void theKernelHasEachCounterThatBearsItsName() {
        // given
        KernelCounters counters = server.counters();

        // then
        for (Counter counter : Counter.values()) {
            counter.kernelName()
                    .ifPresent(name -> assertThat(counters.get(name)).isNotNegative());
        }
    }

    @Test
    void witnessesSeeTwoSubflowsAndEqualDigests() {
        try (Capture capture = Capture.start(server, folder.resolve("a.pcap"));
                KernelPeer serving = KernelPeer.server(server, "0.0.0.0")
                        .send(OCTETS, 1)
                        .untilSubflows(2)
                        .start();
                KernelPeer asking = KernelPeer.client(client, "10.1.0.1", serving.port())
                        .send(OCTETS, 2)
                        .untilSubflows(2)
                        .start()) {
            KernelPeer.Report asked = asking.await();
            KernelPeer.Report served = serving.await();

            assertThat(asked.received()).isEqualTo(OCTETS);
            assertThat(asked.receivedDigest()).isEqualTo(served.sentDigest());
            assertThat(served.receivedDigest()).isEqualTo(asked.sentDigest());
            assertThat(served.isMptcp()).isTrue();
            assertThat(served.isFallback()).isFalse();
            assertThat(served.error()).isEmpty();
            assertThat(server.counters().get("MPTcpExtMPJoinAckRx"))
                    .as(server.counters().describe("MPTcp.*"))
                    .isEqualTo(1);
            assertThat(capture.wrongPackets()).isEmpty();
            assertThat(capture.count("tcp.options.mptcp.subtype == 1 && tcp.flags.syn == 1 && tcp.flags.ack == 0"))
                    .isEqualTo(1);
        }
    }

    @Test
    void plainTcpIsSeenAsSuch() {
        try (KernelPeer serving = KernelPeer.server(server, "::")
                        .plainTcp()
                        .answerFirst()
                        .send(7, 1)
                        .start();
                KernelPeer asking = KernelPeer.client(client, "fd00:1::1", serving.port())
                        .send(OCTETS, 2)
                        .start()) {
            KernelPeer.Report asked = asking.await();
            KernelPeer.Report served = serving.await();

            assertThat(served.isMptcp()).isFalse();
            assertThat(asked.isFallback()).isTrue();
            assertThat(asked.received()).isEqualTo(7);
            assertThat(served.receivedDigest()).isEqualTo(asked.sentDigest());
        }
    }

    @Test
    void silentPathLosesEverythingUntilItIsMended() {
        awaitReachable("10.1.0.1");
        try (PathFault fault = PathFault.silence(server, "v1")) {
            assertThat(isReachable("10.1.0.1")).isFalse();
            awaitReachable("10.2.0.1");
        }
        awaitReachable("10.1.0.1");
    }

    @Test
    void resettingPathAnswersWithReset(@TempDir Path captures) {
        try (Capture capture = Capture.start(client, captures.resolve("b.pcap"));
                PathFault fault = PathFault.reset(server, "v1");
                PathFault slow = PathFault.rate(server, "v2", 10);
                PathFault lossy = PathFault.loss(server, "v2", 1000)) {
            try (KernelPeer serving = KernelPeer.server(server, "0.0.0.0").start();
                    KernelPeer asking = KernelPeer.client(client, "10.1.0.1", serving.port())
                            .start()) {
                assertThat(asking.await().error()).isEqualTo("ConnectionRefusedError");
            }
            assertThat(capture.count("tcp.flags.reset == 1")).isEqualTo(1);
        }
    }

    /** A veth carries nothing until the kernel's worker has seen that both ends are up. */
    private void awaitReachable(String address) {
        boolean reachable = false;
        for (int i = 0; i < 60 && !reachable; i++) {
            reachable = isReachable(address);
        }
        assertThat(reachable).as(address).isTrue();
    }

    private boolean isReachable(String address) {
        return client.run(
                        Command.python(),
                        "-c",
                        "import socket; s = socket.socket(); s.settimeout(0.5);" + "exit(0 if s.connect_ex(('" + address
                                + "', 9)) == 111 else 1)")
                .isSuccess();
    }
}
