package io.mptcp4j.device;

import io.mptcp4j.wire.SpanSink;
import io.netty.buffer.ByteBuf;

/**
 * One packet, or one super-segment, on its way in or out; reused for the next.
 *
 * <p>Incoming, all octets lie in {@link #buffer()}. Outgoing, the headers lie there and the payload in up to
 * {@link #MAX_SPANS} borrowed spans, so that it is never copied in user space.
 *
 * <pre>
 *  out:  buffer  | room for a device header | IP header | TCP header and options |    spans: payload
 *                                           ^ index()                            ^ index() + length()
 * </pre>
 *
 * <p><b>Ownership.</b> The packet owns one reference of its buffer. Spans are borrowed until
 * {@link PacketDevice#transmit} returns.
 */
public final class PacketBuffer implements SpanSink {
    /** The most spans of one packet. */
    public static final int MAX_SPANS = 32;

    private final ByteBuf[] spans = new ByteBuf[MAX_SPANS];
    private final int[] spanIndex = new int[MAX_SPANS];
    private final int[] spanLength = new int[MAX_SPANS];

    private ByteBuf buffer;
    private int index;
    private int length;
    private int spanCount;
    private int payloadLength;
    private int segmentSize;
    private int trafficClass;
    private boolean checksumTrusted;
    private int checksumStart = -1;
    private int checksumOffset;

    /** A packet without octets that takes over one reference of {@code buffer}. */
    public PacketBuffer(ByteBuf buffer) {
        this.buffer = buffer;
    }

    /** Forgets the packet, keeps the buffer. */
    public void clear() {
        for (int i = 0; i < spanCount; i++) {
            spans[i] = null;
        }
        index = 0;
        length = 0;
        spanCount = 0;
        payloadLength = 0;
        segmentSize = 0;
        trafficClass = 0;
        checksumTrusted = false;
        checksumStart = -1;
        checksumOffset = 0;
    }

    /** Takes over one reference of another buffer in place of the present one, whose reference goes to the caller. */
    public ByteBuf replaceBuffer(ByteBuf replacement) {
        ByteBuf previous = buffer;
        buffer = replacement;
        return previous;
    }

    /** Says where in the buffer the packet lies, from the first octet of the IP header on. */
    public void setBounds(int index, int length) {
        assert index >= 0 && length >= 0 && index + length <= buffer.capacity() : index + "+" + length;
        this.index = index;
        this.length = length;
    }

    /** Appends payload that stays where it is; returns false when the packet has no span left. */
    @Override
    public boolean addSpan(ByteBuf octets, int from, int count) {
        if (spanCount == MAX_SPANS) {
            return false;
        }
        spans[spanCount] = octets;
        spanIndex[spanCount] = from;
        spanLength[spanCount] = count;
        spanCount++;
        payloadLength += count;
        return true;
    }

    /**
     * Marks a super-segment: the device cuts the payload into segments of this many octets (the last may be shorter),
     * repeating the headers. 0: the packet leaves as it is.
     */
    public void setSegmentSize(int octets) {
        segmentSize = octets;
    }

    /** Outgoing: traffic class, or type of service, for the IP header that is yet to be written: DSCP and ECN; 0 to begin with. */
    public void setTrafficClass(int octet) {
        trafficClass = octet;
    }

    /** Traffic class of an outgoing packet. */
    public int trafficClass() {
        return trafficClass;
    }

    /** Incoming: the device vouches for the transport checksum (it was checked, or never computed on this host). */
    public void setChecksumTrusted(boolean trusted) {
        checksumTrusted = trusted;
    }

    /**
     * Outgoing: the checksum field holds the pseudo-header's sum, not complemented; the device adds up the octets from
     * {@code start} on and stores the complement at {@code start + offset}.
     *
     * @param start where the transport header begins, counted from {@link #index()}
     * @param offset where in the transport header the checksum lies (16 for TCP)
     */
    public void setPartialChecksum(int start, int offset) {
        checksumStart = start;
        checksumOffset = offset;
    }

    /** The buffer with the headers, or with the whole packet; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where in the buffer the IP header begins. */
    public int index() {
        return index;
    }

    /** The octets in the buffer: the whole packet, or its headers when the payload lies in spans. */
    public int length() {
        return length;
    }

    /** The octets in all spans. */
    public int payloadLength() {
        return payloadLength;
    }

    /** The octets of the packet: buffer and spans. */
    public int totalLength() {
        return length + payloadLength;
    }

    /** How many spans there are. */
    public int spanCount() {
        return spanCount;
    }

    /** The buffer of span {@code i}; borrowed. */
    public ByteBuf span(int i) {
        return spans[i];
    }

    /** Where span {@code i} begins in its buffer. */
    public int spanIndex(int i) {
        return spanIndex[i];
    }

    /** The octets of span {@code i}. */
    public int spanLength(int i) {
        return spanLength[i];
    }

    /** The payload of each segment of a super-segment in octets; 0 for a single packet. */
    public int segmentSize() {
        return segmentSize;
    }

    /** Whether the device vouches for the transport checksum. */
    public boolean isChecksumTrusted() {
        return checksumTrusted;
    }

    /** Whether the device is to complete the checksum. */
    public boolean hasPartialChecksum() {
        return checksumStart >= 0;
    }

    /** Where the transport header begins, counted from {@link #index()}; -1 when the checksum is complete. */
    public int checksumStart() {
        return checksumStart;
    }

    /** Where in the transport header the checksum lies. */
    public int checksumOffset() {
        return checksumOffset;
    }
}
