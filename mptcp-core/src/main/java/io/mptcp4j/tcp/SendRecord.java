package io.mptcp4j.tcp;

/**
 * What was sent and is not acknowledged: a unit, a slice of one, or the FIN. Linked in sequence order; pooled.
 *
 * <p>A record is a range of numbers with one fate: SACK and acknowledgments split and trim it, at the borders of the segments
 * it left in.
 */
final class SendRecord extends SequenceNode<SendRecord> {
    // What records are searched by.
    static final int SACKED = 1;
    static final int UNSACKED = 2;

    /** Lost, and not retransmitted since. */
    static final int TO_SEND = 4;

    /** Lost, retransmitted or not. */
    static final int LOST = 16;

    /** Neither reported, nor lost, nor retransmitted. */
    static final int UNPROVEN = 8;

    /** The next record of a pool. */
    SendRecord nextFree;

    /** Neighbours among the records that may become the one of lowest position; see {@link LowestPositions}. */
    SendRecord previousLowest;

    SendRecord nextLowest;
    boolean isLowest;

    /** Neighbours among the records on their way; see {@link SentOrder}. */
    SendRecord previousSent;

    SendRecord nextSent;
    boolean isOnItsWay;

    int length;
    boolean fin;
    long position;
    int unitSeq;
    long unitPosition;
    int unitLength;

    /** What the layer above noted of the unit. */
    int unitNote;

    /** Where the segments of the last transmission begin to count, and how long they are. */
    int segmentOrigin;

    int segmentSize;
    long sentAt;

    /** The peer has selectively acknowledged it. */
    boolean sacked;

    /** Judged lost; never together with sacked. */
    boolean lost;

    /** Retransmitted since it was judged lost, and so in flight again. */
    boolean retransmitted;

    /** Longer than what the path is known to take: that it is lost is no sign of congestion (RFC 8899 3, RFC 4821 7.6.2). */
    boolean oversized;

    /** Sent more than once: its acknowledgment says nothing about the round-trip time (RFC 6298 3, Karn). */
    boolean ambiguous;

    /** What {@link DeliveryRate} noted when it left last: P.delivered, P.delivered_time, P.first_sent_time, P.is_app_limited. */
    long deliveredBefore;

    long deliveredBeforeAt;
    long firstSentAt;
    boolean isLimited;

    /**
     * Since when its acknowledgment is on its way at the latest, if all is well: a peer keeps that of a single segment back until
     * another one comes, for so long at most (RFC 9293 3.8.6.3).
     */
    long answeredSince(long delayedAckNanos) {
        if (length > segmentSize) {
            return sentAt;
        }
        long longest = sentAt + delayedAckNanos;
        return next() == null ? longest : Math.max(sentAt, Math.min(longest, next().sentAt));
    }

    /** The sequence numbers that it takes. */
    int sequenceLength() {
        return fin ? 1 : length;
    }

    @Override
    int end() {
        return seq + sequenceLength();
    }

    @Override
    protected int marks() {
        if (sacked) {
            return SACKED;
        }
        if (lost) {
            return retransmitted ? UNSACKED | LOST : UNSACKED | LOST | TO_SEND;
        }
        return retransmitted ? UNSACKED : UNSACKED | UNPROVEN;
    }

    /** The segments in which it left. */
    int segments() {
        return length <= segmentSize ? 1 : (length + segmentSize - 1) / segmentSize;
    }

    /** The first border of segments at or after a number inside. */
    int borderAtOrAfter(int number) {
        int past = (number - segmentOrigin) % segmentSize;
        return past == 0 ? number : number + segmentSize - past;
    }

    /** The last border of segments at or before a number inside. */
    int borderAtOrBefore(int number) {
        return number - (number - segmentOrigin) % segmentSize;
    }

    void copyFrom(SendRecord other) {
        seq = other.seq;
        length = other.length;
        fin = other.fin;
        position = other.position;
        unitSeq = other.unitSeq;
        unitPosition = other.unitPosition;
        unitLength = other.unitLength;
        unitNote = other.unitNote;
        segmentOrigin = other.segmentOrigin;
        segmentSize = other.segmentSize;
        sentAt = other.sentAt;
        sacked = other.sacked;
        lost = other.lost;
        retransmitted = other.retransmitted;
        oversized = other.oversized;
        ambiguous = other.ambiguous;
        deliveredBefore = other.deliveredBefore;
        deliveredBeforeAt = other.deliveredBeforeAt;
        firstSentAt = other.firstSentAt;
        isLimited = other.isLimited;
    }
}
