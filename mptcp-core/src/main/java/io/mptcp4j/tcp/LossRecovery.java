package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;

/**
 * Finds out what was lost and when it may leave again: with SACK by RFC 6675 and by time (RFC 8985), without by RFC 6582 (NewReno),
 * after a timeout by RFC 5681 and 6298. How much may be in flight is the {@link CongestionController}'s business, and how quickly
 * it comes down to that the business of {@link ProportionalRateReduction}.
 */
final class LossRecovery {
    /** The phases. */
    enum Phase {
        /** Nothing is known to be lost. */
        OPEN,
        /** Fast recovery. */
        RECOVERY,
        /** After a retransmission timeout. */
        LOSS
    }

    private final Tcb tcb;
    private final RetransmissionQueue queue;
    private final CongestionController congestion;
    private final SackCache reported = new SackCache();
    private final ReorderingWindow reordering;
    private final RackDetection rack;
    private final SpuriousLoss spurious = new SpuriousLoss();
    private final SpuriousTimeout timeout;
    private final PathMtu pathMtu;
    private final TcpTimers timers;
    private final ProportionalRateReduction reduction = new ProportionalRateReduction();
    private Phase phase = Phase.OPEN;

    /** RFC 6675 2: RecoveryPoint; RFC 6582 3.2: recover + 1. */
    private int recoveryPoint;

    private int duplicates;

    /** Without SACK: the octets that duplicate acknowledgments say have left the network (RFC 6582 3.2: inflation). */
    private long renoSackedOctets;

    /** The next retransmission does not ask for room (RFC 6675 5, 4.3; RFC 6582 3.2). */
    private boolean forced;

    private boolean rescued;

    /** Whether the acknowledgment that is being processed is a duplicate (RFC 5681 2). */
    private boolean plainDuplicate;

    /** The octets delivered since losses were last taken back; at first there is no limit. */
    private long deliveredSinceTakenBack = Long.MAX_VALUE / 2;

    /** When the congestion window was last reduced. */
    private long reducedAt = RetransmissionQueue.NO_TIME;

    /** Whether the acknowledgment that is being processed carries ECE. */
    private boolean echoed;

    /** Whether a router has asked for the reduction too: it is not taken back, whatever was lost. */
    private boolean marked;

    LossRecovery(
            Tcb tcb,
            RetransmissionQueue queue,
            CongestionController congestion,
            RttEstimator rtt,
            TcpTimers timers,
            PathMtu pathMtu) {
        this.pathMtu = pathMtu;
        this.tcb = tcb;
        this.queue = queue;
        this.congestion = congestion;
        this.timers = timers;
        this.recoveryPoint = tcb.iss;
        this.reordering = new ReorderingWindow(rtt, tcb.iss);
        this.rack = new RackDetection(queue, rtt, reordering, spurious);
        this.timeout = new SpuriousTimeout(tcb);
        queue.reportTo(rack);
    }

    /** Whether the path has been seen to reorder (RFC 8985 6.2 step 3). */
    boolean hasSeenReordering() {
        return reordering.isSeen();
    }

    /** Whether losses are being repaired. */
    boolean isRecovering() {
        return phase != Phase.OPEN;
    }

    // ---- acknowledgments

    /**
     * Takes in an acceptable acknowledgment of the established connection, SND.UNA still as before.
     *
     * @param duplicate whether it may count as a duplicate (RFC 5681 2), were it not for SACK
     * @param echoedAt when the segment left that it answers, by its timestamp; {@code Long.MAX_VALUE}: it does not say
     * {@link #react} follows.
     *
     * @return the octets that are newly known to have been delivered
     */
    long onAcknowledgment(int ack, TcpOptions options, boolean duplicate, long echoedAt, long now) {
        rack.beginBlocks(now);
        long sacked = tcb.sackEnabled ? takeSackBlocks(ack, options) : 0;
        int advanced = ack - tcb.sndUna;
        long delivered = sacked;
        plainDuplicate = duplicate && advanced == 0;
        if (advanced > 0) {
            rack.begin(echoedAt, now);
            delivered += queue.acknowledge(ack);
            tcb.sndUna = ack;
            duplicates = 0;
        } else if (tcb.sackEnabled ? sacked > 0 : duplicate) {
            onDuplicate();
        }
        deliveredSinceTakenBack += delivered;
        return delivered;
    }

