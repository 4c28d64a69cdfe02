package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;

/** Two hosts of the kernel, joined by pairs of virtual Ethernet interfaces. */
final class KernelPair implements Topology {
    private final BenchCase benchCase;
    private final String congestion;
    private final Namespace client;
    private final Namespace server;

    KernelPair(BenchCase benchCase, String congestion) throws IOException {
        this.benchCase = benchCase;
        this.congestion = congestion;
        client = Namespace.create();
        try {
            server = Namespace.create();
        } catch (IOException e) {
            client.close();
            throw e;
        }
        try {
            setUp();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public Outcome transfer(double seconds) throws IOException, BenchFailure {
        String protocol = benchCase.ends().isMptcp() ? "mptcp" : "tcp";
        KernelPeer receiver = KernelPeer.receiver(server, protocol, congestion);
        int port = receiver.awaitPort();
        KernelPeer sender = KernelPeer.sender(client, benchCase, congestion, Addresses.kernel(0), port, seconds);
        receiver.awaitConnected();
        sender.awaitConnected();
        CpuClock before = CpuClock.now();
        receiver.go();
        sender.go();
        KernelPeer.Report report = receiver.awaitReport();
        CpuClock worked = CpuClock.now().since(before);
        return new Outcome(report.octets(), report.nanos(), worked, report, server);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    private void setUp() throws IOException {
        for (int path = 0; path < benchCase.paths(); path++) {
            String name = Addresses.interfaceName(path);
            client.connect(server, name, Addresses.other(path) + "/24", Addresses.kernel(path) + "/24");
            if (!benchCase.offload()) {
                withoutOffload(client, name);
                withoutOffload(server, name);
            }
            if (path > 0) {
                server.mptcpEndpoint(Addresses.kernel(path), name, "signal");
            }
        }
        for (Namespace host : new Namespace[] {client, server}) {
            host.mptcpLimits(Addresses.SUBFLOW_LIMIT, Addresses.SUBFLOW_LIMIT);
        }
    }

    static void withoutOffload(Namespace host, String name) throws IOException {
        host.run("ethtool", "-K", name, "tso", "off", "gso", "off", "gro", "off", "tx", "off", "rx", "off");
    }
}
