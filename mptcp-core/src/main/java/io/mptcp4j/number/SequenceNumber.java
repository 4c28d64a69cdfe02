package io.mptcp4j.number;

/**
 * Arithmetic modulo 2^32 on TCP sequence numbers (RFC 9293 3.4), held in an {@code int}.
 *
 * <p>A bare {@code <} on sequence numbers is a bug; these are the comparisons to use. Two numbers compare rightly while
 * they lie less than 2^31 apart.
 */
public final class SequenceNumber {
    private SequenceNumber() {}

    /** Whether {@code a} comes before {@code b}. */
    public static boolean lessThan(int a, int b) {
        return a - b < 0;
    }

    /** Whether {@code a} comes before {@code b} or is equal to it. */
    public static boolean lessOrEqual(int a, int b) {
        return a - b <= 0;
    }

    /** Whether {@code a} comes after {@code b}. */
    public static boolean greaterThan(int a, int b) {
        return a - b > 0;
    }

    /** Whether {@code a} comes after {@code b} or is equal to it. */
    public static boolean greaterOrEqual(int a, int b) {
        return a - b >= 0;
    }

    /** The octets from {@code from} up to {@code to}; negative when {@code to} comes first. */
    public static int distance(int from, int to) {
        return to - from;
    }

    /** The later of the two. */
    public static int max(int a, int b) {
        return a - b >= 0 ? a : b;
    }

    /** The earlier of the two. */
    public static int min(int a, int b) {
        return a - b <= 0 ? a : b;
    }

    /** Whether {@code left <= number < left + length}, for {@code 0 <= length < 2^31}. */
    public static boolean inWindow(int number, int left, int length) {
        int offset = number - left;
        return offset >= 0 && offset < length;
    }

    /** The number as an unsigned value, for printing. */
    public static long toLong(int number) {
        return number & 0xffffffffL;
    }
}