    /**
     * Draws the conclusions from an acknowledgment: recovery ends, goes on or begins.
     *
     * @param advanced by how many octets SND.UNA has advanced
     * @param delivered what {@link #onAcknowledgment} returned
     */
    void react(int advanced, long delivered, long now) {
        if (phase != Phase.OPEN) {
            Counter proof = findProofOfNothingLost(advanced, delivered);
            if (proof != null) {
                takeBack(proof, now);
            }
        }
        if (advanced > 0) {
            spurious.onAdvanced(tcb.sndUna, tcb.maxSndWnd);
            onAdvanced(advanced, now);
        }
        long lostBefore = queue.lostUnsentOctets();
        detectLoss(now);
        if (isReducing()) {
            boolean good = advanced > 0 && queue.lostUnsentOctets() <= lostBefore;
            reduction.onAcknowledgment(delivered, inFlight(), good, tcb.smss);
        }
    }

    /** The time has come that {@link RackDetection#detect} named. */
    void onReorderingTimer(long now) {
        detectLoss(now);
        if (isReducing()) {
            reduction.onAcknowledgment(0, inFlight(), false, tcb.smss);
        }
    }

    private Counter findProofOfNothingLost(int advanced, long delivered) {
        if (phase == Phase.LOSS
                && timeout.onAcknowledgment(advanced > 0, plainDuplicate, delivered, reordering.forwardMost())) {
            return Counter.SPURIOUS_TIMEOUTS;
        }
        return spurious.proof() == SpuriousLoss.Proof.TIMESTAMPS ? Counter.UNDONE_BY_TIMESTAMPS : null;
    }

    /**
     * An acknowledgment is about to be processed.
     *
     * @param echo whether it tells that a router has marked a packet
     */
    void onEcho(boolean echo) {
        echoed = echo;
        // RFC 3168 6.1.2: one reduction a window, which this may be.
        marked |= echo;
    }

    /** The peer reports octets that it has received twice (RFC 2883); those of a tail loss probe aside. */
    void onDuplicateReport(DuplicateReport report, long now) {
        reordering.onDuplicateReport(tcb.sndUna, tcb.sndNxt);
        spurious.onDuplicateReport(report.left(), report.right());
        rack.onDuplicateReport(report.left(), report.right());
        if (spurious.proof() == SpuriousLoss.Proof.DUPLICATES) {
            takeBack(Counter.UNDONE_BY_DUPLICATES, now);
        }
    }

    private void takeBack(Counter proof, long now) {
        spurious.end();
        timeout.end();
        if (phase == Phase.RECOVERY && queue.lostOctets() > deliveredSinceTakenBack) {
            // To take back costs as much as to judge. A peer that lets us do both over and over shall deliver as much.
            return;
        }
        deliveredSinceTakenBack = 0;
        tcb.counters.count(proof);
        if (phase == Phase.RECOVERY) {
            reordering.onLateArrival();
        } else if (phase == Phase.LOSS) {
            // Before the window is restored, which is that of segments as long as before.
            pathMtu.onNeedlessTimeout(now);
        }
        if (phase != Phase.OPEN) {
            // RFC 4015 3.1: what was taken for lost is on its way; RFC 5682 3.1: a new recovery may begin at once.
            queue.unmarkLost();
            finish(now);
            recoveryPoint = tcb.sndUna - 1;
            duplicates = 0;
        }
        if (!marked) {
            // RFC 5682 4 leaves open what follows.
            congestion.onSpuriousLoss(now);
        }
    }

    private boolean isReducing() {
        return phase == Phase.RECOVERY && tcb.sackEnabled && !congestion.regulatesRecovery();
    }

    private long takeSackBlocks(int ack, TcpOptions options) {
        int sndUna = tcb.sndUna;
        int outstanding = tcb.sndNxt - sndUna;
        long delivered = 0;
        for (int i = 0; i < options.sackCount(); i++) {
            int left = options.sackLeft(i);
            int right = options.sackRight(i);
            // RFC 2018 5 and RFC 2883: a block before SND.UNA, or of what was never sent, reports nothing new.
            if (SequenceNumber.greaterOrEqual(left, ack)
                    && SequenceNumber.lessThan(left, right)
                    && right - sndUna <= outstanding
                    && left - sndUna < outstanding) {
                int from = reported.unreportedFrom(left, right);
                if (from != right) {
                    delivered += queue.sack(left, right, from);
                }
                reported.note(left, right);
            }
        }
        reported.turnOver();
        return delivered;
    }

    private void onDuplicate() {
        duplicates++;
        if (!tcb.sackEnabled) {
            long head = queue.isEmpty() ? 0 : Math.min(tcb.smss, queue.head().sequenceLength());
            renoSackedOctets = Math.min(renoSackedOctets + tcb.smss, Math.max(0, queue.totalOctets() - head));
        }
    }

