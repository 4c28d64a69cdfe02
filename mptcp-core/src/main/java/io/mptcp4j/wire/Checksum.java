package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/**
 * The Internet checksum (RFC 1071).
 *
 * <p>A <em>sum</em> here is the ones' complement sum of 16-bit words in network order, folded to 16 bits and not
 * complemented. Sums of spans are joined by {@link #add}, or by {@link #append} where a span may begin at an odd offset;
 * {@link #complement} makes the field's value.
 */
public final class Checksum {
    /** What the sum over octets with their right checksum in place comes to. */
    public static final int RIGHT = 0xffff;

    private static final long LOW = 0xffff_ffffL;
    private static final int BLOCK = 32;

    private Checksum() {}

    /**
     * The sum over octets, the first counting as the upper half of a word.
     *
     * @param octets borrowed
     * @return 0 to 65535
     */
    public static int sum(ByteBuf octets, int index, int length) {
        // RFC 1071 2: the sum does not depend on byte order, so words are summed little-endian and swapped at the end.
        int blocks = length & -BLOCK;
        long sum = sumBlocks(octets, index, index + blocks);
        return swap(fold(sum + sumRest(octets, index + blocks, length - blocks)));
    }

    /** Four accumulators, so that no addition waits for the one before; each holds 2^31 words before it overflows. */
    private static long sumBlocks(ByteBuf octets, int index, int end) {
        long s0 = 0;
        long s1 = 0;
        long s2 = 0;
        long s3 = 0;
        for (int at = index; at < end; at += BLOCK) {
            long a = octets.getLongLE(at);
            long b = octets.getLongLE(at + 8);
            long c = octets.getLongLE(at + 16);
            long d = octets.getLongLE(at + 24);
            s0 += (a & LOW) + (a >>> 32);
            s1 += (b & LOW) + (b >>> 32);
            s2 += (c & LOW) + (c >>> 32);
            s3 += (d & LOW) + (d >>> 32);
        }
        return s0 + s1 + s2 + s3;
    }

    /** Sums up what is less than a block. */
    private static long sumRest(ByteBuf octets, int index, int length) {
        long sum = 0;
        int at = index;
        int end = index + length;
        for (; end - at >= Integer.BYTES; at += Integer.BYTES) {
            sum += octets.getUnsignedIntLE(at);
        }
        if (end - at >= Short.BYTES) {
            sum += octets.getUnsignedShortLE(at);
            at += Short.BYTES;
        }
        // RFC 1071 1: a last single octet is padded with a zero octet behind it.
        return at < end ? sum + octets.getUnsignedByte(at) : sum;
    }

    /** Folds a plain sum of words of up to 32 bits to 16 bits, carries added in. */
    public static int fold(long sum) {
        long folded = (sum & LOW) + (sum >>> 32);
        folded = (folded & LOW) + (folded >>> 32);
        folded = (folded & 0xffff) + (folded >>> 16);
        folded = (folded & 0xffff) + (folded >>> 16);
        return (int) ((folded & 0xffff) + (folded >>> 16));
    }

    /** The sum over two spans, of which the first has an even number of octets. */
    public static int add(int sum, int other) {
        int both = sum + other;
        return (both & 0xffff) + (both >>> 16);
    }

    /**
     * The sum over two spans that follow each other.
     *
     * @param sum of the octets before
     * @param offset how many octets these are, or anything with the same parity
     * @param other the sum of the span that follows
     */
    public static int append(int sum, int offset, int other) {
        // RFC 1071 2: octets at an odd offset count in the other half of their word.
        return add(sum, (offset & 1) == 0 ? other : swap(other));
    }

    /** The value of the checksum field for this sum, which was taken with the field 0. */
    public static int complement(int sum) {
        return ~sum & 0xffff;
    }

    /** The sum of the IPv4 pseudo-header (RFC 9293 3.1). */
    public static int pseudoHeaderIpv4(int source, int destination, int protocol, int transportLength) {
        return fold((source & LOW) + (destination & LOW) + protocol + transportLength);
    }

    /** The sum of the IPv6 pseudo-header (RFC 8200 8.1). */
    public static int pseudoHeaderIpv6(
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int protocol,
            int transportLength) {
        return fold(halves(sourceHigh)
                + halves(sourceLow)
                + halves(destinationHigh)
                + halves(destinationLow)
                + protocol
                + transportLength);
    }

    /** The sum of the pseudo-header of the addresses' family. */
    public static int pseudoHeader(IpAddress source, IpAddress destination, int protocol, int transportLength) {
        return source.isIpv4()
                ? pseudoHeaderIpv4(source.ipv4Bits(), destination.ipv4Bits(), protocol, transportLength)
                : pseudoHeaderIpv6(
                        source.high(), source.low(), destination.high(), destination.low(), protocol, transportLength);
    }

    /**
     * The checksum field after one 16-bit word under it has changed.
     *
     * @param checksum the field's value
     * @param from the word as it was
     * @param to the word as it is now
     */
    public static int update(int checksum, int from, int to) {
        // RFC 1624 3: HC' = ~(~HC + ~m + m')
        return complement(add(add(complement(checksum), complement(from)), to));
    }

    /** The checksum field after a 32-bit word at an even offset has changed. */
    public static int update32(int checksum, int from, int to) {
        return update(update(checksum, from >>> 16, to >>> 16), from & 0xffff, to & 0xffff);
    }

    private static long halves(long word) {
        return (word & LOW) + (word >>> 32);
    }

    private static int swap(int sum) {
        return (sum & 0xff) << 8 | sum >>> 8;
    }
}
