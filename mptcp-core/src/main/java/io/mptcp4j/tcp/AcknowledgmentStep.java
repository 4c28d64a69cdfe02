package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/** What an acceptable acknowledgment does in the synchronized states (RFC 9293 3.10.7.4, fifth step). */
final class AcknowledgmentStep {
    private final Tcb tcb;
    private final UpperLayer upper;
    private final RetransmissionQueue queue;
    private final LossRecovery recovery;
    private final Retransmitter retransmitter;
    private final Transmitter transmitter;
    private final TailLossProbe probe;
    private final RttEstimator rtt;
    private final Timestamps timestamps;
    private final CongestionController congestion;
    private final DeliveryRate rate;
    private final Lifecycle lifecycle;
    private final DuplicateReport duplicates = new DuplicateReport();

    /** Octets delivered of which the congestion controller has not heard. */
    private long unclaimed;

    private long deliveredAt = Long.MIN_VALUE;

    AcknowledgmentStep(
            Tcb tcb,
            UpperLayer upper,
            RetransmissionQueue queue,
            LossRecovery recovery,
            Retransmitter retransmitter,
            Transmitter transmitter,
            TailLossProbe probe,
            RttEstimator rtt,
            Timestamps timestamps,
            CongestionController congestion,
            DeliveryRate rate,
            Lifecycle lifecycle) {
        this.tcb = tcb;
        this.upper = upper;
        this.queue = queue;
        this.recovery = recovery;
        this.retransmitter = retransmitter;
        this.transmitter = transmitter;
        this.probe = probe;
        this.rtt = rtt;
        this.timestamps = timestamps;
        this.congestion = congestion;
        this.rate = rate;
        this.lifecycle = lifecycle;
    }

    /** Returns whether the sixth step follows. */
    boolean process(TcpView segment, TcpOptions options, long segWnd, long now) {
        int segAck = segment.acknowledgmentNumber();
        retransmitter.onHeard();
        tcb.softError = false;
        if (SequenceNumber.lessThan(segAck, tcb.sndUna)) {
            // RFC 9293 3.10.7.4, fifth: an old acknowledgment is ignored; the text is not.
            return true;
        }
        recovery.onEcho(tcb.ecn.isEcho(segment));
        boolean windowChanged = tcb.updateWindow(segment.sequenceNumber(), segAck, segWnd);
        // RFC 5681 2: a duplicate has no text, no FIN, and the same window. RFC 8684 3, 3.4.1, 4: one that was sent
        // for an option of MPTCP is no sign of congestion.
        boolean duplicate = segment.segmentLength() == 0 && !windowChanged && !options.hasMptcpSignal();
        if (tcb.sackEnabled) {
            duplicates.read(options, segAck);
            boolean plain = duplicate && segAck == tcb.sndUna && options.sackCount() == 0;
            boolean ofProbe = probe.onAcknowledgment(segAck, plain, duplicates, now);
            if (duplicates.isPresent()) {
                tcb.counters.count(Counter.DUPLICATE_REPORTS_IN);
                tcb.activity.onDuplicateReport();
                if (!ofProbe) {
                    recovery.onDuplicateReport(duplicates, now);
                }
            }
        }
        if (!queue.isEmpty()) {
            advance(segment, options, duplicate, now);
        }
        return enterNextState(now);
    }

    /** The same for the third ACK, when octets have left before it: they get their timer now. */
    boolean processThirdAck(TcpView segment, TcpOptions options, long segWnd, long now) {
        boolean goesOn = process(segment, options, segWnd, now);
        if (!queue.isEmpty()) {
            retransmitter.startTimer(now);
        }
        return goesOn;
    }

    private void advance(TcpView segment, TcpOptions options, boolean duplicate, long now) {
        int segAck = segment.acknowledgmentNumber();
        long inFlight = recovery.inFlight();
        boolean limited = transmitter.wasLimited();
        int advanced = segAck - tcb.sndUna;
        long echoedAt = tcb.timestampsEnabled ? timestamps.echoedAt(options, now) : Long.MAX_VALUE;
        rate.begin();
        long delivered = recovery.onAcknowledgment(segAck, options, duplicate, echoedAt, now);
        long sample = takeSample(advanced, options, now);
        unclaimed += delivered;
        if (delivered > 0) {
            deliveredAt = now;
        }
        if (advanced > 0 && unclaimed > 0) {
            // RFC 3042 2: a duplicate acknowledgment leaves the window as it is; what it reports counts
            // when SND.UNA advances.
            // RFC 3168 6.1.2: nor does one with ECE make it larger.
            if (!tcb.ecn.isEcho(segment)) {
                congestion.onAcked(unclaimed, inFlight, sample, limited, now);
            }
            unclaimed = 0;
        }
        long lostBefore = queue.lostUnsentOctets();
        recovery.react(advanced, delivered, now);
        if (delivered > 0 && rate.isWanted()) {
            long lost = Math.max(0, queue.lostUnsentOctets() - lostBefore);
            rate.finish(delivered, lost, inFlight, recovery.inFlight(), sample, now);
            congestion.onDelivered(rate, now);
        }
        tcb.ecn.onAcknowledgment(segment, !recovery.isRecovering(), delivered, inFlight, congestion, now);
        if (advanced > 0) {
            retransmitter.onProgress(now);
            if (queue.isEmpty()) {
                tcb.activity.onAllAcknowledged(now);
            }
            upper.onAcked(now);
        }
        probe.onAcknowledged(advanced > 0, now);
    }

    /** When octets were last heard to be delivered. */
    long deliveredAt() {
        return deliveredAt;
    }

    private long takeSample(int advanced, TcpOptions options, long now) {
        long sentAt = queue.takeSample();
        long sample = 0;
        if (sentAt != RetransmissionQueue.NO_TIME) {
            sample = Math.max(1, now - sentAt);
        } else if (advanced > 0 && tcb.timestampsEnabled && options.hasTimestamps()) {
            // RFC 6298 3 (Karn): what was retransmitted gives a sample only when a timestamp tells which copy is meant.
            sample = timestamps.roundTrip(options, now);
        }
        if (sample > 0) {
            rtt.onSample(sample, now);
        }
        return sample;
    }

    private boolean enterNextState(long now) {
        if (!tcb.isFinAcknowledged()) {
            return true;
        }
        switch (tcb.state()) {
            case FIN_WAIT_1 -> lifecycle.enterFinWait2(now);
            case CLOSING -> lifecycle.enterTimeWait(now);
            // RFC 9293 3.10.7.4, fifth, LAST-ACK: our FIN is acknowledged, the TCB is deleted.
            case LAST_ACK -> lifecycle.close(now);
            default -> {
                // RFC 9293 3.10.7.4, fifth: no other state waits for it.
            }
        }
        return true;
    }
}