    private void onAdvanced(int octets, long now) {
        boolean past = SequenceNumber.greaterOrEqual(tcb.sndUna, recoveryPoint);
        if (phase != Phase.OPEN && past) {
            finish(now);
        } else if (phase == Phase.RECOVERY && !tcb.sackEnabled) {
            // RFC 6582 3.2 step 3, partial acknowledgment: deflate by what it acknowledges, less one segment, and
            // retransmit the first segment that is still missing.
            renoSackedOctets = Math.max(0, renoSackedOctets - Math.max(0, octets - tcb.smss));
            renoSackedOctets = Math.min(renoSackedOctets, queue.totalOctets());
            queue.markFirstLost();
            forced = true;
        } else if (phase == Phase.OPEN) {
            renoSackedOctets = 0;
            if (past && tcb.sndUna != recoveryPoint) {
                // Keeps up, so that it compares rightly after 2^31 octets.
                recoveryPoint = tcb.sndUna - 1;
            }
        }
    }

    private void finish(long now) {
        phase = Phase.OPEN;
        renoSackedOctets = 0;
        forced = false;
        timeout.end();
        reordering.onRecovered();
        pathMtu.onTimeoutsOver();
        congestion.onRecovered(now);
    }

    private void detectLoss(long now) {
        timers.cancel(TcpTimers.Timer.REORDERING);
        if (queue.isEmpty()) {
            return;
        }
        if (tcb.sackEnabled) {
            if (countsDuplicates()) {
                queue.judgeLost(tcb.smss);
            }
            if (tcb.settings.lossByTime()) {
                detectByTime(now);
            }
        }
        if (phase == Phase.OPEN && isLossFound()) {
            enterRecovery(now);
        }
    }

    /** Whether three duplicates mean a loss: not where the path has been seen to reorder (RFC 8985 6.2 step 4). */
    private boolean countsDuplicates() {
        return !tcb.settings.lossByTime() || !reordering.isSeen();
    }

    private void detectByTime(long now) {
        long deadline = rack.detect(phase != Phase.OPEN, now);
        if (deadline != TcpTimers.NEVER) {
            timers.set(TcpTimers.Timer.REORDERING, deadline);
        }
        if (phase == Phase.RECOVERY && rack.lostAgainSentAt() >= reducedAt) {
            // RFC 5681 4.3: the loss of a retransmission is a second sign of congestion, and the window
            // is reduced twice.
            reduce(now);
        }
    }

    /**
     * RFC 5681 3.1, FlightSize: what is outstanding, as far as the window let it out. More is outstanding while holes are waited
     * for, since octets leave for those that SACK reports: a window of that size is not what the path was tried with.
     */
    private long flightSize() {
        return Math.min(congestion.window(), queue.totalOctets());
    }

    private void reduce(long now) {
        long flightSize = flightSize();
        reducedAt = now;
        recoveryPoint = tcb.sndNxt;
        // RFC 6675 5, 4.3: the first segment that is lost leaves at once, whatever the room.
        forced = true;
        if (!tcb.ecn.hasReduced()) {
            congestion.onLoss(flightSize, now);
            tcb.ecn.onReduced();
        }
        if (isReducing()) {
            reduction.begin(congestion.slowStartThreshold(), flightSize);
        }
    }

    private boolean isLossFound() {
        if (tcb.sackEnabled) {
            long lost = queue.lostUnsentOctets() - queue.oversizedLostOctets();
            if (lost == 0 && queue.lostUnsentOctets() > 0) {
                // RFC 8899 3, RFC 4821 7.6.2: only what was too long for the path is lost, which is no congestion.
                duplicates = 0;
                return false;
            }
            // RFC 6675 5: by DupThresh, or by IsLost. RFC 6675 5.1: not before RecoveryPoint is acknowledged,
            // which OPEN means.
            return lost > 0 && queue.sackedOctets() > 0
                    // RFC 8985 6.2 step 4: where the path reorders, three duplicates are no loss.
                    || duplicates >= RetransmissionQueue.DUP_THRESH
                            && countsDuplicates()
                            && !queue.head().retransmitted;
        }
        // RFC 6582 3.2 step 1: only for octets sent after the last recovery began.
        return duplicates >= RetransmissionQueue.DUP_THRESH && SequenceNumber.greaterThan(tcb.sndUna, recoveryPoint);
    }

