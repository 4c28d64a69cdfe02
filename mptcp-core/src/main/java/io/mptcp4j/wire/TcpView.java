package io.mptcp4j.wire;

import io.mptcp4j.metric.DropReason;
import io.netty.buffer.ByteBuf;

/**
 * A TCP segment in a buffer (RFC 9293 3.1). Borrows the buffer; reused from segment to segment.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 source port                         | 2 destination port
 *   4 sequence number
 *   8 acknowledgment number
 *  12 data offset, reserved | 13 control bits | 14 window
 *  16 checksum                            | 18 urgent pointer
 *  20 options ... | payload
 * </pre>
 */
public final class TcpView {
    /** Octets of a header without options. */
    public static final int MINIMUM_HEADER = 20;

    /** The most octets of options. */
    public static final int MAXIMUM_OPTIONS = 40;

    /** Where in the header the checksum lies. */
    public static final int CHECKSUM_OFFSET = 16;

    private static final int DESTINATION_PORT = 2;
    private static final int SEQUENCE_NUMBER = 4;
    private static final int ACKNOWLEDGMENT_NUMBER = 8;
    private static final int DATA_OFFSET = 12;
    private static final int CONTROL_BITS = 13;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;

    private ByteBuf buffer;
    private int index;
    private int length;
    private int headerLength;
    private int trafficClass;

    /**
     * Looks at the segment that lies at {@code index}.
     *
     * @return null when the header is whole, else why it is not
     */
    public DropReason wrap(ByteBuf segment, int at, int octets) {
        if (octets < MINIMUM_HEADER) {
            return DropReason.TRUNCATED;
        }
        int header = (segment.getByte(at + DATA_OFFSET) & 0xf0) >>> 2;
        if (header < MINIMUM_HEADER || header > octets) {
            return DropReason.BAD_TCP_HEADER;
        }
        buffer = segment;
        index = at;
        length = octets;
        headerLength = header;
        trafficClass = 0;
        return null;
    }

    /** Says with which traffic class the packet came that carries the segment. */
    public void setTrafficClass(int octet) {
        trafficClass = octet;
    }

    /** Traffic class, or type of service, of the packet that carries the segment: DSCP and ECN; 0 if nobody has said. */
    public int trafficClass() {
        return trafficClass;
    }

    /** The buffer in which the segment lies; borrowed. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the header begins. */
    public int index() {
        return index;
    }

    /** Octets of header and payload. */
    public int length() {
        return length;
    }

    /** The sender's port. */
    public int sourcePort() {
        return buffer.getUnsignedShort(index);
    }

    /** The receiver's port. */
    public int destinationPort() {
        return buffer.getUnsignedShort(index + DESTINATION_PORT);
    }

    /** SEG.SEQ. */
    public int sequenceNumber() {
        return buffer.getInt(index + SEQUENCE_NUMBER);
    }

    /** SEG.ACK. */
    public int acknowledgmentNumber() {
        return buffer.getInt(index + ACKNOWLEDGMENT_NUMBER);
    }

    /** Octets of the header with its options. */
    public int headerLength() {
        return headerLength;
    }

    /** The control bits, see {@link TcpFlags}. */
    public int flags() {
        return buffer.getUnsignedByte(index + CONTROL_BITS);
    }

    /** The window field as it stands, unscaled. */
    public int window() {
        return buffer.getUnsignedShort(index + WINDOW);
    }

    /** The checksum field. */
    public int checksum() {
        return buffer.getUnsignedShort(index + CHECKSUM_OFFSET);
    }

    /** The urgent pointer field. */
    public int urgentPointer() {
        return buffer.getUnsignedShort(index + URGENT_POINTER);
    }

    /** Whether FIN is set. */
    public boolean isFin() {
        return (flags() & TcpFlags.FIN) != 0;
    }

    /** Whether SYN is set. */
    public boolean isSyn() {
        return (flags() & TcpFlags.SYN) != 0;
    }

    /** Whether RST is set. */
    public boolean isRst() {
        return (flags() & TcpFlags.RST) != 0;
    }

    /** Whether PSH is set. */
    public boolean isPsh() {
        return (flags() & TcpFlags.PSH) != 0;
    }

    /** Whether ACK is set. */
    public boolean isAck() {
        return (flags() & TcpFlags.ACK) != 0;
    }

    /** Whether URG is set. */
    public boolean isUrg() {
        return (flags() & TcpFlags.URG) != 0;
    }

    /** Whether ECE is set. */
    public boolean isEce() {
        return (flags() & TcpFlags.ECE) != 0;
    }

    /** Whether CWR is set. */
    public boolean isCwr() {
        return (flags() & TcpFlags.CWR) != 0;
    }

    /** Where the options begin. */
    public int optionsIndex() {
        return index + MINIMUM_HEADER;
    }

    /** Octets of options, padding included. */
    public int optionsLength() {
        return headerLength - MINIMUM_HEADER;
    }

    /** Where the payload begins. */
    public int payloadIndex() {
        return index + headerLength;
    }

    /** Octets of payload. */
    public int payloadLength() {
        return length - headerLength;
    }

    /** SEG.LEN: the payload, SYN and FIN counting one each (RFC 9293 3.4). */
    public int segmentLength() {
        int flags = flags();
        return payloadLength() + (flags >>> 1 & 1) + (flags & 1);
    }
}
