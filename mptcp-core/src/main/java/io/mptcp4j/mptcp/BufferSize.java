package io.mptcp4j.mptcp;

/**
 * How many octets a stream of a connection may hold: a fixed number, as after {@code setReceiveBufferSize}, or one that
 * grows with what the connection moves in a round trip.
 *
 * @param initial octets at the begin, 4 KiB to {@code maximum}
 * @param maximum octets up to which it grows, at most 1 GiB
 */
public record BufferSize(int initial, int maximum) {
    /** The smallest buffer in octets. */
    public static final int LEAST = 4 << 10;

    /** The largest buffer in octets: what a window scaled by 14 can express (RFC 7323 2.3). */
    public static final int MOST = 1 << 30;

    /** Checks each range. */
    public BufferSize {
        if (initial < LEAST || maximum < initial || maximum > MOST) {
            throw new IllegalArgumentException(
                    "a buffer is " + LEAST + " to " + MOST + " octets: " + initial + " to " + maximum);
        }
    }

    /** A size that stays. */
    public static BufferSize fixed(int octets) {
        return new BufferSize(octets, octets);
    }

    /** Whether the size stays. */
    public boolean isFixed() {
        return initial == maximum;
    }
}
