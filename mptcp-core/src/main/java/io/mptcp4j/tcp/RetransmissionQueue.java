package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.stream.SortedList;

/**
 * What was sent and is not acknowledged (RFC 9293 3.10.8: the retransmission queue), with the scoreboard of RFC 6675: which
 * records the peer has selectively acknowledged, which are judged lost, which of these were retransmitted.
 *
 * <p>All sums are kept as records change, so that an acknowledgment costs what it changes and no more.
 */
final class RetransmissionQueue {
    /** No sample. */
    static final long NO_TIME = Long.MIN_VALUE;

    /** RFC 6675 2: DupThresh. */
    static final int DUP_THRESH = 3;

    private final SortedList<SendRecord> records = new SortedList<>();
    private final LowestPositions positions = new LowestPositions();
    private final SentOrder sentOrder = new SentOrder();
    private final SendRecordPool pool = new SendRecordPool();
    private RackDetection rack;
    private DeliveryRate rate;

    private long totalOctets;
    private long sackedOctets;
    private int sackedSegments;
    private long lostOctets;
    private long lostUnsentOctets;
    private long oversizedLostOctets;
    private long retransmittedOctets;

    /** All records up to this one have been judged (RFC 6675 4, IsLost); null: none. */
    private SendRecord judged;

    private long sackedBehindJudged;
    private int sackedSegmentsBehindJudged;

    /** No lost record that is not retransmitted lies before this one; null: search for it. */
    private SendRecord lostHint;

    private long sampleSentAt = NO_TIME;
    private long judgements;

    /** Who is told what has arrived. */
    void reportTo(RackDetection detection) {
        rack = detection;
    }

    /** Who measures how quickly it has arrived. */
    void reportTo(DeliveryRate measure) {
        rate = measure;
    }

    // ---- changes

    /** Adds what is being sent for the first time. */
    SendRecord append(int seq, int length, long position, int segmentSize, long now) {
        SendRecord record = pool.take();
        record.seq = seq;
        record.length = length;
        record.fin = false;
        record.position = position;
        record.unitSeq = seq;
        record.unitPosition = position;
        record.unitLength = length;
        record.unitNote = 0;
        return append(record, segmentSize, now);
    }

    /** Adds the FIN. */
    SendRecord appendFin(int seq, long now) {
        SendRecord record = pool.take();
        record.seq = seq;
        record.length = 0;
        record.fin = true;
        record.position = Long.MAX_VALUE;
        record.unitSeq = seq;
        record.unitPosition = Long.MAX_VALUE;
        record.unitLength = 0;
        record.unitNote = 0;
        return append(record, 1, now);
    }

    private SendRecord append(SendRecord record, int segmentSize, long now) {
        record.segmentOrigin = record.seq;
        record.segmentSize = segmentSize;
        // RFC 8985 6.1: Segment.xmit_ts.
        record.sentAt = now;
        record.sacked = false;
        record.lost = false;
        record.retransmitted = false;
        record.oversized = false;
        record.ambiguous = false;
        records.insertAfter(records.tail(), record);
        positions.onAppended(record);
        sentOrder.onSent(record);
        count(record);
        return record;
    }

    /**
     * Everything before {@code ack} is acknowledged.
     *
     * @return the octets that no SACK had reported before
     */
    long acknowledge(int ack) {
        long delivered = 0;
        boolean filledHole = false;
        for (SendRecord record = head(); record != null && SequenceNumber.lessThan(record.seq, ack); record = head()) {
            filledHole |= record.ambiguous;
            noteDelivered(record, SequenceNumber.min(record.end(), ack));
            if (SequenceNumber.greaterThan(record.end(), ack)) {
                int octets = ack - record.seq;
                delivered += record.sacked ? 0 : octets;
                trim(record, octets);
                break;
            }
            delivered += record.sacked ? 0 : record.sequenceLength();
            removeHead();
        }
        if (filledHole) {
            // RFC 6298 3: what a retransmission is acknowledged with may have come long ago, and waited
            // behind the hole.
            sampleSentAt = NO_TIME;
        }
        if (sackedOctets == 0 && lostOctets == 0) {
            records.relax();
        }
        return delivered;
    }

