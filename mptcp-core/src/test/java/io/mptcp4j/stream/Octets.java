package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Octets that tell their position, so that a misplaced one shows. */
final class Octets {
    private Octets() {}

    static byte at(long position) {
        long mixed = position * 0x9E3779B97F4A7C15L;
        return (byte) (mixed >>> 56 ^ mixed >>> 32);
    }

    static byte[] array(long position, int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = at(position + i);
        }
        return octets;
    }

    /** A buffer of some capacity with the octets at {@code index}. */
    static ByteBuf buffer(int capacity, int index, long position, int length) {
        ByteBuf buffer = Unpooled.directBuffer(capacity, capacity);
        for (int i = 0; i < length; i++) {
            buffer.setByte(index + i, at(position + i));
        }
        return buffer;
    }

    /** The first index at which the array does not hold the octets from {@code position} on; -1 if it does. */
    static int mismatch(byte[] octets, int offset, int length, long position) {
        for (int i = 0; i < length; i++) {
            if (octets[offset + i] != at(position + i)) {
                return i;
            }
        }
        return -1;
    }
}
