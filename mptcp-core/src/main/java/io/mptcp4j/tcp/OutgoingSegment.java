package io.mptcp4j.tcp;

/**
 * A segment about to leave, as the layer above sees it when it writes its options. One instance a connection, reused.
 *
 * <p>Payload belongs to a <em>unit</em>: the octets that were given to {@code TcpConnection.transmit} in one piece and
 * left as one super-segment. A retransmitted slice names the same unit, so that the layer above repeats the identical
 * mapping (RFC 8684 3.3.1: a mapping once declared never changes).
 */
public final class OutgoingSegment {
    boolean syn;
    boolean ack;
    boolean fin;
    boolean rst;
    boolean retransmission;
    boolean replicated;
    int ssn;
    int payloadLength;
    long position;
    int unitSsn;
    long unitPosition;
    int unitLength;
    int unitNote;

    OutgoingSegment() {}

    /** Whether the segment has a SYN. */
    public boolean isSyn() {
        return syn;
    }

    /** Whether the segment has an ACK. */
    public boolean isAck() {
        return ack;
    }

    /** Whether the segment has a FIN. */
    public boolean isFin() {
        return fin;
    }

    /** Whether the segment is a RST. */
    public boolean isRst() {
        return rst;
    }

    /** Whether the segment has neither payload nor SYN, FIN or RST. */
    public boolean isPureAck() {
        return payloadLength == 0 && !syn && !fin && !rst;
    }

    /** Whether the segment, or a part of it, was sent before. */
    public boolean isRetransmission() {
        return retransmission;
    }

    /**
     * Whether the device will cut this super-segment into several segments and repeat the options on each: then only
     * options that mean the same when repeated may ride on it (timestamps, DSS).
     */
    public boolean isReplicated() {
        return replicated;
    }

    /** The subflow sequence number of the first octet, relative to the ISS: 0 is the SYN, 1 the first octet. */
    public int ssn() {
        return ssn;
    }

    /** The octets of payload. */
    public int payloadLength() {
        return payloadLength;
    }

    /** The stream position of the first payload octet. */
    public long position() {
        return position;
    }

    /** The relative subflow sequence number at which the payload's unit begins. */
    public int unitSsn() {
        return unitSsn;
    }

    /** The stream position at which the payload's unit begins. */
    public long unitPosition() {
        return unitPosition;
    }

    /** The octets of the payload's unit. */
    public int unitLength() {
        return unitLength;
    }

    /** What the layer above noted of the unit when it left for the first time; 0: nothing. */
    public int unitNote() {
        return unitNote;
    }

    /** Notes something of a unit that leaves for the first time, to be read whenever a slice of it leaves again. */
    public void noteUnit(int note) {
        unitNote = note;
    }
}
