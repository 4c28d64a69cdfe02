package io.mptcp4j.testing;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * A link that many hosts have in common: one rate and one queue each way for the packets of all. Each host has a port of its
 * own, with an IPv4 address and a delay of its own.
 *
 * <p>The hosts at end A take a little time for each packet that they send, at random. Without, a few flows through one queue fall into step, and
 * which of them loses a packet is no chance any more (Floyd and Jacobson, "On Traffic Phase Effects in Packet-Switched
 * Gateways", 1991).
 */
public final class SharedLink implements AutoCloseable {
    private static final int BATCH = 64;
    private static final int DESTINATION = 16;

    private final SimulatedPath path;
    private final Side sideA;
    private final Side sideB;
    private final Random random;

    /** A link whose hosts at end A take up to {@code jitter} for a packet. */
    SharedLink(SimulatedPath path, Duration jitter, long seed) {
        this.path = path;
        this.sideA = new Side(path.deviceA(), jitter.toNanos());
        this.sideB = new Side(path.deviceB(), 0);
        this.random = new Random(seed);
    }

    /** A port at end A for the host with this address, from which packets need {@code delay} to the link. */
    public PortDevice portA(IpAddress address, Duration delay) {
        return sideA.port(address, delay);
    }

    /** A port at end B. */
    public PortDevice portB(IpAddress address, Duration delay) {
        return sideB.port(address, delay);
    }

    /** The link and its counters. */
    public SimulatedPath path() {
        return path;
    }

    @Override
    public void close() {
        sideA.release();
        sideB.release();
    }

    private record Packet(byte[] octets, long leavesAt) {}

    private final class Side {
        private final PacketDevice end;
        private final long jitterNanos;
        private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, UnpooledByteBufAllocator.DEFAULT);
        private final PacketBatch outgoing = PacketBatch.forSending(1, UnpooledByteBufAllocator.DEFAULT);
        private final Map<IpAddress, PortDevice> byAddress = new HashMap<>();

        private Side(PacketDevice end, long jitterNanos) {
            this.end = end;
            this.jitterNanos = jitterNanos;
        }

        private PortDevice port(IpAddress address, Duration delay) {
            PortDevice port = new PortDevice(this, address.toString(), delay.toNanos());
            byAddress.put(address, port);
            return port;
        }

        /** Hands what has crossed the link to the ports. */
        private void collect(long nowNanos) throws IOException {
            do {
                incoming.clear();
                end.receive(incoming, nowNanos);
                for (int i = 0; i < incoming.count(); i++) {
                    PacketBuffer packet = incoming.get(i);
                    int destination = packet.buffer().getInt(packet.index() + DESTINATION);
                    PortDevice port = byAddress.get(IpAddress.ofIpv4(destination));
                    if (port == null) {
                        throw new IllegalStateException("nobody has the address " + IpAddress.ofIpv4(destination));
                    }
                    port.arrived.add(MiddleboxDevice.octetsOf(packet));
                }
            } while (incoming.isFull());
        }

        private void release() {
            incoming.release();
            outgoing.release();
        }
    }

    /** The device of one host. */
    public final class PortDevice implements PacketDevice {
        private final Side side;
        private final String name;
        private final long delayNanos;
        private final Queue<Packet> leaving = new ArrayDeque<>();
        private final Queue<byte[]> arrived = new ArrayDeque<>();
        private long latest = Long.MIN_VALUE;
        private long deliveredOctets;

        private PortDevice(Side side, String name, long delayNanos) {
            this.side = side;
            this.name = name;
            this.delayNanos = delayNanos;
        }

        @Override
        public int transmit(PacketBatch batch, long nowNanos) throws IOException {
            for (int i = 0; i < batch.count(); i++) {
                long jitter = (long) (random.nextDouble() * side.jitterNanos);
                // Never out of order.
                latest = Math.max(latest, nowNanos + delayNanos + jitter);
                leaving.add(new Packet(MiddleboxDevice.octetsOf(batch.get(i)), latest));
            }
            sendLeaving(nowNanos);
            return batch.count();
        }

        private void sendLeaving(long nowNanos) throws IOException {
            while (!leaving.isEmpty() && leaving.peek().leavesAt() <= nowNanos) {
                byte[] octets = leaving.remove().octets();
                side.outgoing.clear();
                side.outgoing.next().addSpan(Unpooled.wrappedBuffer(octets), 0, octets.length);
                side.end.transmit(side.outgoing, nowNanos);
            }
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) throws IOException {
            sendLeaving(nowNanos);
            side.collect(nowNanos);
            int received = 0;
            while (!arrived.isEmpty() && !batch.isFull()) {
                byte[] octets = arrived.remove();
                PacketBuffer slot = batch.next();
                slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, octets);
                slot.setBounds(PacketBatch.RECEIVE_INDEX, octets.length);
                deliveredOctets += octets.length;
                received++;
            }
            return received;
        }

        @Override
        public long nextArrival() {
            if (!arrived.isEmpty()) {
                return Long.MIN_VALUE;
            }
            long next = side.end.nextArrival();
            return leaving.isEmpty() ? next : Math.min(next, leaving.peek().leavesAt());
        }

        /** The octets of packets that the host has received here, IP headers included. */
        public long deliveredOctets() {
            return deliveredOctets;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int mtu() {
            return side.end.mtu();
        }

        @Override
        public DeviceCapabilities capabilities() {
            return DeviceCapabilities.NONE;
        }

        @Override
        public void close() {
            // The link belongs to all.
        }
    }
}
