package io.mptcp4j.testing;

/** An endless stream of random octets that anyone can make anew from its seed, at any position. */
public final class RandomOctets {
    private final long seed;

    /** The stream of a seed. */
    public RandomOctets(long seed) {
        this.seed = seed;
    }

    /** Copies the octets from {@code position} on to the beginning of {@code into}. */
    public void fill(long position, byte[] into, int length) {
        for (int i = 0; i < length; i++) {
            into[i] = at(position + i);
        }
    }

    /** The index of the first octet that is not the one at its position; -1 when all are right. */
    public int mismatch(long position, byte[] octets, int length) {
        for (int i = 0; i < length; i++) {
            if (octets[i] != at(position + i)) {
                return i;
            }
        }
        return -1;
    }

    private byte at(long position) {
        long mixed = (position >>> 3) * 0x9e3779b97f4a7c15L + seed;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return (byte) (mixed >>> 8 * (position & 7));
    }
}
