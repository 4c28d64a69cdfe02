package io.mptcp4j.wire;

import io.mptcp4j.metric.DropReason;
import io.netty.buffer.ByteBuf;

/**
 * An IPv6 packet in a buffer (RFC 8200 3), its extension headers skipped. Borrows the buffer; reused from packet to packet.
 *
 * <pre>
 *   0 version, traffic class, flow label
 *   4 payload length | 6 next header | 7 hop limit
 *   8 source address
 *  24 destination address
 *  40 extension headers ... | transport
 * </pre>
 */
public final class Ipv6View {
    /** Octets of a header without extension headers. */
    public static final int HEADER = 40;

    private static final int VERSION = 6;
    private static final int PAYLOAD_LENGTH = 4;
    private static final int NEXT_HEADER = 6;
    private static final int HOP_LIMIT = 7;
    private static final int SOURCE = 8;
    private static final int DESTINATION = 24;

    private final Ipv6Extensions extensions = new Ipv6Extensions();

    private ByteBuf buffer;
    private int index;
    private int totalLength;

    /**
     * Looks at the packet that lies at {@code index}. Octets behind its payload length are left aside.
     *
     * @return null when header and extension headers are whole, else why they are not
     */
    public DropReason wrap(ByteBuf packet, int at, int octets) {
        DropReason reason = wrapHeader(packet, at, octets);
        if (reason != null) {
            return reason;
        }
        int total = HEADER + packet.getUnsignedShort(at + PAYLOAD_LENGTH);
        return total > octets ? DropReason.TRUNCATED : skipExtensions(total);
    }

    /**
     * Looks at the beginning of a packet, as ICMP quotes it or as it lies in front of its payload: the payload length is cut to
     * what is there.
     *
     * @return null when the headers are whole, else why they are not
     */
    public DropReason wrapBeginning(ByteBuf packet, int at, int octets) {
        DropReason reason = wrapHeader(packet, at, octets);
        return reason != null
                ? reason
                : skipExtensions(Math.min(HEADER + packet.getUnsignedShort(at + PAYLOAD_LENGTH), octets));
    }

    private DropReason wrapHeader(ByteBuf packet, int at, int octets) {
        if (octets < HEADER) {
            return DropReason.TRUNCATED;
        }
        if (packet.getUnsignedByte(at) >>> 4 != VERSION) {
            return DropReason.NOT_IP;
        }
        buffer = packet;
        index = at;
        return null;
    }

    private DropReason skipExtensions(int total) {
        totalLength = total;
        int next = buffer.getUnsignedByte(index + NEXT_HEADER);
        return extensions.skip(buffer, next, index + HEADER, index + total) ? null : DropReason.BAD_EXTENSION_HEADER;
    }

    /** The buffer in which the packet lies; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the header begins. */
    public int index() {
        return index;
    }

    /** Octets of all headers and the transport. */
    public int totalLength() {
        return totalLength;
    }

    /** Octets of the IPv6 header and its extension headers. */
    public int headerLength() {
        return extensions.transportIndex() - index;
    }

    /** Traffic class: DSCP and ECN. */
    public int trafficClass() {
        return buffer.getInt(index) >>> 20 & 0xff;
    }

    /** The flow label. */
    public int flowLabel() {
        return buffer.getInt(index) & 0xfffff;
    }

    /** Hop limit. */
    public int hopLimit() {
        return buffer.getUnsignedByte(index + HOP_LIMIT);
    }

    /** The first 64 bits of the source address. */
    public long sourceHigh() {
        return buffer.getLong(index + SOURCE);
    }

    /** The last 64 bits of the source address. */
    public long sourceLow() {
        return buffer.getLong(index + SOURCE + Long.BYTES);
    }

    /** The first 64 bits of the destination address. */
    public long destinationHigh() {
        return buffer.getLong(index + DESTINATION);
    }

    /** The last 64 bits of the destination address. */
    public long destinationLow() {
        return buffer.getLong(index + DESTINATION + Long.BYTES);
    }

    /** Whether this is a part of a fragmented packet; an atomic fragment (RFC 6946) is a whole packet. */
    public boolean isFragment() {
        return extensions.isFragment();
    }

    /** The offset of a fragment, in octets; 0 for the first and for whole packets. */
    public int fragmentOffset() {
        return extensions.fragmentOffset();
    }

    /** The protocol behind the extension headers, see {@link IpProtocol}; of a fragment, what its fragment header says. */
    public int protocol() {
        return extensions.protocol();
    }

    /** Where the transport's header begins; of a later fragment, where its octets begin. */
    public int transportIndex() {
        return extensions.transportIndex();
    }

    /** Octets of the transport's header and payload. */
    public int transportLength() {
        return index + totalLength - extensions.transportIndex();
    }

    /** The sum of the pseudo-header for this packet's transport. */
    public int pseudoHeaderSum() {
        return Checksum.pseudoHeaderIpv6(
                sourceHigh(), sourceLow(), destinationHigh(), destinationLow(), protocol(), transportLength());
    }
}
