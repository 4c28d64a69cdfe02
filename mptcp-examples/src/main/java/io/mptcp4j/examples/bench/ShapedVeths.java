package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;

/** Two hosts of the kernel, joined by pairs of virtual Ethernet interfaces that the kernel slows down; no delay, no offload. */
final class ShapedVeths implements ShapedConnection {
    private final int paths;
    private final String congestion;
    private final Namespace client;
    private final Namespace server;
    private PathsPeer sender;
    private PathsPeer receiver;

    /**
     * Not connected yet.
     *
     * @param which the paths of the pair that there are, from 0 on
     */
    ShapedVeths(PathPair pair, String congestion, int... which) throws IOException {
        this.paths = which.length;
        this.congestion = congestion;
        client = Namespace.create();
        try {
            server = Namespace.create();
        } catch (IOException e) {
            client.close();
            throw e;
        }
        try {
            setUp(pair, which);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    @Override
    public void open() throws IOException, BenchFailure, InterruptedException {
        receiver = PathsPeer.server(server, congestion, PathsPeer.NOTHING);
        sender = PathsPeer.client(client, Addresses.kernel(0), receiver.awaitPort(), congestion, PathsPeer.ENDLESS);
        receiver.awaitConnected();
        sender.awaitConnected();
        Waiting.until(
                paths + " subflows",
                () -> receiver.look().subflows() == paths && sender.look().subflows() == paths);
    }

    @Override
    public void begin() throws IOException {
        receiver.go();
        sender.go();
    }

    @Override
    public Meter.Interval look() throws IOException, BenchFailure {
        return receiver.look().received();
    }

    @Override
    public void check() throws IOException, BenchFailure {
        CaseRunner.checkCounters(server, paths);
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    private void setUp(PathPair pair, int... which) throws IOException {
        for (int i = 0; i < which.length; i++) {
            String name = Addresses.interfaceName(i);
            client.connect(server, name, Addresses.other(i) + "/24", Addresses.kernel(i) + "/24");
            for (Namespace host : new Namespace[] {client, server}) {
                KernelPair.withoutOffload(host, name);
                slowDown(host, name, pair.megabits(which[i]));
            }
            if (i > 0) {
                server.mptcpEndpoint(Addresses.kernel(i), name, "signal");
            }
        }
        for (Namespace host : new Namespace[] {client, server}) {
            host.mptcpLimits(Addresses.SUBFLOW_LIMIT, Addresses.SUBFLOW_LIMIT);
        }
    }

    private static void slowDown(Namespace host, String name, int megabits) throws IOException {
        host.run(("tc qdisc add dev " + name + " root handle 1: tbf rate " + megabits + "mbit burst 16kb limit 1mb")
                .split(" "));
        host.run(("tc qdisc add dev " + name + " parent 1:1 handle 10: pfifo limit " + PathPair.QUEUE_PACKETS)
                .split(" "));
    }
}
