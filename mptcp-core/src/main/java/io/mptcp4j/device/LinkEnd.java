package io.mptcp4j.device;

import java.io.IOException;
import java.util.Objects;

/**
 * One end of a {@link VirtualLink}. Each end belongs to the one thread that drives its stack; the two ends may belong to
 * different threads, which then share one clock ({@code System.nanoTime}).
 */
public final class LinkEnd implements PacketDevice {
    private static final Runnable NOBODY = () -> {};

    private final String name;
    private final LinkDirection outgoing;
    private final LinkDirection incoming;

    private LinkEnd peer;
    private volatile Runnable doorbell = NOBODY;
    private volatile boolean closed;

    LinkEnd(String name, LinkDirection outgoing, LinkDirection incoming) {
        this.name = Objects.requireNonNull(name, "name");
        this.outgoing = outgoing;
        this.incoming = incoming;
    }

    /** Makes two ends know each other, before either is used. */
    static void join(LinkEnd a, LinkEnd b) {
        a.peer = b;
        b.peer = a;
    }

    @Override
    public void attach(Runnable newDoorbell) {
        doorbell = Objects.requireNonNull(newDoorbell, "doorbell");
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        checkOpen();
        return incoming.receive(batch, nowNanos);
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        checkOpen();
        // What the link drops it has taken: a network does not say what it loses.
        if (outgoing.transmit(batch, nowNanos)) {
            peer.doorbell.run();
        }
        return batch.count();
    }

    @Override
    public void close() {
        closed = true;
        doorbell.run();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return outgoing.mtu();
    }

    @Override
    public DeviceCapabilities capabilities() {
        return DeviceCapabilities.NONE;
    }

    @Override
    public long nextArrival() {
        return incoming.nextArrival();
    }

    /** What became of the packets that this end sent. Any thread. */
    public LinkCounters counters() {
        return outgoing.counters();
    }

    /** The octets that wait at this end to leave. Only for the thread that drives this end. */
    public long queuedOctets(long nowNanos) {
        return outgoing.queuedOctets(nowNanos);
    }

    @Override
    public String toString() {
        return name;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("virtual link " + name + " is closed");
        }
    }
}
