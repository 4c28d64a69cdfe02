package io.mptcp4j.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * An IPv4 or IPv6 address: immutable, compared by value.
 *
 * <p>An IPv4 address is held as its IPv4-mapped form (RFC 4291 2.5.5.2), so that two {@code long} values name every
 * address; {@link #isIpv4()} tells the families apart.
 */
public final class IpAddress {
    private static final long MAPPED_PREFIX = 0x0000_ffff_0000_0000L;
    private static final int LOOPBACK_NETWORK = 127;
    private static final int FIRST_MULTICAST_NETWORK = 0xe0;
    private static final int IPV4_OCTETS = 4;
    private static final int IPV6_OCTETS = 16;

    private final long high;
    private final long low;

    private IpAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /** The IPv4 address with these 32 bits, in network order. */
    public static IpAddress ofIpv4(int bits) {
        return new IpAddress(0, mapped(bits));
    }

    /** The IPv6 address with these 128 bits, in network order. */
    public static IpAddress ofIpv6(long high, long low) {
        return new IpAddress(high, low);
    }

    /** The same address as the JDK's. */
    public static IpAddress of(InetAddress address) {
        byte[] octets = Objects.requireNonNull(address, "address").getAddress();
        return octets.length == IPV4_OCTETS
                ? ofIpv4((int) bits(octets, 0, IPV4_OCTETS))
                : ofIpv6(bits(octets, 0, Long.BYTES), bits(octets, Long.BYTES, Long.BYTES));
    }

    /**
     * The address that a literal names. No name is ever looked up.
     *
     * @throws IllegalArgumentException when the text is not an address literal
     */
    public static IpAddress parse(String literal) {
        if (literal.isEmpty()
                || !literal.chars().allMatch(IpAddress::isLiteralCharacter)
                || literal.indexOf(':') < 0
                        && literal.chars().filter(c -> c == '.').count() != 3) {
            throw new IllegalArgumentException("not an IP address literal: '" + literal + "'");
        }
        try {
            return of(InetAddress.getByName(literal));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an IP address literal: '" + literal + "'", e);
        }
    }

    /** The low 64 bits under which an IPv4 address is held. */
    public static long mapped(int ipv4Bits) {
        return MAPPED_PREFIX | (ipv4Bits & 0xffffffffL);
    }

    /** Whether this is an IPv4 address. */
    public boolean isIpv4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == MAPPED_PREFIX;
    }

    /** The 32 bits of an IPv4 address. */
    public int ipv4Bits() {
        assert isIpv4() : this;
        return (int) low;
    }

    /** The upper 64 bits. */
    public long high() {
        return high;
    }

    /** The lower 64 bits. */
    public long low() {
        return low;
    }

    /** Whether this may be another host's address: packets come from it, and go to it. */
    public boolean isHost() {
        return isIpv4() ? isHost(ipv4Bits()) : isHost(high, low);
    }

    /** The same of the 32 bits of an IPv4 address. */
    public static boolean isHost(int ipv4Bits) {
        // RFC 1122 3.2.1.3: this network, loopback, multicast, the reserved class and broadcast are no host's.
        int network = ipv4Bits >>> 24;
        return network != 0 && network != LOOPBACK_NETWORK && network < FIRST_MULTICAST_NETWORK;
    }

    /** The same of the upper and the lower 64 bits of an IPv6 address. */
    public static boolean isHost(long high, long low) {
        // RFC 4291 2.5.2, 2.5.3, 2.7: neither are the unspecified address, loopback and multicast.
        return high >>> 56 != 0xff && !(high == 0 && (low == 0 || low == 1));
    }

    /** The same address as the JDK's type. */
    public InetAddress toInetAddress() {
        byte[] octets = new byte[isIpv4() ? IPV4_OCTETS : IPV6_OCTETS];
        for (int i = 0; i < octets.length; i++) {
            int fromEnd = octets.length - 1 - i;
            octets[i] = (byte) (fromEnd < Long.BYTES ? low >>> (fromEnd * 8) : high >>> ((fromEnd - Long.BYTES) * 8));
        }
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are always an address", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low);
    }

    @Override
    public String toString() {
        return toInetAddress().getHostAddress();
    }

    private static boolean isLiteralCharacter(int c) {
        return c == '.' || c == ':' || Character.digit(c, 16) >= 0;
    }

    private static long bits(byte[] octets, int from, int count) {
        long bits = 0;
        for (int i = from; i < from + count; i++) {
            bits = bits << 8 | octets[i] & 0xff;
        }
        return bits;
    }
}
