package io.mptcp4j.wire.mptcp;

import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;

/**
 * ADD_ADDR of version 1 (RFC 8684 3.4.1) and of version 0 (RFC 6824 3.4.1): a view, and its encoders.
 *
 * <pre>
 *   0 kind | 1 length | 2 subtype 3, 0 0 0 E | 3 address id       version 0: subtype 3, IP version (4 or 6)
 *   4 address, 4 or 16 octets
 *     port, 2 octets, may be missing
 *     HMAC, rightmost 64 bits, if E = 0                           version 0: never
 * </pre>
 */
public final class AddAddr {
    /** The longest ADD_ADDR in octets: IPv6, port and HMAC. */
    public static final int MAXIMUM_LENGTH = 30;

    private static final int ECHO = 0x1;
    private static final int IP_VERSION_4 = 4;
    private static final int IP_VERSION_6 = 6;
    private static final int ADDRESS_ID = 3;
    private static final int ADDRESS = 4;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;
    private static final int PORT_LENGTH = 2;
    private static final int HMAC_LENGTH = 8;

    private ByteBuf buffer;
    private int index;
    private int length;
    private boolean ipv4;
    private boolean port;
    private boolean hmac;
    private boolean echo;

    /**
     * Looks at an option; borrows the buffer. Which version it is follows from its length and flags.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no ADD_ADDR of a length that exists
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (!MptcpOption.is(MptcpSubtype.ADD_ADDR, option, at, octets)) {
            return false;
        }
        int low = option.getByte(at + 2) & 0xf;
        boolean ofIpv4;
        boolean withHmac = false;
        switch (octets) {
            case 8, 10 -> ofIpv4 = true;
            case 20, 22 -> ofIpv4 = false;
            case 16, 18 -> {
                ofIpv4 = true;
                withHmac = true;
            }
            case 28, MAXIMUM_LENGTH -> {
                ofIpv4 = false;
                withHmac = true;
            }
            default -> {
                return false;
            }
        }
        // RFC 8684 3.4.1: E = 0 has the HMAC, the echo has not. RFC 6824 3.4.1: IPVer tells the family.
        boolean withEcho = (low & ECHO) != 0;
        if (withHmac ? withEcho : !withEcho && low != (ofIpv4 ? IP_VERSION_4 : IP_VERSION_6)) {
            return false;
        }
        buffer = option;
        index = at;
        length = octets;
        ipv4 = ofIpv4;
        hmac = withHmac;
        echo = withEcho;
        port = (octets - ADDRESS - addressLength(ofIpv4)) % HMAC_LENGTH != 0;
        return true;
    }

    /** Octets of the option. */
    public int length() {
        return length;
    }

    /** Whether this is version 0's form: neither HMAC nor echo. */
    public boolean isVersion0() {
        return !hmac && !echo;
    }

    /** Flag E: the receiver's echo; never in version 0. */
    public boolean isEcho() {
        return echo;
    }

    /** The address id. */
    public int addressId() {
        return buffer.getUnsignedByte(index + ADDRESS_ID);
    }

    /** Whether the option has the form for IPv4; that for IPv6 may hold an IPv4-mapped address, which is an IPv4 one too. */
    public boolean isIpv4() {
        return ipv4;
    }

    /** The address; a new object each time. */
    public IpAddress address() {
        return ipv4
                ? IpAddress.ofIpv4(buffer.getInt(index + ADDRESS))
                : IpAddress.ofIpv6(buffer.getLong(index + ADDRESS), buffer.getLong(index + ADDRESS + Long.BYTES));
    }

    /** Whether there is a port. */
    public boolean hasPort() {
        return port;
    }

    /** The port, or 0 when there is none. */
    public int port() {
        return port ? buffer.getUnsignedShort(index + ADDRESS + addressLength(ipv4)) : 0;
    }

    /** Whether there is an HMAC. */
    public boolean hasHmac() {
        return hmac;
    }

    /** The rightmost 64 bits of the sender's HMAC; only with {@link #hasHmac()}. */
    public long truncatedHmac() {
        assert hasHmac();
        return buffer.getLong(index + length - HMAC_LENGTH);
    }

    /** The octets of version 1's option without E. */
    public static int length(boolean ipv4, boolean port) {
        return echoLength(ipv4, port) + HMAC_LENGTH;
    }

    /** The octets of version 0's option. */
    public static int lengthVersion0(boolean ipv4, boolean port) {
        return echoLength(ipv4, port);
    }

    /** The octets of version 1's echo. */
    public static int echoLength(boolean ipv4, boolean port) {
        return ADDRESS + addressLength(ipv4) + (port ? PORT_LENGTH : 0);
    }

    /**
     * Writes version 1's announcement: 16, 18, 28 or 30 octets.
     *
     * @param port 0 for none
     */
    public static int write(ByteBuf into, int index, int addressId, IpAddress address, int port, long truncatedHmac) {
        int end = writeBody(into, index, addressId, address, port);
        into.setLong(end, truncatedHmac);
        return writeHead(into, index, end + HMAC_LENGTH, 0);
    }

    /**
     * Writes version 1's echo: 8, 10, 20 or 22 octets.
     *
     * @param port 0 for none
     */
    public static int writeEcho(ByteBuf into, int index, int addressId, IpAddress address, int port) {
        return writeEcho(into, index, addressId, address.isIpv4(), address, port);
    }

    /**
     * Writes version 1's echo in the form in which the announcement came.
     *
     * @param asIpv4 whether in the form for IPv4, or in that for IPv6
     * @param port 0 for none
     */
    public static int writeEcho(ByteBuf into, int index, int addressId, boolean asIpv4, IpAddress address, int port) {
        return writeHead(into, index, writeBody(into, index, addressId, asIpv4, address, port), ECHO);
    }

    /**
     * Writes version 0's option: 8, 10, 20 or 22 octets.
     *
     * @param port 0 for none
     */
    public static int writeVersion0(ByteBuf into, int index, int addressId, IpAddress address, int port) {
        int end = writeBody(into, index, addressId, address, port);
        return writeHead(into, index, end, address.isIpv4() ? IP_VERSION_4 : IP_VERSION_6);
    }

    private static int writeHead(ByteBuf into, int index, int end, int low) {
        MptcpOption.writeHeader(into, index, end - index, MptcpSubtype.ADD_ADDR, low);
        return end - index;
    }

    private static int writeBody(ByteBuf into, int index, int addressId, IpAddress address, int port) {
        return writeBody(into, index, addressId, address.isIpv4(), address, port);
    }

    private static int writeBody(ByteBuf into, int index, int addressId, boolean asIpv4, IpAddress address, int port) {
        into.setByte(index + ADDRESS_ID, addressId);
        int at = index + ADDRESS;
        if (asIpv4) {
            into.setInt(at, address.ipv4Bits());
        } else {
            into.setLong(at, address.high());
            into.setLong(at + Long.BYTES, address.low());
        }
        at += addressLength(asIpv4);
        if (port != 0) {
            into.setShort(at, port);
            at += PORT_LENGTH;
        }
        return at;
    }

    private static int addressLength(boolean ipv4) {
        return ipv4 ? IPV4_LENGTH : IPV6_LENGTH;
    }
}
