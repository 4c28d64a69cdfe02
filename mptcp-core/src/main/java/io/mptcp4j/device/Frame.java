package io.mptcp4j.device;

import io.netty.buffer.ByteBuf;

/** A packet on its way through a link. Goes from the sender to the receiver and back, with nothing in it. */
final class Frame {
    private static final int CE = 0b11;
    private static final int CHECKSUM = 10;

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

    /** Marks a packet that may be (RFC 3168 5); returns whether it may. */
    boolean mark() {
        boolean isIpv4 = octets[0] >> 4 == 4;
        int shift = isIpv4 ? 0 : 4;
        int codepoint = octets[1] >> shift & CE;
        if (codepoint == 0) {
            return false;
        }
        octets[1] |= CE << shift;
        if (isIpv4) {
            // RFC 1624 3, equation 3: what the word gains, the sum gains too.
            int sum = (~checksum() & 0xffff) + CE - codepoint;
            sum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
            octets[CHECKSUM] = (byte) (sum >> 8);
            octets[CHECKSUM + 1] = (byte) sum;
        }
        return true;
    }

    private int checksum() {
        return (octets[CHECKSUM] & 0xff) << 8 | octets[CHECKSUM + 1] & 0xff;
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
