package io.mptcp4j.testing;

import io.mptcp4j.number.Entropy;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;

/** Random numbers that are the same in every run with the same seed. */
public final class SeededEntropy implements Entropy {
    private final Random random;
    private final Queue<Long> plannedLongs = new ArrayDeque<>();
    private final Queue<Integer> plannedInts = new ArrayDeque<>();

    /** The numbers of a seed. */
    public SeededEntropy(long seed) {
        random = new Random(seed);
    }

    /** The next {@link #nextLong} gives this, for a key that a capture has. */
    public void planLong(long value) {
        plannedLongs.add(value);
    }

    /** The next {@link #nextInt} gives this, for a nonce that a capture has. */
    public void planInt(int value) {
        plannedInts.add(value);
    }

    @Override
    public int nextInt() {
        return plannedInts.isEmpty() ? random.nextInt() : plannedInts.remove();
    }

    @Override
    public long nextLong() {
        return plannedLongs.isEmpty() ? random.nextLong() : plannedLongs.remove();
    }

    @Override
    public void nextBytes(byte[] octets) {
        random.nextBytes(octets);
    }
}
