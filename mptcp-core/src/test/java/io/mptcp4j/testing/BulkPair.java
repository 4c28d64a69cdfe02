package io.mptcp4j.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;

/**
 * A client that sends to a server without end over one simulated path, for measuring. The octets are all alike and nobody
 * compares them, which makes it several times as quick as {@link TwoHosts}.
 */
public final class BulkPair implements AutoCloseable {
    private static final int PORT = 80;
    private static final int CHUNK = 64 << 10;
    private static final int MAX_STEPS = Integer.MAX_VALUE;

    private final SimulatedNetwork network;
    private final SimulatedPath path;
    private final StackHost client;
    private final StackHost server;
    private final Sender sender = new Sender();
    private final Receiver receiver = new Receiver();

    /**
     * Connects; time does not pass before {@link #run}.
     *
     * @param back what the path does to packets of the server
     */
    public BulkPair(
            long seed, ConnectionSettings settings, LinkProfile toServer, LinkProfile back, Middlebox... boxes) {
        network = new SimulatedNetwork(seed);
        path = network.join("path", toServer, back, boxes);
        client = new StackHost(new SeededEntropy(2 * seed));
        server = new StackHost(new SeededEntropy(2 * seed + 1));
        client.addDevice(path.deviceA(), InterfaceSettings.of("10.0.0.1/24"));
        server.addDevice(path.deviceB(), InterfaceSettings.of("10.0.0.2/24"));
        network.add(client);
        network.add(server);
        receiver.listener = server.stack().listen(null, PORT, 1, settings, listener -> {});
        IpAddress address = IpAddress.parse("10.0.0.2");
        sender.connection = client.stack().connect(settings, sender, null, 0, address, PORT, now());
        client.add(sender);
        server.add(receiver);
    }

    /** Lets a time pass; the connection must outlive it. */
    public void run(Duration time) {
        Ending ending = network.run(() -> false, now() + time.toNanos(), MAX_STEPS);
        if (ending != Ending.TIME_IS_UP || sender.cause != null) {
            throw new AssertionError(ending + ", " + sender.cause);
        }
    }

    /** Octets that have arrived at the server, each counted once, whether or not there are gaps before them. */
    public long received() {
        return receiver.connection.subflow(0).tcp().octetsReceived();
    }

    /** The client's TCP connection. */
    public TcpConnection tcp() {
        return sender.connection.subflow(0).tcp();
    }

    /** The counter of the client's stack. */
    public long count(Counter counter) {
        return client.stack().counters().get(counter);
    }

    /** The path. */
    public SimulatedPath path() {
        return path;
    }

    /** The time. */
    public long now() {
        return network.clock().now();
    }

    /** Ends the connection. */
    @Override
    public void close() {
        sender.connection.abort(now());
        if (receiver.connection != null) {
            receiver.connection.abort(now());
        }
        network.run(() -> false, MAX_STEPS);
        client.release();
        server.release();
        network.close();
    }

    private static final class Sender implements ConnectionObserver, StackHost.Application {
        private final byte[] octets = new byte[CHUNK];
        private MptcpConnection connection;
        private CloseCause cause;

        @Override
        public void turn(long nowNanos) {
            boolean wrote = false;
            // A page at least, or the loop would write each time a segment is acknowledged.
            while (connection.sendStream().room() >= CHUNK
                    && connection.sendStream().write(octets, 0, CHUNK) > 0) {
                wrote = true;
            }
            if (wrote) {
                connection.onWritten(nowNanos);
            }
        }

        @Override
        public void onEstablished(MptcpConnection of) {}

        @Override
        public void onReadable(MptcpConnection of) {}

        @Override
        public void onWritable(MptcpConnection of) {}

        @Override
        public void onClosed(MptcpConnection of, CloseCause why) {
            cause = why;
        }
    }

    private static final class Receiver implements ConnectionObserver, StackHost.Application {
        private final byte[] octets = new byte[CHUNK];
        private Listener listener;
        private MptcpConnection connection;

        @Override
        public void turn(long nowNanos) {
            if (connection == null) {
                connection = listener.accept(this);
            }
            if (connection == null) {
                return;
            }
            boolean read = false;
            while (connection.receiveStream().read(octets, 0, CHUNK) > 0) {
                read = true;
            }
            if (read) {
                connection.onConsumed(nowNanos);
            }
        }

        @Override
        public void onEstablished(MptcpConnection of) {}

        @Override
        public void onReadable(MptcpConnection of) {}

        @Override
        public void onWritable(MptcpConnection of) {}

        @Override
        public void onClosed(MptcpConnection of, CloseCause why) {}
    }
}
