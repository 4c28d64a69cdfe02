package io.mptcp4j.number;

/**
 * Arithmetic modulo 2^64 on data sequence numbers (RFC 8684 3.3), held in a {@code long}.
 *
 * <p>Two numbers compare rightly while they lie less than 2^63 apart.
 */
public final class DataSequenceNumber {
    private static final long HALF_OF_32_BIT = 1L << 31;
    private static final long ALL_OF_32_BIT = 1L << 32;

    private DataSequenceNumber() {}

    /** Whether {@code a} comes before {@code b}. */
    public static boolean lessThan(long a, long b) {
        return a - b < 0;
    }

    /** Whether {@code a} comes before {@code b} or is equal to it. */
    public static boolean lessOrEqual(long a, long b) {
        return a - b <= 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean greaterThan(long a, long b) {
        return a - b > 0;
    }

    /** Whether {@code a} comes after {@code b} or is equal to it. */
    public static boolean greaterOrEqual(long a, long b) {
        return a - b >= 0;
    }

    /** The octets from {@code from} up to {@code to}; negative when {@code to} comes first. */
    public static long distance(long from, long to) {
        return to - from;
    }

    /**
     * The 64-bit number nearest to {@code near} whose low half is {@code low}.
     *
     * <p>RFC 8684 3.3.1: a 32-bit number on the wire stands for the low half of the 64-bit one; the receiver finds the
     * high half from what it expects.
     */
    public static long expand(int low, long near) {
        long candidate = (near & ~0xffffffffL) | (low & 0xffffffffL);
        long distance = candidate - near;
        if (distance > HALF_OF_32_BIT) {
            return candidate - ALL_OF_32_BIT;
        }
        if (distance < -HALF_OF_32_BIT) {
            return candidate + ALL_OF_32_BIT;
        }
        return candidate;
    }
}
