package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;

/**
 * Tail loss probes (RFC 8985 7): when an acknowledgment is overdue and nothing tells of a loss, one segment more leaves, new octets
 * or else the last ones again. Its acknowledgment lets {@link RackDetection} see what was lost before, without a retransmission
 * timeout.
 *
 * <p>The timer is moved lazily: a deadline that comes too early looks at the one that counts, so that a segment sent costs no
 * search among the timers.
 */
final class TailLossProbe {
    /** RFC 8985 7.2: PTO without a sample. */
    private static final long PTO_WITHOUT_SAMPLE = 1_000_000_000L;

    /** TLP.max_ack_delay: the shortest delay of acknowledgments that is common among our peers, and our own default. */
    private static final long PEER_ACK_DELAY = 40_000_000L;

    /** Packets come in batches, and twice a local round trip is nothing. */
    private static final long LEAST_MARGIN = 2_000_000L;

    private final Tcb tcb;
    private final RetransmissionQueue queue;
    private final LossRecovery recovery;
    private final RttEstimator rtt;
    private final TcpTimers timers;
    private final CongestionController congestion;

    /** When the probe is due, if the timer runs. */
    private long due;

    /** The probe leaves in this turn. */
    private boolean wanted;

    /** A probe was sent whose fate is unknown: TLP.end_seq is set. */
    private boolean outstanding;

    /** TLP.end_seq. */
    private int endSeq;

    /** TLP.is_retrans. */
    private boolean isRetransmission;

    /** The samples taken before the last probe. */
    private long samplesBefore = -1;

    /** The octets outstanding when new ones last left before the probe. */
    private long flightSize;

    TailLossProbe(
            Tcb tcb,
            RetransmissionQueue queue,
            LossRecovery recovery,
            RttEstimator rtt,
            TcpTimers timers,
            CongestionController congestion) {
        this.tcb = tcb;
        this.queue = queue;
        this.recovery = recovery;
        this.rtt = rtt;
        this.timers = timers;
        this.congestion = congestion;
    }

    // ---- the timer

    /** New octets or the FIN have left. */
    void onTransmitted(long now) {
        if (!outstanding) {
            flightSize = queue.totalOctets();
        }
        if (wanted) {
            // RFC 8985 7.3: what has not been sent before is the better probe.
            onProbeSent(false);
            rearmTimeout(now);
        } else {
            schedule(now);
        }
    }

    private void schedule(long now) {
        // RFC 8985 7.3: one probe at a time, and a sample between two. A timer that would find this out when it
        // expires, and restart the RTO, could keep that from ever expiring.
        if (!tcb.sackEnabled || isExcluded() || outstanding || rtt.samples() == samplesBefore) {
            return;
        }
        due = Math.min(now + timeout(), timers.deadline(TcpTimers.Timer.RETRANSMISSION));
        if (timers.deadline(TcpTimers.Timer.LOSS_PROBE) > due) {
            timers.set(TcpTimers.Timer.LOSS_PROBE, due);
        }
    }

    /** RFC 8985 7.2: where other mechanisms are at work, or the peer's window has shrunk. */
    private boolean isExcluded() {
        return queue.isEmpty() || recovery.isRecovering() || queue.sackedOctets() > 0 || tcb.usableWindow() < 0;
    }

    /** RFC 8985 7.2: TLP_calc_PTO, the bound by the RTO aside. */
    private long timeout() {
        if (!rtt.hasSample()) {
            return PTO_WITHOUT_SAMPLE;
        }
        // RFC 8985 7.2: a segment that is alone may wait for the peer's delayed acknowledgment.
        boolean alone = queue.head() == queue.tail() && queue.head().segments() == 1;
        return 2 * rtt.smoothed() + (alone ? PEER_ACK_DELAY : LEAST_MARGIN);
    }

    /** The timer expired. */
    void onTimer(long now) {
        if (isExcluded()) {
            return;
        }
        if (due > now) {
            timers.set(TcpTimers.Timer.LOSS_PROBE, due);
            return;
        }
        wanted = true;
        rearmTimeout(now);
    }

    private void rearmTimeout(long now) {
        // RFC 8985 7.3: whether or not a probe leaves, the RTO is next, from the start.
        timers.cancel(TcpTimers.Timer.LOSS_PROBE);
        timers.set(TcpTimers.Timer.RETRANSMISSION, now + rtt.timeout());
    }

    // ---- the probe

    /** Whether a probe is to leave in this turn: one segment more than the congestion window allows. */
    boolean isWanted() {
        return wanted;
    }

    /** No new octets have left: the record to send again, or null when there is none. The probe is no longer wanted. */
    SendRecord takeRetransmission() {
        wanted = false;
        return isExcluded() ? null : queue.lastUnsacked();
    }

    /** What {@link #takeRetransmission} gave has left. */
    void onRetransmitted(long now) {
        onProbeSent(true);
        rearmTimeout(now);
    }

    private void onProbeSent(boolean again) {
        wanted = false;
        outstanding = true;
        endSeq = tcb.sndNxt;
        isRetransmission = again;
        samplesBefore = rtt.samples();
        tcb.counters.count(Counter.LOSS_PROBES);
    }

    // ---- its acknowledgment

    /**
     * RFC 8985 7.4: finds out whether the probe has repaired a loss, of which nothing else would tell.
     *
     * @param plainDuplicate whether the acknowledgment is a duplicate without SACK
     * @return whether the duplicate that the acknowledgment reports is the probe
     */
    boolean onAcknowledgment(int ack, boolean plainDuplicate, DuplicateReport duplicate, long now) {
        if (!outstanding || SequenceNumber.lessThan(ack, endSeq) && !recovery.isRecovering()) {
            return false;
        }
        boolean reported = isRetransmission && duplicate.isPresent() && duplicate.right() == endSeq;
        boolean bothArrived = reported || plainDuplicate && ack == endSeq;
        if (!isRetransmission || bothArrived || recovery.isRecovering()) {
            outstanding = false;
        } else if (SequenceNumber.greaterThan(ack, endSeq)) {
            // RFC 8985 7.4.2: one of the two was lost, and the peer's octets are complete.
            outstanding = false;
            congestion.onLoss(flightSize, now);
            congestion.onRecovered(now);
            tcb.counters.count(Counter.LOSS_PROBE_RECOVERIES);
        }
        return reported;
    }

    /** An acknowledgment has been taken in. */
    void onAcknowledged(boolean advanced, long now) {
        if (isExcluded()) {
            wanted = false;
            timers.cancel(TcpTimers.Timer.LOSS_PROBE);
        } else if (advanced) {
            schedule(now);
        }
    }

    /** The retransmission timer expired. */
    void onTimeout() {
        wanted = false;
        outstanding = false;
        timers.cancel(TcpTimers.Timer.LOSS_PROBE);
    }
}
