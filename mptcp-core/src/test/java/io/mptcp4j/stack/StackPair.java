package io.mptcp4j.stack;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** A client and a server over direct wires, driven turn by turn in virtual time. */
final class StackPair implements AutoCloseable {
    static final int PORT = 80;
    private static final long STEP = 100_000L;

    final Stack client;
    final Stack server;
    final DirectWire[][] wires;
    long now = 1_000_000_000L;
    ConnectionSettings settings = ConnectionSettings.DEFAULT;

    private final PacketBatch batch = PacketBatch.forReceiving(64, PooledByteBufAllocator.DEFAULT);

    StackPair() {
        this(1, StackSettings.DEFAULT, DeviceCapabilities.NONE);
    }

    StackPair(int wireCount, StackSettings serverSettings, DeviceCapabilities capabilities) {
        client = new Stack(StackSettings.DEFAULT, new SeededEntropy(1), PooledByteBufAllocator.DEFAULT);
        server = new Stack(serverSettings, new SeededEntropy(2), PooledByteBufAllocator.DEFAULT);
        wires = new DirectWire[wireCount][];
        for (int i = 0; i < wireCount; i++) {
            wires[i] = DirectWire.pair("w" + i, capabilities);
            String ipv4 = "10.0." + i + ".";
            String ipv6 = "fd00:" + i + "::";
            client.addDevice(wires[i][0], InterfaceSettings.of(ipv4 + "1/24", ipv6 + "1/64"));
            server.addDevice(wires[i][1], InterfaceSettings.of(ipv4 + "2/24", ipv6 + "2/64"));
        }
    }

    static IpAddress serverAddress() {
        return IpAddress.parse("10.0.0.2");
    }

    MptcpConnection connect(ConnectionObserver observer) {
        return connect(observer, serverAddress());
    }

    MptcpConnection connect(ConnectionObserver observer, IpAddress remote) {
        return client.connect(settings, observer, null, 0, remote, PORT, now);
    }

    Listener listen(int backlog) {
        return server.listen(null, PORT, backlog, ConnectionSettings.DEFAULT, listener -> {});
    }

    /** Lets both run until something is so; false when it does not come to be in so many turns. */
    boolean run(BooleanSupplier until, int turns) {
        for (int i = 0; i < turns; i++) {
            if (until.getAsBoolean()) {
                return true;
            }
            turn();
        }
        return until.getAsBoolean();
    }

    /** One turn of each, and a tenth of a millisecond; or the time to the next deadline when nothing else is to do. */
    void turn() {
        boolean busy = turn(client, 0) | turn(server, 1);
        long next = Math.min(client.nextDeadline(), server.nextDeadline());
        now = busy || next == Long.MAX_VALUE ? now + STEP : Math.max(now + STEP, next);
    }

    private boolean turn(Stack stack, int end) {
        boolean busy = false;
        for (int i = 0; i < wires.length; i++) {
            try {
                batch.clear();
                wires[i][end].receive(batch, now);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            busy |= batch.count() > 0;
            stack.input(i, batch, now);
        }
        stack.advance(now);
        stack.output(now);
        for (DirectWire[] wire : wires) {
            busy |= wire[0].hasInput() || wire[1].hasInput();
        }
        return busy | stack.hasOutput();
    }

    /** Ends what is not over, and gives all buffers back. */
    @Override
    public void close() {
        for (Stack stack : new Stack[] {client, server}) {
            for (MptcpConnection connection : stack.connections()) {
                connection.abort(now);
                connection.close(now);
            }
            stack.output(now);
            stack.release();
        }
        batch.release();
        for (DirectWire[] wire : wires) {
            wire[0].close();
            wire[1].close();
        }
    }

    /** Notes what a connection tells. */
    static final class Recorder implements ConnectionObserver {
        boolean established;
        CloseCause cause;

        @Override
        public void onEstablished(MptcpConnection connection) {
            established = true;
        }

        @Override
        public void onReadable(MptcpConnection connection) {
            // Tests read when they please.
        }

        @Override
        public void onWritable(MptcpConnection connection) {
            // Tests write when they please.
        }

        @Override
        public void onClosed(MptcpConnection connection, CloseCause why) {
            cause = why;
        }
    }
}
