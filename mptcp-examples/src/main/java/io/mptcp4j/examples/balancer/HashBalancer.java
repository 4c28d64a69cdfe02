package io.mptcp4j.examples.balancer;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A router with a thread of its own that shares packets to one IPv4 address out among servers by a hash of source address
 * and ports, and knows nothing of MPTCP. Packets to other addresses go where those are.
 */
final class HashBalancer implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int HEADER_UNIT = 4;
    private static final int LENGTH_BITS = 0xf;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final int shared;
    private final List<PacketDevice> devices = new ArrayList<>();
    private final List<PacketBatch> outgoing = new ArrayList<>();
    private final List<Integer> servers = new ArrayList<>();
    private final Map<Integer, Integer> routes = new HashMap<>();
    private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, PooledByteBufAllocator.DEFAULT);
    private final Thread thread = new Thread(this::run, "balancer");
    private volatile boolean rang;
    private volatile boolean closed;

    HashBalancer(String sharedAddress) {
        shared = IpAddress.parse(sharedAddress).ipv4Bits();
    }

    /** Adds a device on which these addresses are; before {@link #start}. */
    void addDevice(PacketDevice device, List<String> addresses) {
        for (String address : addresses) {
            routes.put(IpAddress.parse(address).ipv4Bits(), devices.size());
        }
        devices.add(device);
        outgoing.add(PacketBatch.forSending(BATCH, PooledByteBufAllocator.DEFAULT));
        device.attach(this::ring);
    }

    /** Adds the device of the next server, with its own addresses; before {@link #start}. */
    void addServer(PacketDevice device, List<String> own) {
        servers.add(devices.size());
        addDevice(device, own);
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void ring() {
        rang = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!closed) {
                rang = false;
                if (!turn(System.nanoTime()) && !rang) {
                    rest();
                }
            }
        } catch (IOException e) {
            // The links are closed: the demonstration is over.
            closed = true;
        } finally {
            incoming.release();
            outgoing.forEach(PacketBatch::release);
        }
    }

    private boolean turn(long now) throws IOException {
        boolean any = false;
        for (PacketDevice device : devices) {
            incoming.clear();
            any |= device.receive(incoming, now) > 0;
            for (int i = 0; i < incoming.count(); i++) {
                forward(incoming.get(i));
            }
            for (int i = 0; i < devices.size(); i++) {
                if (outgoing.get(i).count() > 0) {
                    devices.get(i).transmit(outgoing.get(i), now);
                    outgoing.get(i).clear();
                }
            }
        }
        return any;
    }

    private void forward(PacketBuffer packet) {
        ByteBuf octets = packet.buffer();
        int index = packet.index();
        if (octets.getByte(index) >>> HEADER_UNIT != HEADER_UNIT) {
            return;
        }
        int destination = octets.getInt(index + DESTINATION);
        Integer to = destination == shared ? servers.get(serverOf(octets, index)) : routes.get(destination);
        if (to != null) {
            outgoing.get(to).next().addSpan(octets, index, packet.length());
        }
    }

    private int serverOf(ByteBuf octets, int index) {
        int ports = octets.getInt(index + (octets.getByte(index) & LENGTH_BITS) * HEADER_UNIT);
        long hash = mix(mix(octets.getInt(index + SOURCE) + GOLDEN) ^ ports);
        return (int) Long.remainderUnsigned(hash, servers.size());
    }

    /** The finalizer of SplitMix64: each bit in decides about each bit out. */
    private static long mix(long word) {
        long first = (word ^ word >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        long second = (first ^ first >>> 27) * 0x94d0_49bb_1331_11ebL;
        return second ^ second >>> 31;
    }

    private void rest() {
        long next = devices.stream().mapToLong(PacketDevice::nextArrival).min().orElse(Long.MAX_VALUE);
        if (next == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, next - System.nanoTime());
        }
    }
}
