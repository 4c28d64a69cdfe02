package io.mptcp4j.device;

import io.netty.buffer.ByteBuf;

/** A packet on its way through a link. Goes from the sender to the receiver and back, with nothing in it. */
final class Frame {
    private final byte[] octets;
    private int length;
    private long arrival;
    private long order;

    Frame(int capacity) {
        octets = new byte[capacity];
    }

    /** Copies headers and spans together. */
    void fill(PacketBuffer packet, long arrivesAt, long number) {
        packet.buffer().getBytes(packet.index(), octets, 0, packet.length());
        length = packet.length();
        for (int i = 0; i < packet.spanCount(); i++) {
            packet.span(i).getBytes(packet.spanIndex(i), octets, length, packet.spanLength(i));
            length += packet.spanLength(i);
        }
        arrival = arrivesAt;
        order = number;
    }

    void copyTo(ByteBuf into, int index) {
        into.setBytes(index, octets, 0, length);
    }

    int length() {
        return length;
    }

    long arrival() {
        return arrival;
    }

    /** Whether this frame arrives before the other; at the same time the one that was sent first comes first. */
    boolean isBefore(Frame other) {
        return arrival != other.arrival ? arrival < other.arrival : order < other.order;
    }
}
