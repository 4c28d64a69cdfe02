package io.mptcp4j.number;

/** Where random numbers come from: {@code SecureRandom} in production, a seed in tests. */
public interface Entropy {
    /** 32 random bits. */
    int nextInt();

    /** 64 random bits. */
    long nextLong();

    /** Fills an array with random octets. */
    void nextBytes(byte[] octets);
}