    private void enterRecovery(long now) {
        // RFC 6675 5 step 4: RecoveryPoint, then half of what is outstanding, then the first lost segment at once.
        phase = Phase.RECOVERY;
        rescued = false;
        spurious.begin(tcb.sndUna);
        marked = echoed || tcb.ecn.hasReduced();
        if (queue.lostUnsentOctets() == 0) {
            queue.markFirstLost();
        }
        reduce(now);
        tcb.counters.count(Counter.FAST_RECOVERIES);
    }

    // ---- timeout

    /** The retransmission timer expired for the {@code consecutive}-th time without progress. */
    void onTimeout(int consecutive, long now) {
        // RFC 2018 8: the peer may have discarded what it had reported. A reported record at the head proves it.
        if (consecutive > 1 || !queue.isEmpty() && queue.head().sacked) {
            queue.clearSacked();
            reported.clear();
        }
        if (consecutive == 1) {
            // RFC 5681 3.1: the threshold is set once for a segment, not at each of its timeouts.
            congestion.onRetransmissionTimeout(flightSize(), now);
            tcb.ecn.onReduced();
        }
        queue.markTimedOut(tcb.sackEnabled ? rack.overdueBefore(now) : Long.MAX_VALUE);
        if (phase == Phase.OPEN) {
            spurious.begin(tcb.sndUna);
            marked = false;
        }
        spurious.onTimeout();
        timeout.onTimeout(phase == Phase.OPEN);
        phase = Phase.LOSS;
        // RFC 6675 5.1: no new recovery before everything sent until now is acknowledged.
        recoveryPoint = tcb.sndNxt;
        duplicates = 0;
        renoSackedOctets = 0;
        forced = true;
    }

    /** The peer's window has closed over what is outstanding: its first segment probes it (RFC 9293 3.8.6.1). */
    void onWindowProbe() {
        queue.markFirstLost();
        forced = true;
    }

    /**
     * The path takes no segments longer than this: those that are longer never arrive, which is no sign of congestion (RFC 8201
     * 5.4), and leave again in shorter ones.
     */
    void onSegmentSizeReduced(int longest) {
        queue.markLongLost(longest);
        if (!tcb.sackEnabled) {
            // What is smaller arrives and is answered by duplicates, which say nothing new (RFC 6582 3.2 step 1).
            recoveryPoint = tcb.sndNxt;
        }
    }

    // ---- what leaves

    /**
     * The record to retransmit now, or null: none is lost, or there is no room.
     *
     * @param mss the payload of a full segment beside its options; were more asked for than new octets need, these would
     *     take all the room for ever
     */
    SendRecord nextRetransmission(int mss) {
        SendRecord record = queue.nextLost();
        if (record == null || timeout.isHolding()) {
            return null;
        }
        return forced || room() >= Math.min(mss, record.sequenceLength()) ? record : null;
    }

    /**
     * What leaves when recovery has room and there are no new octets: the next segment that is not known to have arrived
     * (RFC 6675 4, NextSeg rule 3), or once the last one outstanding (rule 4, rescue).
     *
     * @param mss the payload of a full segment beside its options
     */
    SendRecord nextWithoutProof(int mss) {
        if (phase != Phase.RECOVERY || !tcb.sackEnabled || rescued || room() < mss || queue.isEmpty()) {
            return null;
        }
        SendRecord record = queue.firstUnprovenBelowSacked();
        if (record == null) {
            record = queue.lastUnsacked();
            rescued = true;
        }
        return record;
    }

    /** A record was retransmitted. */
    void onRetransmitted(long octets, long now) {
        forced = false;
        reduction.onSent(octets);
        spurious.onRetransmitted(octets, phase != Phase.OPEN, now);
    }

    /**
     * The turn is over.
     *
     * @param transmitted whether new octets have left in it
     * @return whether retransmissions may leave that waited for these
     */
    boolean endTurn(boolean transmitted) {
        return timeout.endTurn(transmitted);
    }

    /** Octets left for the first time. */
    void onTransmitted(long octets) {
        reduction.onSent(octets);
    }

    /** The octets that may still leave; may be negative. */
    long room() {
        return isReducing() ? reduction.allowance() : congestion.window() - inFlight();
    }

    /** RFC 6675 4: pipe. */
    long inFlight() {
        return Math.max(0, queue.pipe() - renoSackedOctets);
    }

    /** Whether the next retransmission is one segment, whatever the room. */
    boolean isForced() {
        return forced;
    }

    Phase phase() {
        return phase;
    }
}