    /**
     * The peer has received [left, right), which lies inside what is outstanding. Counts whole segments only, so that a peer
     * cannot make more records than there were segments.
     *
     * @param from what lies before it in the range was reported before; {@code left} when nothing was
     * @return the octets that are reported for the first time
     */
    long sack(int left, int right, int from) {
        long delivered = 0;
        // What was reported before is stepped over, however much of it there is: a peer may report it over and over.
        SendRecord record = nextUnsacked(records.find(from == left ? left : from - 1));
        while (record != null && SequenceNumber.lessThan(record.seq, right)) {
            record = narrow(record, left, right);
            records.expect(record);
            if (SequenceNumber.lessOrEqual(left, record.seq) && SequenceNumber.lessOrEqual(record.end(), right)) {
                noteDelivered(record, record.end());
                uncount(record);
                sentOrder.onGone(record);
                record.sacked = true;
                record.lost = false;
                record.retransmitted = false;
                count(record);
                delivered += record.sequenceLength();
            }
            record = nextUnsacked(record.next());
        }
        return delivered;
    }

    private SendRecord nextUnsacked(SendRecord from) {
        return from == null ? null : records.next(from, SendRecord.UNSACKED);
    }

    /** Splits a record so that one part lies inside [left, right) on borders of segments; returns that part if there is one. */
    private SendRecord narrow(SendRecord record, int left, int right) {
        SendRecord part = record;
        if (SequenceNumber.lessThan(part.seq, left)) {
            int from = part.borderAtOrAfter(left);
            if (SequenceNumber.greaterOrEqual(from, part.end())) {
                return part;
            }
            part = split(part, from - part.seq);
        }
        if (SequenceNumber.greaterThan(part.end(), right)) {
            int to = part.borderAtOrBefore(right);
            if (SequenceNumber.greaterThan(to, part.seq)) {
                split(part, to - part.seq);
            }
        }
        return part;
    }

    /**
     * Judges which records are lost (RFC 6675 4, IsLost): those behind which the peer holds three segments, or more octets
     * than two full ones.
     */
    void judgeLost(int smss) {
        SendRecord candidate = judged == null ? head() : judged.next();
        while (candidate != null) {
            judgements++;
            long octets = sackedBehindJudged - (candidate.sacked ? candidate.sequenceLength() : 0);
            int segments = sackedSegmentsBehindJudged - (candidate.sacked ? candidate.segments() : 0);
            if (segments < DUP_THRESH && octets <= (DUP_THRESH - 1L) * smss) {
                return;
            }
            judged = candidate;
            sackedBehindJudged = octets;
            sackedSegmentsBehindJudged = segments;
            if (!candidate.sacked && !candidate.lost) {
                judge(candidate);
            }
            candidate = candidate.next();
        }
    }

    /** Judges a record lost that time has run out for, retransmitted or not (RFC 8985 6.2 step 5). */
    void judgeOverdue(SendRecord record) {
        judgements++;
        markLost(record);
    }

    /** Judges the first segment outstanding lost, whether it was before or not. */
    void markFirstLost() {
        SendRecord first = head();
        if (first == null || first.sacked) {
            return;
        }
        if (first.length > first.segmentSize) {
            split(first, first.segmentSize);
        }
        markLost(first);
    }

    /**
     * Judges everything lost after a timeout that no SACK has reported (RFC 6298 5.4), retransmissions as well: the first record,
     * and those that left at this time or before.
     */
    void markTimedOut(long sentBefore) {
        for (SendRecord record = head(); record != null; record = record.next()) {
            if (!record.sacked && (record == head() || record.sentAt <= sentBefore)) {
                markLost(record);
            }
        }
    }

