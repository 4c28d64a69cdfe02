package io.mptcp4j.tcp;

import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;
import io.netty.buffer.ByteBuf;
import java.util.PriorityQueue;
import java.util.Random;

/** Two connections and a network between them that loses, delays, reorders and repeats; in virtual time, by a seed. */
final class LossyPipe {
    private static final long MS = 1_000_000L;
    private static final FourTuple TUPLE =
            new FourTuple(IpAddress.parse("10.0.0.1"), 1000, IpAddress.parse("10.0.0.2"), 80);
    private static final FourTuple REVERSE =
            new FourTuple(IpAddress.parse("10.0.0.2"), 80, IpAddress.parse("10.0.0.1"), 1000);

    double loss;
    double duplication;
    double reordering;
    long delay = 10 * MS;

    /** The time that an octet takes to leave, in nanoseconds. */
    long nanosAnOctet = 80;

    final PipeHost client;
    final PipeHost server;
    private final PriorityQueue<Packet> inFlight = new PriorityQueue<>();
    private final Random random;
    private final TcpView view = new TcpView();
    private final TcpOptions options = new TcpOptions();
    private final long[] lineFreeAt = new long[2];
    private long now = 1_000 * MS;
    private long count;
    private boolean accepted;

    private record Packet(long time, long number, PipeHost to, ByteBuf segment) implements Comparable<Packet> {
        @Override
        public int compareTo(Packet other) {
            return time != other.time ? Long.compare(time, other.time) : Long.compare(number, other.number);
        }
    }

    LossyPipe(long seed, TcpSettings settings, long up, long down, boolean offload) {
        random = new Random(seed);
        client = new PipeHost(this, TUPLE, settings, random.nextInt(), up, offload);
        server = new PipeHost(this, REVERSE, settings, random.nextInt(), down, offload);
    }

    long now() {
        return now;
    }

    void send(PipeHost from, ByteBuf segment) {
        int line = from == client ? 0 : 1;
        long start = Math.max(now, lineFreeAt[line]);
        lineFreeAt[line] = start + segment.readableBytes() * nanosAnOctet;
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long extra = random.nextDouble() < reordering ? (long) (random.nextDouble() * delay) : 0;
            inFlight.add(
                    new Packet(lineFreeAt[line] + delay + extra, count++, from == client ? server : client, segment));
        }
    }

    /** Runs until both ends are closed; returns whether they are after so many seconds. */
    boolean run(long seconds) {
        long end = now + seconds * 1_000 * MS;
        client.tcp.open(now);
        client.turn(now);
        while (now < end && !(client.closed && server.closed)) {
            step();
        }
        return client.closed && server.closed;
    }

    private void step() {
        long next = Math.min(client.nextDeadline(), server.nextDeadline());
        Packet packet = inFlight.peek();
        if (packet != null && packet.time <= next) {
            inFlight.poll();
            now = packet.time;
            deliver(packet.to, packet.segment);
            packet.to.turn(now);
            return;
        }
        if (next == Long.MAX_VALUE) {
            throw new AssertionError("nothing will ever happen: " + client.tcp.state() + ", " + server.tcp.state());
        }
        now = Math.max(now, next);
        client.tcp.advance(now);
        server.tcp.advance(now);
        client.turn(now);
        server.turn(now);
    }

    private void deliver(PipeHost to, ByteBuf segment) {
        assert view.wrap(segment, 0, segment.readableBytes()) == null;
        assert options.parse(view);
        if (to == server && !accepted) {
            accepted = true;
            server.tcp.accept(view, options, now);
        } else {
            to.tcp.segmentArrives(view, options, now);
        }
    }
}
