package io.mptcp4j.socket;

import io.mptcp4j.number.Entropy;
import java.security.SecureRandom;

/** Random numbers that nobody can foretell: keys, nonces and sequence numbers depend on it. */
final class SecureEntropy implements Entropy {
    private final SecureRandom random = new SecureRandom();

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
