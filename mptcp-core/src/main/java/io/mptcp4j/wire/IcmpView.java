package io.mptcp4j.wire;

import io.mptcp4j.metric.DropReason;
import io.netty.buffer.ByteBuf;

/**
 * An ICMP message of IPv4 (RFC 792) or IPv6 (RFC 4443), and the packet that an error quotes. Borrows the buffer; reused.
 *
 * <pre>
 *   0 type | 1 code | 2 checksum
 *   4 rest: echo: identifier, sequence number; IPv4 "fragmentation needed": unused, MTU; IPv6 "packet too big": MTU
 *   8 echo: octets; error: the packet that caused it, from its IP header on, perhaps cut
 * </pre>
 */
public final class IcmpView {
    /** Octets of the header. */
    public static final int HEADER = 8;

    /** Where in the header the checksum lies. */
    public static final int CHECKSUM_OFFSET = 2;

    /** IPv4 echo request. */
    public static final int ECHO_REQUEST_V4 = 8;

    /** IPv4 echo reply. */
    public static final int ECHO_REPLY_V4 = 0;

    /** IPv6 echo request. */
    public static final int ECHO_REQUEST_V6 = 128;

    /** IPv6 echo reply. */
    public static final int ECHO_REPLY_V6 = 129;

    private static final int UNREACHABLE_V4 = 3;
    private static final int SOURCE_QUENCH_V4 = 4;
    private static final int REDIRECT_V4 = 5;
    private static final int TIME_EXCEEDED_V4 = 11;
    private static final int PARAMETER_PROBLEM_V4 = 12;
    private static final int FRAGMENTATION_NEEDED = 4;
    private static final int UNREACHABLE_V6 = 1;
    private static final int PACKET_TOO_BIG_V6 = 2;
    private static final int TIME_EXCEEDED_V6 = 3;
    private static final int PARAMETER_PROBLEM_V6 = 4;
    private static final int LAST_ERROR_V6 = 127;
    private static final int REST = 4;
    private static final int QUOTED_TCP_MINIMUM = 8;
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV6_PAYLOAD_LENGTH = 4;

    private final Ipv4View quotedIpv4 = new Ipv4View();
    private final Ipv6View quotedIpv6 = new Ipv6View();

    private ByteBuf buffer;
    private int index;
    private int length;
    private boolean ipv6;
    private boolean quoted;

    /**
     * Looks at the message that lies at {@code index}. Its checksum is not looked at: {@link #isChecksumRight}.
     *
     * @param isIpv6 whether the message came in an IPv6 packet
     * @return null when the header is whole, else why it is not
     */
    public DropReason wrap(ByteBuf message, int at, int octets, boolean isIpv6) {
        if (octets < HEADER) {
            return DropReason.BAD_ICMP;
        }
        buffer = message;
        index = at;
        length = octets;
        ipv6 = isIpv6;
        quoted = isError() && wrapQuoted() == null;
        return null;
    }

    private DropReason wrapQuoted() {
        return ipv6
                ? quotedIpv6.wrapBeginning(buffer, index + HEADER, length - HEADER)
                : quotedIpv4.wrapBeginning(buffer, index + HEADER, length - HEADER);
    }

    /** The buffer in which the message lies; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the message begins. */
    public int index() {
        return index;
    }

    /** Octets of header and body. */
    public int length() {
        return length;
    }

    /** Whether the message is of ICMP for IPv6. */
    public boolean isIpv6() {
        return ipv6;
    }

    /** The type. */
    public int type() {
        return buffer.getUnsignedByte(index);
    }

    /** The code. */
    public int code() {
        return buffer.getUnsignedByte(index + 1);
    }

    /** The checksum field. */
    public int checksum() {
        return buffer.getUnsignedShort(index + CHECKSUM_OFFSET);
    }

    /**
     * Whether the checksum is right.
     *
     * @param pseudoHeaderSum {@link Ipv6View#pseudoHeaderSum()} of the packet; 0 for IPv4, which sums none
     */
    public boolean isChecksumRight(int pseudoHeaderSum) {
        return Checksum.add(pseudoHeaderSum, Checksum.sum(buffer, index, length)) == Checksum.RIGHT;
    }

    /** Whether this is an echo request. */
    public boolean isEchoRequest() {
        return type() == (ipv6 ? ECHO_REQUEST_V6 : ECHO_REQUEST_V4);
    }

    /** Whether this is an echo reply. */
    public boolean isEchoReply() {
        return type() == (ipv6 ? ECHO_REPLY_V6 : ECHO_REPLY_V4);
    }

