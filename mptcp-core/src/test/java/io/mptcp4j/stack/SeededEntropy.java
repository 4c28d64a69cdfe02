package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import java.util.Random;

/** Random numbers that are the same in each run. */
final class SeededEntropy implements Entropy {
    private final Random random;

    SeededEntropy(long seed) {
        this.random = new Random(seed);
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
