package io.mptcp4j.testing;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** A device with a chain of middleboxes before it: host A, the first box, the last box, then the decorated device. */
final class MiddleboxDevice implements PacketDevice {
    private static final int BATCH = 64;

    private final PacketDevice device;
    private final List<Middlebox> boxes;
    private final PacketBatch incoming = PacketBatch.forReceiving(BATCH, UnpooledByteBufAllocator.DEFAULT);
    private final PacketBatch outgoing = PacketBatch.forSending(BATCH, UnpooledByteBufAllocator.DEFAULT);
    private final Queue<byte[]> toHost = new ArrayDeque<>();
    private final Queue<byte[]> toDevice = new ArrayDeque<>();

    MiddleboxDevice(PacketDevice device, List<Middlebox> boxes) {
        this.device = device;
        this.boxes = List.copyOf(boxes);
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        incoming.clear();
        device.receive(incoming, nowNanos);
        for (int i = 0; i < incoming.count(); i++) {
            pass(octetsOf(incoming.get(i)), Direction.B_TO_A, nowNanos);
        }
        for (int i = 0; i < boxes.size(); i++) {
            if (boxes.get(i).nextDeadline() <= nowNanos) {
                boxes.get(i).advance(nowNanos, outputOf(i, nowNanos));
            }
        }
        transmitPending(nowNanos);
        int received = 0;
        while (!toHost.isEmpty() && !batch.isFull()) {
            byte[] packet = toHost.remove();
            PacketBuffer slot = batch.next();
            slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, packet);
            slot.setBounds(PacketBatch.RECEIVE_INDEX, packet.length);
            received++;
        }
        return received;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        for (int i = 0; i < batch.count(); i++) {
            pass(octetsOf(batch.get(i)), Direction.A_TO_B, nowNanos);
        }
        transmitPending(nowNanos);
        return batch.count();
    }

    @Override
    public long nextArrival() {
        // What boxes send back to the host is there at once.
        long next = toHost.isEmpty() ? device.nextArrival() : Long.MIN_VALUE;
        for (Middlebox box : boxes) {
            next = Math.min(next, box.nextDeadline());
        }
        return next;
    }

    @Override
    public void attach(Runnable doorbell) {
        device.attach(doorbell);
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public DeviceCapabilities capabilities() {
        return DeviceCapabilities.NONE;
    }

    @Override
    public void close() {
        device.close();
    }

    void release() {
        incoming.release();
        outgoing.release();
    }

    private void pass(byte[] packet, Direction direction, long nowNanos) {
        Segment segment = Segment.parse(packet);
        if (segment == null) {
            (direction == Direction.A_TO_B ? toDevice : toHost).add(packet);
        } else {
            enter(direction == Direction.A_TO_B ? 0 : boxes.size() - 1, segment, direction, nowNanos);
        }
    }

    private void enter(int box, Segment segment, Direction direction, long nowNanos) {
        if (box < 0) {
            toHost.add(segment.toBytes());
        } else if (box == boxes.size()) {
            toDevice.add(segment.toBytes());
        } else {
            boxes.get(box).forward(segment, direction, nowNanos, outputOf(box, nowNanos));
        }
    }

    private Middlebox.Output outputOf(int box, long nowNanos) {
        return new Middlebox.Output() {
            @Override
            public void send(Segment segment, Direction direction) {
                enter(direction == Direction.A_TO_B ? box + 1 : box - 1, segment, direction, nowNanos);
            }

            @Override
            public void sendPacket(byte[] packet, Direction direction) {
                (direction == Direction.A_TO_B ? toDevice : toHost).add(packet);
            }
        };
    }

    private void transmitPending(long nowNanos) throws IOException {
        while (!toDevice.isEmpty()) {
            outgoing.clear();
            while (!toDevice.isEmpty() && !outgoing.isFull()) {
                byte[] packet = toDevice.remove();
                outgoing.next().addSpan(Unpooled.wrappedBuffer(packet), 0, packet.length);
            }
            device.transmit(outgoing, nowNanos);
        }
    }

    static byte[] octetsOf(PacketBuffer packet) {
        byte[] octets = new byte[packet.totalLength()];
        packet.buffer().getBytes(packet.index(), octets, 0, packet.length());
        int at = packet.length();
        for (int i = 0; i < packet.spanCount(); i++) {
            packet.span(i).getBytes(packet.spanIndex(i), octets, at, packet.spanLength(i));
            at += packet.spanLength(i);
        }
        return octets;
    }
}
