package io.mptcp4j.wire;

import io.mptcp4j.metric.DropReason;
import io.netty.buffer.ByteBuf;

/**
 * An IPv4 packet in a buffer (RFC 791 3.1). Borrows the buffer; reused from packet to packet.
 *
 * <pre>
 *   0 version, header length | 1 type of service | 2 total length
 *   4 identification                             | 6 flags (0 DF MF), fragment offset
 *   8 time to live | 9 protocol                  | 10 header checksum
 *  12 source address
 *  16 destination address
 *  20 options ... | transport
 * </pre>
 */
public final class Ipv4View {
    /** Octets of a header without options. */
    public static final int MINIMUM_HEADER = 20;

    private static final int VERSION = 4;
    private static final int TYPE_OF_SERVICE = 1;
    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int FRAGMENT = 6;
    private static final int TIME_TO_LIVE = 8;
    private static final int PROTOCOL = 9;
    private static final int HEADER_CHECKSUM = 10;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int FRAGMENT_UNIT = 8;

    private ByteBuf buffer;
    private int index;
    private int headerLength;
    private int totalLength;

    /**
     * Looks at the packet that lies at {@code index}. Octets behind its total length are left aside. The header's checksum
     * is not looked at: {@link #isHeaderChecksumRight()}.
     *
     * @return null when header and total length are whole, else why they are not
     */
    public DropReason wrap(ByteBuf packet, int at, int octets) {
        DropReason reason = wrapBeginning(packet, at, octets);
        if (reason != null) {
            return reason;
        }
        int total = packet.getUnsignedShort(at + TOTAL_LENGTH);
        if (total > octets) {
            return DropReason.TRUNCATED;
        }
        return null;
    }

    /**
     * Looks at the beginning of a packet, as ICMP quotes it or as it lies in front of its payload: the total length is cut to
     * what is there.
     *
     * @return null when the headers are whole, else why they are not
     */
    public DropReason wrapBeginning(ByteBuf packet, int at, int octets) {
        if (octets < MINIMUM_HEADER) {
            return DropReason.TRUNCATED;
        }
        int first = packet.getUnsignedByte(at);
        if (first >>> 4 != VERSION) {
            return DropReason.NOT_IP;
        }
        int header = (first & 0xf) << 2;
        int total = packet.getUnsignedShort(at + TOTAL_LENGTH);
        if (header < MINIMUM_HEADER || total < header) {
            return DropReason.BAD_IP_HEADER;
        }
        if (header > octets) {
            return DropReason.TRUNCATED;
        }
        buffer = packet;
        index = at;
        headerLength = header;
        totalLength = Math.min(total, octets);
        return null;
    }

    /** The buffer in which the packet lies; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the header begins. */
    public int index() {
        return index;
    }

    /** Octets of the header with its options. */
    public int headerLength() {
        return headerLength;
    }

    /** Octets of header and transport. */
    public int totalLength() {
        return totalLength;
    }

    /** Type of service: DSCP and ECN. */
    public int trafficClass() {
        return buffer.getUnsignedByte(index + TYPE_OF_SERVICE);
    }

    /** The identification field. */
    public int identification() {
        return buffer.getUnsignedShort(index + IDENTIFICATION);
    }

    /** Whether DF is set. */
    public boolean isDontFragment() {
        return (buffer.getUnsignedShort(index + FRAGMENT) & DONT_FRAGMENT) != 0;
    }

    /** Whether this is a part of a fragmented packet. */
    public boolean isFragment() {
        return (buffer.getUnsignedShort(index + FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) != 0;
    }

    /** The offset of a fragment, in octets; 0 for the first and for whole packets. */
    public int fragmentOffset() {
        return (buffer.getUnsignedShort(index + FRAGMENT) & FRAGMENT_OFFSET) * FRAGMENT_UNIT;
    }

    /** Time to live. */
    public int timeToLive() {
        return buffer.getUnsignedByte(index + TIME_TO_LIVE);
    }

    /** The protocol of the transport, see {@link IpProtocol}. */
    public int protocol() {
        return buffer.getUnsignedByte(index + PROTOCOL);
    }

    /** The header checksum field. */
    public int headerChecksum() {
        return buffer.getUnsignedShort(index + HEADER_CHECKSUM);
    }

    /** Whether the header's checksum is right. */
    public boolean isHeaderChecksumRight() {
        return Checksum.sum(buffer, index, headerLength) == Checksum.RIGHT;
    }

    /** The source address. */
    public int source() {
        return buffer.getInt(index + SOURCE);
    }

    /** The destination address. */
    public int destination() {
        return buffer.getInt(index + DESTINATION);
    }

    /** Where the transport's header begins. */
    public int transportIndex() {
        return index + headerLength;
    }

    /** Octets of the transport's header and payload. */
    public int transportLength() {
        return totalLength - headerLength;
    }

    /** The sum of the pseudo-header for this packet's transport. */
    public int pseudoHeaderSum() {
        return Checksum.pseudoHeaderIpv4(source(), destination(), protocol(), transportLength());
    }
}
