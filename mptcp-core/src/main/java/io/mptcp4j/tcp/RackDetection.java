package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * Finds losses by time (RFC 8985, RACK): what left before something that has arrived, and is overdue by a reordering window, is
 * lost. It finds what counting duplicates cannot: a retransmission that was lost again, and a loss with little behind it.
 *
 * <p>While the path has not been seen to reorder, counting (RFC 6675) stands beside it. The reordering window is
 * {@link ReorderingWindow}'s.
 */
final class RackDetection {
    private final RetransmissionQueue queue;
    private final RttEstimator rtt;
    private final ReorderingWindow reordering;
    private final SpuriousLoss spurious;

    /** RACK.xmit_ts, RACK.end_seq and RACK.rtt: of what left last among all that has arrived. */
    private long xmitTs = Long.MIN_VALUE;

    private int endSeq;
    private long latestRtt;

    // Of the acknowledgment that is being processed.
    private long now;
    private long echoedAt;

    /** What the acknowledgment reports as received twice. */
    private boolean reported;

    private int reportedFrom;
    private int reportedTo;

    private long lostAgainSentAt;

    RackDetection(RetransmissionQueue queue, RttEstimator rtt, ReorderingWindow reordering, SpuriousLoss spurious) {
        this.queue = queue;
        this.rtt = rtt;
        this.reordering = reordering;
        this.spurious = spurious;
    }

    /** The acknowledgment that is about to be processed reports [left, right) as received twice (RFC 2883 4). */
    void onDuplicateReport(int left, int right) {
        reported = true;
        reportedFrom = left;
        reportedTo = right;
    }

    /** SACK blocks are about to be processed. Their timestamps echo what came before a gap, and say nothing of them. */
    void beginBlocks(long nowNanos) {
        begin(Long.MAX_VALUE, nowNanos);
        reordering.beginAcknowledgment();
    }

    /**
     * What an acknowledgment covers is about to be processed.
     *
     * @param echoedTime when the segment left that it answers, by its timestamp; {@code Long.MAX_VALUE} when it does not tell
     */
    void begin(long echoedTime, long nowNanos) {
        echoedAt = echoedTime;
        now = nowNanos;
    }

    /** The acknowledgment tells for the first time that this record has arrived, up to {@code end}. */
    void onDelivered(SendRecord record, int end) {
        reordering.onDelivered(end, record.ambiguous);
        long sample = now - record.sentAt;
        boolean earlier = echoedAt < record.sentAt && !isReportedTwice(record, end);
        if (record.ambiguous && (earlier || sample < rtt.minimum())) {
            // RFC 8985 6.2 step 2: it answers an earlier transmission.
            spurious.onRepeatedAcknowledged(end - record.seq, record.sentAt, echoedAt);
            return;
        }
        latestRtt = sample;
        if (record.sentAt > xmitTs || record.sentAt == xmitTs && SequenceNumber.greaterThan(end, endSeq)) {
            xmitTs = record.sentAt;
            endSeq = end;
        }
    }

    /**
     * Whether the retransmission has arrived as well. Its timestamp is not echoed then, for RFC 7323 5.3 (R2, R3) takes that of a
     * segment inside the window only; what left long before it and was not answered is lost all the same.
     */
    private boolean isReportedTwice(SendRecord record, int end) {
        return reported
                && SequenceNumber.lessOrEqual(reportedFrom, record.seq)
                && SequenceNumber.lessOrEqual(end, reportedTo);
    }

    /**
     * RFC 8985 6.2 step 5: judges what is overdue.
     *
     * @param recovering whether losses are being repaired
     * @return when to look again, or {@link TcpTimers#NEVER}
     */
    long detect(boolean recovering, long nowNanos) {
        lostAgainSentAt = RetransmissionQueue.NO_TIME;
        reported = false;
        long patience = latestRtt + reordering.length(recovering, queue.sackedSegments());
        SendRecord record = queue.firstSent();
        while (record != null && wasOvertaken(record)) {
            if (record.sentAt + patience > nowNanos) {
                // RFC 8985 6.2: no later than for the last one that was overtaken.
                return xmitTs + patience;
            }
            SendRecord following = record.nextSent;
            if (record.retransmitted) {
                lostAgainSentAt = Math.max(lostAgainSentAt, record.sentAt);
            }
            queue.judgeOverdue(record);
            record = following;
        }
        return TcpTimers.NEVER;
    }

    /** RACK_sent_after: whether what has arrived left after this record. */
    private boolean wasOvertaken(SendRecord record) {
        return xmitTs > record.sentAt || xmitTs == record.sentAt && SequenceNumber.greaterThan(endSeq, record.end());
    }

    /** RFC 8985 6.3: what left before this time is lost when the retransmission timer expires. */
    long overdueBefore(long nowNanos) {
        return nowNanos - latestRtt - reordering.length(true, 0);
    }

    /** When the last of those retransmissions left that {@link #detect} found lost; {@code NO_TIME} for none. */
    long lostAgainSentAt() {
        return lostAgainSentAt;
    }
}