    /** Nothing was lost: what was not retransmitted is still on its way. */
    void unmarkLost() {
        SendRecord record = records.first(SendRecord.LOST);
        while (record != null) {
            uncount(record);
            record.lost = false;
            count(record);
            if (!record.isOnItsWay) {
                sentOrder.collect(record);
            }
            record = records.next(record, SendRecord.LOST);
        }
        sentOrder.restoreCollected();
        lostHint = null;
        judged = null;
        sackedBehindJudged = sackedOctets;
        sackedSegmentsBehindJudged = sackedSegments;
    }

    /** Judges segments lost that are longer than the path takes. */
    void markLongLost(int longest) {
        for (SendRecord record = head(); record != null; record = record.next()) {
            if (!record.sacked && Math.min(record.length, record.segmentSize) > longest) {
                markOversized(record);
                markLost(record);
            }
        }
    }

    /** The record is longer than what the path is known to take. */
    void markOversized(SendRecord record) {
        uncount(record);
        record.oversized = true;
        count(record);
    }

    /** Forgets what SACK has reported: the peer may have discarded it (RFC 2018 8). */
    void clearSacked() {
        for (SendRecord record = head(); record != null; record = record.next()) {
            if (record.sacked) {
                uncount(record);
                record.sacked = false;
                count(record);
            }
        }
        judged = null;
        assert sackedOctets == 0 && sackedBehindJudged == 0 && sackedSegmentsBehindJudged == 0;
    }

    private void markLost(SendRecord record) {
        uncount(record);
        record.retransmitted = false;
        count(record);
        judge(record);
    }

    private void judge(SendRecord record) {
        uncount(record);
        record.lost = true;
        count(record);
        if (record.retransmitted) {
            return;
        }
        sentOrder.onGone(record);
        if (lostHint == null || SequenceNumber.lessThan(record.seq, lostHint.seq)) {
            lostHint = record;
        }
    }

    /** The record leaves again. */
    void markRetransmitted(SendRecord record, int segmentSize, long now) {
        uncount(record);
        record.retransmitted = true;
        record.oversized = false;
        record.ambiguous = true;
        record.segmentOrigin = record.seq;
        record.segmentSize = segmentSize;
        record.sentAt = now;
        count(record);
        sentOrder.onSent(record);
    }

    /** Splits a record after {@code octets} of it; returns the new, later part. */
    SendRecord split(SendRecord record, int octets) {
        assert octets > 0 && octets < record.length : octets + " of " + record.length;
        uncount(record);
        SendRecord second = pool.take();
        second.copyFrom(record);
        second.seq += octets;
        second.position += octets;
        second.length -= octets;
        record.length = octets;
        records.insertAfter(record, second);
        positions.onSplit(record, second);
        sentOrder.onSplit(record, second);
        if (judged == record) {
            judged = second;
        }
        count(record);
        count(second);
        return second;
    }

    /** Forgets everything. */
    void clear() {
        while (!isEmpty()) {
            removeHead();
        }
        sampleSentAt = NO_TIME;
    }

    // ---- queries

    SendRecord head() {
        return records.head();
    }

    SendRecord tail() {
        return records.tail();
    }

    /** How many records were looked at until now because of what a peer reports. */
    long steps() {
        return records.steps() + sentOrder.steps() + judgements;
    }

    /** Of the records on their way, the one that left first; null for none. */
    SendRecord firstSent() {
        return sentOrder.first();
    }

    boolean isEmpty() {
        return head() == null;
    }

    /** The first record that is lost and not retransmitted, or null. */
    SendRecord nextLost() {
        if (lostUnsentOctets == 0) {
            return null;
        }
        if (lostHint == null) {
            lostHint = records.first(SendRecord.TO_SEND);
        }
        lostHint = records.next(lostHint, SendRecord.TO_SEND);
        return lostHint;
    }

    /** The first record before the last one reported that is neither reported, nor lost, nor retransmitted; or null. */
    SendRecord firstUnprovenBelowSacked() {
        if (sackedOctets == 0) {
            return null;
        }
        SendRecord first = records.first(SendRecord.UNPROVEN);
        boolean isBelow = first != null && SequenceNumber.lessThan(first.seq, records.last(SendRecord.SACKED).seq);
        return isBelow ? first : null;
    }

