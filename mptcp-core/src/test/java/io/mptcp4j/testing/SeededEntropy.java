package io.mptcp4j.testing;

import io.mptcp4j.number.Entropy;
import java.util.Random;

/** Random numbers that are the same in every run with the same seed. */
public final class SeededEntropy implements Entropy {
    private final Random random;

    /** The numbers of a seed. */
    public SeededEntropy(long seed) {
        random = new Random(seed);
    }

    @Override
    public int nextInt() {
        return random.nextInt();
    }

    @Override
    public long nextLong() {
        return random.nextLong();
    }

    @Override
    public void nextBytes(byte[] octets) {
        random.nextBytes(octets);
    }
}
