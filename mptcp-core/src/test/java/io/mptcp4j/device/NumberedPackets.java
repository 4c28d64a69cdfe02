package io.mptcp4j.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Sends packets that carry a number and nothing else of sense, and reads the numbers of those that arrive. */
final class NumberedPackets implements AutoCloseable {
    static final int LENGTH = 1500;

    private final PacketBatch outgoing = PacketBatch.forSending(64, UnpooledByteBufAllocator.DEFAULT);
    private final PacketBatch incoming = PacketBatch.forReceiving(64, UnpooledByteBufAllocator.DEFAULT);
    private final ByteBuf payload = Unpooled.directBuffer(70_000).writeZero(70_000);

    /** One batch of packets, with consecutive numbers from {@code first} on. */
    void send(PacketDevice device, int first, int count, int length, long now) throws IOException {
        outgoing.clear();
        for (int i = 0; i < count; i++) {
            PacketBuffer packet = outgoing.next();
            packet.buffer().setZero(64, 40);
            packet.buffer().setInt(64, first + i);
            packet.setBounds(64, 40);
            int payloadLength = length - 40;
            packet.addSpan(payload, 0, payloadLength / 2);
            packet.addSpan(payload, 7, payloadLength - payloadLength / 2);
        }
        device.transmit(outgoing, now);
    }

    void send(PacketDevice device, int first, int count, long now) throws IOException {
        send(device, first, count, LENGTH, now);
    }

    /** The numbers of all packets that have arrived, in order. */
    List<Integer> receive(PacketDevice device, long now) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        do {
            incoming.clear();
            device.receive(incoming, now);
            for (int i = 0; i < incoming.count(); i++) {
                PacketBuffer packet = incoming.get(i);
                numbers.add(packet.buffer().getInt(packet.index()));
            }
        } while (incoming.count() > 0);
        return numbers;
    }

    /** What one receive call brings. */
    PacketBatch receiveBatch(PacketDevice device, long now) throws IOException {
        incoming.clear();
        device.receive(incoming, now);
        return incoming;
    }

    @Override
    public void close() {
        outgoing.release();
        incoming.release();
        payload.release();
    }
}