    /** Whether the message tells of an error and so quotes a packet. */
    public boolean isError() {
        int type = type();
        if (ipv6) {
            return type <= LAST_ERROR_V6;
        }
        return switch (type) {
            case UNREACHABLE_V4, SOURCE_QUENCH_V4, REDIRECT_V4, TIME_EXCEEDED_V4, PARAMETER_PROBLEM_V4 -> true;
            default -> false;
        };
    }

    /** Whether a packet was too big for the path: IPv4 "fragmentation needed", IPv6 "packet too big". */
    public boolean isPacketTooBig() {
        return ipv6 ? type() == PACKET_TOO_BIG_V6 : type() == UNREACHABLE_V4 && code() == FRAGMENTATION_NEEDED;
    }

    /** Whether the destination was unreachable; not when the packet was too big. */
    public boolean isUnreachable() {
        return ipv6 ? type() == UNREACHABLE_V6 : type() == UNREACHABLE_V4 && code() != FRAGMENTATION_NEEDED;
    }

    /** Whether the hop limit or the time of reassembly ran out. */
    public boolean isTimeExceeded() {
        return type() == (ipv6 ? TIME_EXCEEDED_V6 : TIME_EXCEEDED_V4);
    }

    /** Whether a host or router could not make sense of the packet. */
    public boolean isParameterProblem() {
        return type() == (ipv6 ? PARAMETER_PROBLEM_V6 : PARAMETER_PROBLEM_V4);
    }

    /** The MTU of {@link #isPacketTooBig()} in octets; 0 from a router older than RFC 1191. Never negative. */
    public int mtu() {
        return ipv6
                ? (int) Math.min(buffer.getUnsignedInt(index + REST), Integer.MAX_VALUE)
                : buffer.getUnsignedShort(index + REST + 2);
    }

    /** Whether an error quotes a whole IP header. */
    public boolean hasQuoted() {
        return quoted;
    }

    /** Whether an error quotes the beginning of a TCP segment: ports and sequence number. */
    public boolean hasQuotedTcp() {
        if (!quoted) {
            return false;
        }
        return ipv6
                ? quotedIpv6.protocol() == IpProtocol.TCP
                        && quotedIpv6.fragmentOffset() == 0
                        && quotedIpv6.transportLength() >= QUOTED_TCP_MINIMUM
                : quotedIpv4.protocol() == IpProtocol.TCP
                        && quotedIpv4.fragmentOffset() == 0
                        && quotedIpv4.transportLength() >= QUOTED_TCP_MINIMUM;
    }

    /** Where the quoted packet's transport begins; only with {@link #hasQuoted()}. */
    public int quotedTransportIndex() {
        assert quoted;
        return ipv6 ? quotedIpv6.transportIndex() : quotedIpv4.transportIndex();
    }

    /** The total length that the quoted packet's header tells, in octets; only with {@link #hasQuoted()}. */
    public int quotedTotalLength() {
        assert quoted;
        int field = index + HEADER + (ipv6 ? IPV6_PAYLOAD_LENGTH : IPV4_TOTAL_LENGTH);
        return buffer.getUnsignedShort(field) + (ipv6 ? Ipv6View.HEADER : 0);
    }

    /** The quoted packet's source; a new object each time; only with {@link #hasQuoted()}. */
    public IpAddress quotedSource() {
        assert quoted;
        return ipv6
                ? IpAddress.ofIpv6(quotedIpv6.sourceHigh(), quotedIpv6.sourceLow())
                : IpAddress.ofIpv4(quotedIpv4.source());
    }

    /** The quoted packet's destination; a new object each time; only with {@link #hasQuoted()}. */
    public IpAddress quotedDestination() {
        assert quoted;
        return ipv6
                ? IpAddress.ofIpv6(quotedIpv6.destinationHigh(), quotedIpv6.destinationLow())
                : IpAddress.ofIpv4(quotedIpv4.destination());
    }

    /** The quoted segment's source port; only with {@link #hasQuotedTcp()}. */
    public int quotedSourcePort() {
        return buffer.getUnsignedShort(quotedTransportIndex());
    }

    /** The quoted segment's destination port; only with {@link #hasQuotedTcp()}. */
    public int quotedDestinationPort() {
        return buffer.getUnsignedShort(quotedTransportIndex() + 2);
    }

    /** The quoted segment's sequence number; only with {@link #hasQuotedTcp()}. */
    public int quotedSequenceNumber() {
        return buffer.getInt(quotedTransportIndex() + 4);
    }
}
