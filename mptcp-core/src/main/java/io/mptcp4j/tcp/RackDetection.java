package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * Finds losses by time (RFC 8985, RACK): what left before something that has arrived, and is overdue by a reordering window, is
 * lost. It finds what counting duplicates cannot: a retransmission that was lost again, and a loss with little behind it.
 *
 * <p>It stands beside the counting of RFC 6675, which is as quick as ever, and so needs no reordering window of zero.
 */
final class RackDetection {
    /** RFC 8985 6.2 step 4: RACK.reo_wnd begins with a quarter of RACK.min_RTT. */
    private static final int REORDERING_DIVISOR = 4;

    /** The least reordering window: packets come in batches, and a quarter of a local round trip is nothing. */
    private static final long LEAST_WINDOW_NANOS = 1_000_000L;

    private final RetransmissionQueue queue;
    private final RttEstimator rtt;

    /** RACK.xmit_ts, RACK.end_seq and RACK.rtt: of what left last among all that has arrived. */
    private long xmitTs = Long.MIN_VALUE;

    private int endSeq;
    private long latestRtt;

    // Of the acknowledgment that is being processed.
    private long now;
    private long echoedAt;

    private long lostAgainSentAt;

    RackDetection(RetransmissionQueue queue, RttEstimator rtt) {
        this.queue = queue;
        this.rtt = rtt;
    }

    /** SACK blocks are about to be processed. Their timestamps echo what came before a gap, and say nothing of them. */
    void beginBlocks(long nowNanos) {
        begin(Long.MAX_VALUE, nowNanos);
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

    /** The acknowledgment tells for the first time that this record has arrived. */
    void onDelivered(SendRecord record) {
        long sample = now - record.sentAt;
        if (record.ambiguous && (echoedAt < record.sentAt || sample < rtt.minimum())) {
            // RFC 8985 6.2 step 2: it answers an earlier transmission.
            return;
        }
        latestRtt = sample;
        if (record.sentAt > xmitTs || record.sentAt == xmitTs && SequenceNumber.greaterThan(record.end(), endSeq)) {
            xmitTs = record.sentAt;
            endSeq = record.end();
        }
    }

    /**
     * RFC 8985 6.2 step 5: judges what is overdue.
     *
     * @return when to look again, or {@link TcpTimers#NEVER}
     */
    long detect(long nowNanos) {
        lostAgainSentAt = RetransmissionQueue.NO_TIME;
        long window = Math.min(rtt.minimum() / REORDERING_DIVISOR, rtt.smoothed());
        long patience = latestRtt + Math.max(window, LEAST_WINDOW_NANOS);
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

    /** When the last of those retransmissions left that {@link #detect} found lost; {@code NO_TIME} for none. */
    long lostAgainSentAt() {
        return lostAgainSentAt;
    }
}
