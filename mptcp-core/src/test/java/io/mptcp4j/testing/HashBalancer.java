package io.mptcp4j.testing;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A router that shares the packets to one address out among servers by a hash of their addresses and ports, and knows
 * nothing of MPTCP. Packets to other addresses go where those are.
 */
public final class HashBalancer implements SimulatedNetwork.Host {
    private static final int BATCH = 64;
    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;

    private final IpAddress shared;
    private final long seed;
    private final List<PacketDevice> devices = new ArrayList<>();
    private final List<PacketDevice> servers = new ArrayList<>();
    private final Map<IpAddress, PacketDevice> routes = new HashMap<>();
    private final Map<Integer, PacketDevice> ports = new HashMap<>();
    private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, UnpooledByteBufAllocator.DEFAULT);
    private final PacketBatch outgoing = PacketBatch.forSending(1, UnpooledByteBufAllocator.DEFAULT);

    /** A balancer of what goes to {@code shared}, whose hash a seed decides. */
    public HashBalancer(IpAddress shared, long seed) {
        this.shared = shared;
        this.seed = seed;
    }

    /** Adds a device on which these addresses are. */
    public void addDevice(PacketDevice device, IpAddress... addresses) {
        devices.add(device);
        for (IpAddress address : addresses) {
            routes.put(address, device);
        }
    }

    /** Adds the device of the next server, with its own addresses. */
    public void addServer(PacketDevice device, IpAddress... own) {
        servers.add(device);
        addDevice(device, own);
    }

    /** What goes to this port of the shared address goes to this server. */
    public void forwardPort(int port, int server) {
        ports.put(port, servers.get(server));
    }

    /** The server that gets the segments of this 4-tuple. */
    public int serverOf(IpAddress source, int sourcePort, int destinationPort) {
        long hash = seed;
        for (long word : new long[] {source.high(), source.low(), (long) sourcePort << 16 | destinationPort}) {
            hash = mix(hash + GOLDEN ^ word);
        }
        return (int) Long.remainderUnsigned(hash, servers.size());
    }

    /** The finalizer of SplitMix64: each bit in decides about each bit out. */
    private static long mix(long word) {
        long first = (word ^ word >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        long second = (first ^ first >>> 27) * 0x94d0_49bb_1331_11ebL;
        return second ^ second >>> 31;
    }

    @Override
    public void turn(long nowNanos) {
        for (PacketDevice device : devices) {
            incoming.clear();
            try {
                device.receive(incoming, nowNanos);
                for (int i = 0; i < incoming.count(); i++) {
                    forward(incoming.get(i), nowNanos);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public long nextDeadline() {
        return devices.stream().mapToLong(PacketDevice::nextArrival).min().orElse(Long.MAX_VALUE);
    }

    /** Gives its buffers back. */
    public void release() {
        incoming.release();
        outgoing.release();
    }

    private void forward(PacketBuffer packet, long nowNanos) throws IOException {
        byte[] octets = MiddleboxDevice.octetsOf(packet);
        Segment segment = Segment.parse(octets);
        if (segment == null) {
            return;
        }
        PacketDevice to = deviceOf(segment);
        if (to != null) {
            outgoing.clear();
            outgoing.next().addSpan(Unpooled.wrappedBuffer(octets), 0, octets.length);
            to.transmit(outgoing, nowNanos);
        }
    }

    private PacketDevice deviceOf(Segment segment) {
        if (!segment.destination().equals(shared)) {
            return routes.get(segment.destination());
        }
        PacketDevice byPort = ports.get(segment.destinationPort());
        return byPort != null
                ? byPort
                : servers.get(serverOf(segment.source(), segment.sourcePort(), segment.destinationPort()));
    }
}