    /** The last record that is not reported, cut to its last segment; null when it is on its way again. */
    SendRecord lastUnsacked() {
        SendRecord record = records.last(SendRecord.UNSACKED);
        if (record == null || record.lost || record.retransmitted) {
            return null;
        }
        if (record.length > record.segmentSize) {
            int border = record.borderAtOrBefore(record.end() - 1);
            return border - record.seq > 0 ? split(record, border - record.seq) : record;
        }
        return record;
    }

    /** RFC 6675 4, SetPipe: the octets believed to be in the network. */
    long pipe() {
        return totalOctets - sackedOctets - lostOctets + retransmittedOctets;
    }

    long totalOctets() {
        return totalOctets;
    }

    long sackedOctets() {
        return sackedOctets;
    }

    /** The segments that the peer has selectively acknowledged: RACK.segs_sacked. */
    int sackedSegments() {
        return sackedSegments;
    }

    long lostOctets() {
        return lostOctets;
    }

    /** The octets sent again of which no SACK has reported. */
    long retransmittedOctets() {
        return retransmittedOctets;
    }

    /** The octets judged lost and not retransmitted since. */
    long lostUnsentOctets() {
        return lostUnsentOctets;
    }

    /** Of those, the octets that were too long for the path. */
    long oversizedLostOctets() {
        return oversizedLostOctets;
    }

    /**
     * Adds the stream positions of the records that were sent last after the one time, or before the other.
     *
     * @return how many were looked at
     */
    int addPositions(RangeSet into, long after, long before) {
        for (SendRecord record = head(); record != null; record = record.next()) {
            if (!record.fin && (record.sentAt > after || record.sentAt < before)) {
                into.add(record.position, record.position + record.length);
            }
        }
        return records.count();
    }

    long lowestPosition() {
        return positions.lowest();
    }

    /**
     * When the oldest of what was acknowledged since the last call, and had been sent only once, had been sent; or
     * {@link #NO_TIME}.
     */
    long takeSample() {
        long sentAt = sampleSentAt;
        sampleSentAt = NO_TIME;
        return sentAt;
    }

    // ---- steps

    private void noteDelivered(SendRecord record, int end) {
        if (record.sacked) {
            return;
        }
        if (!record.ambiguous && (sampleSentAt == NO_TIME || record.sentAt < sampleSentAt)) {
            sampleSentAt = record.sentAt;
        }
        if (rack != null) {
            rack.onDelivered(record, end);
        }
        if (rate != null) {
            rate.onDelivered(record);
        }
    }

    private void trim(SendRecord record, int octets) {
        uncount(record);
        record.seq += octets;
        record.position += octets;
        record.length -= octets;
        positions.onTrimmed(record);
        count(record);
    }

    private void count(SendRecord record) {
        tally(record, 1);
        records.refresh(record);
    }

    private void uncount(SendRecord record) {
        tally(record, -1);
    }

    private void tally(SendRecord record, int sign) {
        long octets = sign * (long) record.sequenceLength();
        totalOctets += octets;
        if (record.sacked) {
            sackedOctets += octets;
            sackedSegments += sign * record.segments();
            if (judged == null || SequenceNumber.greaterThan(record.seq, judged.seq)) {
                sackedBehindJudged += octets;
                sackedSegmentsBehindJudged += sign * record.segments();
            }
        }
        if (record.lost) {
            lostOctets += octets;
            if (!record.retransmitted) {
                lostUnsentOctets += octets;
                oversizedLostOctets += record.oversized ? octets : 0;
            }
        }
        if (record.retransmitted) {
            retransmittedOctets += octets;
        }
    }

    private void removeHead() {
        SendRecord record = head();
        uncount(record);
        positions.onRemoved(record);
        sentOrder.onGone(record);
        if (judged == record) {
            judged = null;
        }
        if (lostHint == record) {
            lostHint = record.next();
        }
        records.remove(record);
        pool.release(record);
    }
}
