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
        long mixed = mix(position);
        for (int i = 0; i < length; i++) {
            if ((position + i & 7) == 0) {
                mixed = mix(position + i);
            }
            into[i] = (byte) (mixed >>> 8 * (position + i & 7));
        }
    }

    /** The index of the first octet that is not the one at its position; -1 when all are right. */
    public int mismatch(long position, byte[] octets, int length) {
        long mixed = mix(position);
        for (int i = 0; i < length; i++) {
            if ((position + i & 7) == 0) {
                mixed = mix(position + i);
            }
            if (octets[i] != (byte) (mixed >>> 8 * (position + i & 7))) {
                return i;
            }
        }
        return -1;
    }

    /** How many octets are not those at their positions. */
    public int mismatches(long position, byte[] octets, int length) {
        int wrong = 0;
        for (int i = 0; i < length; i++) {
            wrong += octets[i] == (byte) (mix(position + i) >>> 8 * (position + i & 7)) ? 0 : 1;
        }
        return wrong;
    }

    /** Eight octets at once. */
    private long mix(long position) {
        long mixed = (position >>> 3) * 0x9e3779b97f4a7c15L + seed;
        mixed = (mixed ^ mixed >>> 30) * 0xbf58476d1ce4e5b9L;
        return (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
    }
}
