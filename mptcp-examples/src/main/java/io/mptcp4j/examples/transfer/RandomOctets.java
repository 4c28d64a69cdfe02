package io.mptcp4j.examples.transfer;

import java.io.InputStream;
import java.util.SplittableRandom;

/** So many random octets, the same for the same seed. */
public final class RandomOctets extends InputStream {
    private static final int BLOCK = 8 << 10;

    private final SplittableRandom random;
    private final byte[] block = new byte[BLOCK];
    private int position = BLOCK;
    private long left;

    /** Octets of a seed. */
    public RandomOctets(long count, long seed) {
        this.left = count;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        if (position == BLOCK) {
            random.nextBytes(block);
            position = 0;
        }
        int count = (int) Math.min(Math.min(length, BLOCK - position), left);
        System.arraycopy(block, position, into, offset, count);
        position += count;
        left -= count;
        return count;
    }
}
