package io.mptcp4j.testing;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.stack.InterfaceAddress;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.Listener;
import io.mptcp4j.stack.Prefix;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * A scripted peer against one stack, packet by packet, in virtual time. The stack is 10.0.0.1, the peer 10.0.0.2, the port of
 * whoever listens is 80.
 *
 * <pre>{@code
 * try (SegmentScript script = SegmentScript.listen(settings)) {
 *     ScriptedFlow peer = script.peer(40_000);
 *     peer.open(List.of(Option.mss(1460)), List.of());
 *     peer.injectOctets(100);
 *     script.advance(Duration.ofMillis(40));
 *     assertThat(peer.expect(TcpFlags.ACK).ack()).isEqualTo(101);
 * }
 * }</pre>
 */
public final class SegmentScript implements AutoCloseable {
    /** The stack's address. */
    public static final IpAddress STACK = IpAddress.parse("10.0.0.1");

    /** The peer's address. */
    public static final IpAddress PEER = IpAddress.parse("10.0.0.2");

    /** The port of whoever listens. */
    public static final int PORT = 80;

    private static final int MAX_STEPS = 10_000;

    private final ConnectionSettings settings;
    private final ScriptDevice device = new ScriptDevice();
    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final SeededEntropy entropy = new SeededEntropy(1);
    private final StackHost host;
    private final List<ScriptedFlow> flows = new ArrayList<>();
    private final Queue<Segment> unclaimed = new ArrayDeque<>();
    private final Recorder recorder = new Recorder();

    private Listener listener;
    private MptcpConnection connection;

    private SegmentScript(ConnectionSettings settings, StackSettings limits) {
        this.settings = settings;
        host = new StackHost(entropy, limits);
        host.addDevice(device, InterfaceSettings.of("10.0.0.1/24"));
        network.add(host);
    }

    /** A stack that listens. */
    public static SegmentScript listen(ConnectionSettings settings) {
        return listen(settings, StackSettings.DEFAULT);
    }

    /** A stack with limits of its own that listens. */
    public static SegmentScript listen(ConnectionSettings settings, StackSettings limits) {
        SegmentScript script = new SegmentScript(settings, limits);
        script.listener = script.stack().listen(null, PORT, 4, settings, listening -> {});
        return script;
    }

    /** A stack that has just sent its SYN to the peer and drawn this key. */
    public static SegmentScript connect(ConnectionSettings settings, long key) {
        SegmentScript script = new SegmentScript(settings, StackSettings.DEFAULT);
        script.entropy.planLong(key);
        script.connect();
        return script;
    }

    private void connect() {
        connection = stack().connect(settings, recorder, null, 0, PEER, PORT, now());
        turn();
    }

    /** The stack forgets the connection of before and opens another one, of the same settings, to the same peer. */
    public SegmentScript connectAgain() {
        abort();
        connection.receiveStream().close();
        recorder.cause = null;
        connect();
        return this;
    }

    /** Where the stack's keys and nonces come from. */
    public SeededEntropy entropy() {
        return entropy;
    }

    /** A stack with limits of its own that has just sent its SYN to the peer. */
    public static SegmentScript connect(ConnectionSettings settings, StackSettings limits) {
        SegmentScript script = new SegmentScript(settings, limits);
        script.connect();
        return script;
    }

    /** A stack that has just sent its SYN to the peer; {@link #awaitSyn} takes it. */
    public static SegmentScript connect(ConnectionSettings settings) {
        SegmentScript script = new SegmentScript(settings, StackSettings.DEFAULT);
        script.connect();
        return script;
    }

    // ---- the peer

    /** A flow that the peer opens from a port of its own. */
    public ScriptedFlow peer(int port) {
        return add(new ScriptedFlow(this, PEER, port, STACK, PORT));
    }

    /** A flow that the peer opens, whose SYN has come and was answered. */
    public ScriptedFlow answeredSyn(int port) {
        ScriptedFlow peer = peer(port);
        peer.inject(peer.segment().with(TcpFlags.SYN).option(Option.mss(1460)));
        peer.expect(TcpFlags.SYN | TcpFlags.ACK);
        return peer;
    }

    /** A flow that the peer opens from another address of its own to any address of the stack. */
    public ScriptedFlow peer(IpAddress from, int port, IpAddress to) {
        return peer(from, port, to, PORT);
    }

    /** A flow that the peer opens from another address of its own to any address and port of the stack. */
    public ScriptedFlow peer(IpAddress from, int port, IpAddress to, int toPort) {
        return add(new ScriptedFlow(this, from, port, to, toPort));
    }

    /** Whether the stack has sent a SYN that {@link #awaitSyn} would take. */
    public boolean hasSyn() {
        sort();
        return !unclaimed.isEmpty();
    }

    /** The flow of the next SYN that the stack has sent; the SYN is the first segment to be expected of it. */
    public ScriptedFlow awaitSyn() {
        sort();
        Segment syn = unclaimed.poll();
        if (syn == null || !syn.has(TcpFlags.SYN)) {
            throw new AssertionError("a SYN was expected: " + syn);
        }
        ScriptedFlow flow =
                add(new ScriptedFlow(this, syn.destination(), syn.destinationPort(), syn.source(), syn.sourcePort()));
        flow.hear(syn);
        return flow;
    }

