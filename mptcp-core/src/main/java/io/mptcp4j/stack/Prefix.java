package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;
import java.util.Objects;

/**
 * A range of addresses: those that agree with {@code address} in the first {@code length} bits. Bits behind the length
 * are kept, so that a prefix can also say the address of an interface.
 *
 * @param address any address of the range
 * @param length bits, 0 to 32 (IPv4) or 128 (IPv6)
 */
public record Prefix(IpAddress address, int length) {
    /** All IPv4 addresses. */
    public static final Prefix ALL_IPV4 = new Prefix(IpAddress.ofIpv4(0), 0);

    /** All IPv6 addresses. */
    public static final Prefix ALL_IPV6 = new Prefix(IpAddress.ofIpv6(0, 0), 0);

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;

    /** Checks the length. */
    public Prefix {
        Objects.requireNonNull(address, "address");
        if (length < 0 || length > bits(address)) {
            throw new IllegalArgumentException(
                    "a prefix length is 0 to " + bits(address) + " for " + address + ": " + length);
        }
    }

    /** The one address alone. */
    public static Prefix of(IpAddress address) {
        return new Prefix(address, bits(address));
    }

    /**
     * Reads {@code 10.0.0.0/8}; without a slash the one address alone.
     *
     * @throws IllegalArgumentException when the text is not an address literal, or the length cannot be
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return of(IpAddress.parse(text));
        }
        try {
            return new Prefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a prefix: '" + text + "'; write 10.0.0.0/8 or fd00::/64", e);
        }
    }

    /** Whether an address lies in the range. */
    public boolean contains(IpAddress other) {
        return other.isIpv4() == address.isIpv4() && commonBits(address, other) >= length;
    }

    /** The bits in which two addresses of one family agree, counted from the first. */
    static int commonBits(IpAddress a, IpAddress b) {
        if (a.isIpv4()) {
            return Integer.numberOfLeadingZeros(a.ipv4Bits() ^ b.ipv4Bits());
        }
        return a.high() != b.high()
                ? Long.numberOfLeadingZeros(a.high() ^ b.high())
                : Long.SIZE + Long.numberOfLeadingZeros(a.low() ^ b.low());
    }

    private static int bits(IpAddress address) {
        return address.isIpv4() ? IPV4_BITS : IPV6_BITS;
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