    /** Lets the stack have a segment of nobody's; returns how many it sends, which are not looked at. */
    public int forge(Segment segment) {
        sort();
        arrive(segment);
        int sent = 0;
        while (device.takeSent() != null) {
            sent++;
        }
        return sent;
    }

    /** Nobody listens any more. */
    public SegmentScript closeListener() {
        listener.close(now());
        turn();
        return this;
    }

    /** The stack gets one more address, such as 10.0.0.3/24, with an address id. */
    public SegmentScript addAddress(String address, int id) {
        stack().addAddress(0, new InterfaceAddress(Prefix.parse(address), id), now());
        turn();
        return this;
    }

    /** The stack loses an address. */
    public SegmentScript removeAddress(String address) {
        stack().removeAddress(IpAddress.parse(address), now());
        turn();
        return this;
    }

    /** The time now. */
    public long now() {
        return network.clock().now();
    }

    /** Lets time pass; timers expire in between. */
    public SegmentScript advance(Duration time) {
        network.run(() -> false, network.clock().now() + time.toNanos(), MAX_STEPS);
        turn();
        return this;
    }

    // ---- the application

    /** The connection that the stack opened or that its listener accepted; null when there is none yet. */
    public MptcpConnection connection() {
        if (connection == null) {
            connection = listener.accept(recorder);
        }
        return connection;
    }

    /** The application writes so many octets, all 0. */
    public SegmentScript write(int length) {
        int written = connection().sendStream().write(new byte[length], 0, length);
        if (written != length) {
            throw new AssertionError("there was room for " + written + " octets");
        }
        connection.onWritten(network.clock().now());
        turn();
        return this;
    }

    /** The application writes these octets. */
    public SegmentScript write(byte[] octets) {
        int written = connection().sendStream().write(octets, 0, octets.length);
        if (written != octets.length) {
            throw new AssertionError("there was room for " + written + " octets");
        }
        connection.onWritten(network.clock().now());
        turn();
        return this;
    }

    /** The application reads all there is. */
    public byte[] read() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] chunk = new byte[1 << 16];
        int length = connection().receiveStream().read(chunk, 0, chunk.length);
        while (length > 0) {
            all.write(chunk, 0, length);
            length = connection.receiveStream().read(chunk, 0, chunk.length);
        }
        connection.onConsumed(network.clock().now());
        turn();
        return all.toByteArray();
    }

    /** The application closes. */
    public SegmentScript close(MptcpConnection of) {
        of.close(network.clock().now());
        turn();
        return this;
    }

    /** The application ends its stream, and goes on reading. */
    public SegmentScript finish() {
        connection().sendStream().finish();
        connection.onWritten(now());
        turn();
        return this;
    }

    /** The application aborts. */
    public SegmentScript abort() {
        connection().abort(now());
        turn();
        return this;
    }

    /** Why the connection ended; null while it has not. */
    public CloseCause cause() {
        return recorder.cause;
    }

    /** The stack. */
    public Stack stack() {
        return host.stack();
    }

    /** The settings of the stack's connections. */
    public ConnectionSettings settings() {
        return settings;
    }

    /** Ends the connection, and checks that nothing of it is left. */
    @Override
    public void close() {
        if (listener != null && connection == null) {
            connection = listener.accept(recorder);
        }
        if (connection != null) {
            connection.receiveStream().closeReader();
            connection.abort(now());
            turn();
            connection.receiveStream().close();
        }
        if (listener != null) {
            listener.close(now());
        }
        turn();
        host.release();
        if (host.allocatedOctets() != 0) {
            throw new AssertionError(host.allocatedOctets() + " octets of buffers are left");
        }
    }

    /** Lets the stack have a packet that is no segment. */
    public SegmentScript injectPacket(byte[] packet) {
        device.arrive(packet);
        turn();
        return this;
    }

    /** Turns of the stack until it has nothing to do at this time. */
    void turn() {
        network.run(() -> false, network.clock().now(), MAX_STEPS);
    }

    void arrive(Segment segment) {
        device.arrive(segment.toBytes());
        turn();
    }

    /** Gives what was sent to the flows. */
    void sort() {
        for (byte[] packet = device.takeSent(); packet != null; packet = device.takeSent()) {
            Segment segment = Segment.parse(packet);
            if (segment == null) {
                throw new AssertionError("the stack sent a packet that is no TCP segment, or is damaged");
            }
            ScriptedFlow flow = flows.stream()
                    .filter(each -> each.isOf(segment))
                    .findFirst()
                    .orElse(null);
            if (flow == null) {
                unclaimed.add(segment);
            } else {
                flow.hear(segment);
            }
        }
    }

    private ScriptedFlow add(ScriptedFlow flow) {
        flows.add(flow);
        return flow;
    }

    private static final class Recorder implements ConnectionObserver {
        private CloseCause cause;

        @Override
        public void onEstablished(MptcpConnection of) {
            // The script sees it on the wire.
        }

        @Override
        public void onReadable(MptcpConnection of) {
            // The script reads when it wants to.
        }

        @Override
        public void onWritable(MptcpConnection of) {
            // The script writes when it wants to.
        }

        @Override
        public void onClosed(MptcpConnection of, CloseCause why) {
            cause = why;
        }
    }
}
