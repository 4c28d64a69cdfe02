package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.TcpOptions;
import io.mptcp4j.wire.TcpView;

/**
 * One TCP connection (RFC 9293), named by its 4-tuple. The facade: the work is done by the classes behind it.
 *
 * <p>A user of the connection calls, in each turn of its loop: {@link #segmentArrives} for each segment, {@link #advance}
 * when {@link #nextDeadline} has passed, then the outputs in this order: {@link #sendPending}, {@link #transmit} as long as
 * there are octets and room, {@link #sendAcknowledgment}. Nothing else sends.
 *
 * <p>Subflow sequence numbers (ssn) at this border are relative: 0 is the SYN, 1 the first octet. Used by the thread that
 * drives the stack alone; time is {@code now} in nanoseconds of a monotonic clock. Nothing here throws because of what the
 * network does.
 */
public final class TcpConnection {
    /** The most packets of retransmissions without proof of loss in one turn. */
    private static final int UNPROVEN_BUDGET = 8;

    private final Tcb tcb;
    private final UpperLayer upper;
    private final TcpTimers timers = new TcpTimers();
    /** Seen in the package, for what a peer can make it do. */
    final RetransmissionQueue queue = new RetransmissionQueue();

    private final RttEstimator rtt;
    private final ReceiveSequence receive;
    private final Acknowledgments acknowledgments;
    private final Timestamps timestamps;
    private final SegmentSender sender;
    private final CongestionController congestion;
    private final DeliveryRate rate;
    private final PathMtu pathMtu;
    private final LossRecovery recovery;
    private final TailLossProbe probe;
    private final Retransmitter retransmitter;
    private final Transmitter transmitter;
    private final Handshake handshake;
    private final Lifecycle lifecycle;
    private final Resets resets;
    private final IcmpReports icmpReports;
    private final UserCalls userCalls;
    private final AcknowledgmentStep acknowledgmentStep;
    private final SegmentArrives segmentArrives;
    private long octetsAtLastTurn;

    /**
     * A connection in CLOSED; {@link #open} or {@link #accept} starts it.
     *
     * @param iss the initial send sequence number (RFC 6528)
     * @param timestampOffset what is added to our timestamp clock (RFC 7323 5.4)
     */
    public TcpConnection(
            FourTuple tuple,
            TcpSettings settings,
            UpperLayer upper,
            SegmentOutput output,
            CongestionController.Factory congestion,
            StackCounters counters,
            int iss,
            int timestampOffset) {
        this.upper = upper;
        tcb = new Tcb(tuple, settings, counters, iss);
        rtt = new RttEstimator(settings);
        receive = new ReceiveSequence(upper);
        acknowledgments = new Acknowledgments(tcb, timers);
        timestamps = new Timestamps(timestampOffset);
        sender = new SegmentSender(tcb, upper, output, receive, acknowledgments, timestamps);
        this.congestion = congestion.create(PathMtu.segmentSize(output.pathMtu(tuple), tuple.isIpv4()));
        Pacer pacer = new Pacer(tcb, this.congestion, timers, rtt);
        rate = new DeliveryRate(this.congestion.usesDeliverySamples(), queue, rtt);
        pathMtu = new PathMtu(tcb, output, this.congestion, rtt);
        pathMtu.update();
        recovery = new LossRecovery(tcb, queue, this.congestion, rtt, timers, pathMtu);
        probe = new TailLossProbe(tcb, queue, recovery, rtt, timers, this.congestion);
        retransmitter =
                new Retransmitter(tcb, queue, recovery, rtt, timers, probe, sender, upper, pathMtu, pacer, rate);
        transmitter = new Transmitter(
                tcb, queue, recovery, retransmitter, probe, rtt, timers, sender, this.congestion, pathMtu, pacer, rate);
        handshake = new Handshake(tcb, sender, rtt, timers, timestamps, pathMtu);
        lifecycle = new Lifecycle(tcb, timers, queue, acknowledgments, upper);
        icmpReports = new IcmpReports(tcb, handshake, pathMtu, recovery, sender, lifecycle);
        resets = new Resets(tcb, receive, sender, lifecycle, rtt);
        userCalls = new UserCalls(tcb, receive, acknowledgments, handshake, lifecycle, upper, resets);
        acknowledgmentStep = new AcknowledgmentStep(
                tcb,
                upper,
                queue,
                recovery,
                retransmitter,
                transmitter,
                probe,
                rtt,
                timestamps,
                this.congestion,
                rate,
                lifecycle);
        segmentArrives = new SegmentArrives(
                tcb,
                upper,
                receive,
                acknowledgments,
                timestamps,
                handshake,
                resets,
                lifecycle,
                acknowledgmentStep,
                this.congestion);
    }

    // ---- user calls

    /** Active OPEN (RFC 9293 3.10.1): SYN-SENT; the SYN leaves in {@link #sendPending}. */
    public void open(long now) {
        userCalls.open();
    }

    /**
     * Passive OPEN by a SYN that a listener takes: SYN-RECEIVED; the SYN/ACK leaves in {@link #sendPending}. Asks
     * {@link UpperLayer#onSegment} first: DROP closes without a word, RESET with a RST.
     *
     * @param options the parsed options of the SYN
     */
    public void accept(TcpView syn, TcpOptions options, long now) {
        userCalls.accept(syn, options, now);
    }

    /**
     * Passive OPEN by a SYN that was answered already, by a connection of the same ISS that was forgotten since (RFC 4987
     * 3.6): SYN-RECEIVED, ready for the ACK.
     *
     * @param repeats how often the answer was repeated
     * @param answeredAt when it left last
     */
    public void resume(TcpView syn, TcpOptions options, int repeats, long answeredAt, long now) {
        userCalls.accept(syn, options, now);
        receive.advertise(0, tcb.smss);
        handshake.onAnswered(repeats, answeredAt);
    }

    /** As {@link #resume(TcpView, TcpOptions, int, long, long)}, when nobody knows how often and when it was answered. */
    public void resume(TcpView syn, TcpOptions options, long now) {
        resume(syn, options, 0, now, now);
        handshake.onAnsweredBefore(now);
    }

    /**
     * Puts one unit of octets on the wire, now: as many of {@code length} as the congestion window, the peer's window and one
     * (super-)segment allow.
     *
     * @param position the stream position of the first octet; need not follow the previous unit's
     * @param length how many octets are there; they must fit in half of {@code PacketBuffer.MAX_SPANS} spans
     * @param more whether the stream has octets behind these
     * @return the octets taken; 0 when held back: not established, window, Nagle, or silly window avoidance
     */
    public int transmit(long position, int length, boolean more, long now) {
        return transmitter.transmit(position, length, more, now);
    }

    /**
     * A pure ACK, with the options that the layer above then gives, leaves in the next {@link #sendAcknowledgment}. A single
     * segment of data that leaves before takes its place; a super-segment does not.
     */
    public void requestAck() {
        acknowledgments.request();
    }

    /**
     * An empty segment before the window leaves in the next {@link #sendAcknowledgment}: any receiver answers it with an ACK
     * that tells its window (RFC 9293 3.8.4, 3.8.6.1).
     */
    public void sendProbe(long now) {
        acknowledgments.requestProbe();
    }

    /** CLOSE (RFC 9293 3.10.4): a FIN behind all octets transmitted. Receiving goes on. Idempotent. */
    public void close(long now) {
        userCalls.close(now);
    }

    /**
     * The user reads no more. After {@link #close} FIN-WAIT-2 is then limited in time, so that a peer that never closes holds
     * nothing here.
     */
    public void closeReceive(long now) {
        userCalls.closeReceive(now);
    }

    /**
     * ABORT (RFC 9293 3.10.5): the RST leaves in the next {@link #sendPending}, which closes the connection and calls
     * {@link UpperLayer#onClosed}. From now on segments are ignored and nothing else is sent.
     */
    public void reset(long now) {
        userCalls.reset();
    }

    /**
     * As {@link #reset}, but an ACK goes before with whatever options the layer above gives it; it is repeated up to 3 times
     * until the peer has sent a RST. Segments are shown to {@link UpperLayer#onSegment}, whose RESET ends the wait, and are
     * ignored otherwise.
     */
    public void announceReset(long now) {
        if (!tcb.resetRequested && tcb.state().isSynchronized() && !isTimeWait()) {
            resets.announce(now);
        } else {
            reset(now);
        }
    }

    /** CLOSED at once, without a word to the peer; calls {@link UpperLayer#onClosed}. */
    public void abandon(long now) {
        lifecycle.close(now);
    }

    // ---- inputs

    /**
     * Changes Nagle, delayed acknowledgment, keepalive and the limits of patience from now on; what the handshake settled
     * stays.
     */
    public void changeSettings(TcpSettings settings, long now) {
        tcb.settings = settings;
        lifecycle.onKeepAliveChanged(now);
    }

    /** SEGMENT ARRIVES (RFC 9293 3.10.7). The checksum is right; the options are those of the segment. */
    public void segmentArrives(TcpView segment, TcpOptions options, long now) {
        segmentArrives.arrive(segment, options, now);
    }

    /** The layer above has thrown away what it was given beyond {@link #receivedInOrderSsn}: the peer is to send it again. */
    public void forgetOutOfOrder() {
        receive.forgetOutOfOrder();
    }

    /** The path takes packets of this many octets only (RFC 1191, RFC 8201), as a validated ICMP message said. */
    public void onPathMtu(int mtu, long now) {
        icmpReports.onPathMtu(mtu, now);
    }

    /** A validated ICMP message called the destination unreachable; {@code hard}: for good, which ends an attempt to connect. */
    public void onUnreachable(boolean hard, long now) {
        icmpReports.onUnreachable(hard, now);
    }

    /** Does what the timers that have expired ask for. */
    public void advance(long now) {
        if (timers.next() > now || tcb.resetRequested) {
            return;
        }
        if (timers.expire(TcpTimers.Timer.DELAYED_ACK, now)) {
            acknowledgments.require();
        }
        transmitter.advance(now);
        if (timers.expire(TcpTimers.Timer.REORDERING, now)) {
            recovery.onReorderingTimer(now);
        }
        if (timers.expire(TcpTimers.Timer.LOSS_PROBE, now)) {
            probe.onTimer(now);
        }
        if (timers.expire(TcpTimers.Timer.RETRANSMISSION, now)) {
            onRetransmissionTimer(now);
        }
        if (timers.expire(TcpTimers.Timer.KEEP_ALIVE, now)) {
            lifecycle.onKeepAliveTimer(segmentArrives.lastHeardAt(), now);
        }
        if (timers.expire(TcpTimers.Timer.USER_TIMEOUT, now)) {
            lifecycle.giveUp(now);
        }
        if (timers.expire(TcpTimers.Timer.FIN_WAIT_2, now) || timers.expire(TcpTimers.Timer.TIME_WAIT, now)) {
            lifecycle.close(now);
        }
    }

    /** When {@link #advance} is to be called next; {@code Long.MAX_VALUE}: never. */
    public long nextDeadline() {
        return tcb.resetRequested ? resets.nextDeadline() : timers.next();
    }

    // ---- outputs

    /** Sends what goes before new octets: SYN, RST, retransmissions, FIN; at most {@code budget} packets. */
    public void sendPending(long now, int budget) {
        if (resets.hasWork() || resets.nextDeadline() <= now) {
            resets.send(now);
        }
        if (tcb.isClosed() || tcb.resetRequested) {
            return;
        }
        if (tcb.state().isHandshake()) {
            handshake.send(now);
            return;
        }
        int sent = retransmitter.send(now, budget);
        if (sent < budget && isFinDue()) {
            sendFin(now);
        }
    }

    /** Sends the acknowledgments that are due and have not left on data; the last call of a turn. */
    public void sendAcknowledgment(long now) {
        if (tcb.isClosed() || tcb.resetRequested || tcb.state() == TcpState.SYN_SENT) {
            return;
        }
        if (tcb.state().isSynchronized()) {
            retransmitter.endTurn(transmitter.octets() > octetsAtLastTurn, now, UNPROVEN_BUDGET);
        }
        octetsAtLastTurn = transmitter.octets();
        transmitter.endTurn();
        if (acknowledgments.takeProbe()) {
            sender.sendProbe(now);
        }
        if (acknowledgments.isDue()) {
            for (int copies = acknowledgments.copies(); copies > 1; copies--) {
                sender.sendDuplicateAck(now);
            }
            sender.sendSackBacklog(now);
            sender.sendAck(now);
        }
    }

    /** Whether {@link #sendPending} or {@link #sendAcknowledgment} would send something now. */
    public boolean hasPending() {
        if (tcb.isClosed() || tcb.resetRequested) {
            return !tcb.isClosed() && resets.hasWork();
        }
        return resets.hasWork()
                || acknowledgments.isDue()
                || acknowledgments.isProbeWanted()
                || handshake.hasWork()
                || isFinDue()
                || tcb.state().isSynchronized() && retransmitter.hasWork();
    }

    // ---- queries

    /** The state. */
    public TcpState state() {
        return tcb.state();
    }

    /** The 4-tuple. */
    public FourTuple tuple() {
        return tcb.tuple;
    }

    /** Whether the connection is CLOSED. */
    public boolean isClosed() {
        return state() == TcpState.CLOSED;
    }

    /** Whether the connection is in TIME-WAIT. */
    public boolean isTimeWait() {
        return state() == TcpState.TIME_WAIT;
    }

    /** Who may take the 4-tuple before TIME-WAIT is over; an answer for now. */
    public TimeWait timeWait() {
        return new TimeWait(tcb, timestamps, receive, segmentArrives.lastHeardAt());
    }

    /** What a SYN with octets is answered with (RFC 7413). */
    public FastOpen fastOpen() {
        return tcb.fastOpen;
    }

    /** What goes with our SYN (RFC 7413). */
    public FastOpenClient fastOpenClient() {
        return tcb.fastOpenClient;
    }

    /** Whether an ICMP error ended the attempt to connect, or told last of a peer that never answered again. */
    public boolean isUnreachable() {
        return tcb.unreachable;
    }

    /** The octets that congestion window and peer's window allow to {@link #transmit} now; 0 or more. */
    public long sendRoom() {
        return transmitter.room();
    }

    /** The peer's window in octets, counted from SND.UNA, with its scale applied. */
    public long sendWindow() {
        return tcb.sndWnd;
    }

    /** Whether octets or a FIN are not cumulatively acknowledged. */
    public boolean hasOutstanding() {
        return !queue.isEmpty();
    }

    /** Whether a sequence number is of a segment in flight: SND.UNA =< number < SND.NXT. */
    public boolean isOutstanding(int sequenceNumber) {
        return !isClosed()
                && SequenceNumber.lessOrEqual(tcb.sndUna, sequenceNumber)
                && SequenceNumber.lessThan(sequenceNumber, tcb.sndNxt);
    }

    /** The octets not cumulatively acknowledged (a FIN counts one). */
    public long outstandingOctets() {
        return queue.totalOctets();
    }

    /** The octets believed to be in the network (RFC 6675: pipe). */
    public long octetsInFlight() {
        return recovery.inFlight();
    }

    /** The lowest stream position not cumulatively acknowledged; {@code Long.MAX_VALUE} when there is none. */
    public long lowestOutstanding() {
        return queue.lowestPosition();
    }

    /** Adds the positions of all octets not cumulatively acknowledged; answers until {@code onClosed} returns. */
    public int outstandingRanges(RangeSet into) {
        return queue.addPositions(into, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /**
     * Adds the stream positions of those octets that left after the one time, or before the other.
     *
     * @return how many steps it took
     */
    public int outstandingRanges(RangeSet into, long after, long before) {
        return queue.addPositions(into, after, before);
    }

    /**
     * Since when the peer owes an answer: the last one that told of octets delivered, or when the first of what is outstanding
     * left; {@code Long.MAX_VALUE} when nothing is outstanding.
     */
    public long waitingSince() {
        return queue.isEmpty() ? Long.MAX_VALUE : Math.max(transmitter.busySince(), acknowledgmentStep.deliveredAt());
    }

    /**
     * When the oldest of the segments that are believed to be on their way left. Without SACK lost ones cannot be told from those:
     * then {@link #waitingSince}.
     */
    public long oldestSentAt() {
        SendRecord oldest = tcb.sackEnabled ? queue.firstSent() : null;
        return oldest == null ? waitingSince() : oldest.sentAt;
    }

    /** When an acknowledgment last told of octets delivered; {@code Long.MIN_VALUE} for never. */
    public long deliveredAt() {
        return acknowledgmentStep.deliveredAt();
    }

    /** When an acceptable segment last arrived. */
    public long heardAt() {
        return segmentArrives.lastHeardAt();
    }

    /** RCV.NXT relative to IRS: everything before has been handed up. */
    public int receivedInOrderSsn() {
        return receive.rcvNxt() - receive.irs();
    }

    /** Payload octets of a full segment without options (SMSS). */
    public int maximumSegmentSize() {
        return tcb.smss;
    }

    /** Whether no full segment has arrived yet of those that left: a black hole (RFC 8899 4.3) may be all that is wrong. */
    public boolean isPathMtuUnproven() {
        return pathMtu.isUnproven();
    }

    /** The smoothed round-trip time in nanoseconds; 0 before the first sample. */
    public long smoothedRttNanos() {
        return rtt.smoothed();
    }

    /**
     * What the round-trip time may be now, in nanoseconds; 0 before the first sample. It is the smoothed one, or how long the
     * first of what is outstanding and its acknowledgment have been on their way, if that is longer. The smoothed one's distance to the least is halved
     * for each second in which nothing was outstanding, for the queue that it was measured with is gone.
     */
    public long presentRttNanos(long now) {
        if (!queue.isEmpty()) {
            long since = queue.head().answeredSince(tcb.settings.delayedAckNanos());
            return rtt.hasSample() ? Math.max(rtt.smoothed(), now - since) : 0;
        }
        return rtt.afterPause(now - Math.max(deliveredAt(), 0));
    }

    /** The round-trip time as the receiver of octets sees it, in nanoseconds; 0 while nothing is known. */
    public long receiverRttNanos() {
        return tcb.receiverRtt.nanos();
    }

    /** The round-trip time's variation in nanoseconds. */
    public long rttVarianceNanos() {
        return rtt.variance();
    }

    /** The least round-trip time seen in nanoseconds; 0 before the first sample. */
    public long minimumRttNanos() {
        return rtt.minimum();
    }

    /** The retransmission timeout in nanoseconds, backed off. */
    public long retransmissionTimeoutNanos() {
        return rtt.timeout();
    }

    /** The congestion controller. */
    public CongestionController congestion() {
        return congestion;
    }

    /** Octets of payload transmitted for the first time. */
    public long octetsSent() {
        return tcb.fastOpenClient.acknowledged() + transmitter.octets();
    }

    /** Octets of payload handed up. */
    public long octetsReceived() {
        return receive.octets();
    }

    /** Segments retransmitted; those of a super-segment count one by one. */
    public long segmentsRetransmitted() {
        return retransmitter.segments();
    }

    /** Octets of payload retransmitted. */
    public long octetsRetransmitted() {
        return retransmitter.octets();
    }

    /** Retransmission timeouts since the peer last acknowledged something new. */
    public int consecutiveTimeouts() {
        return retransmitter.consecutiveTimeouts();
    }

    /** Whether both ends use selective acknowledgment. */
    public boolean isSackEnabled() {
        return tcb.sackEnabled;
    }

    /** Whether both ends use timestamps. */
    public boolean hasTimestamps() {
        return tcb.timestampsEnabled;
    }

    /** What is known about the connection now. */
    public TcpInfo info(long now) {
        return TcpInfo.of(this, tcb, recovery, receive, pathMtu, rate, now);
    }

    /** ISS. */
    public int initialSendSequence() {
        return tcb.iss;
    }

    /** IRS. */
    public int initialReceiveSequence() {
        return receive.irs();
    }

    // ---- steps

    private boolean isFinDue() {
        return tcb.closeRequested
                && !tcb.finSent
                && (tcb.state() == TcpState.FIN_WAIT_1
                        || tcb.state() == TcpState.CLOSING
                        || tcb.state() == TcpState.LAST_ACK);
    }

    private void sendFin(long now) {
        int seq = tcb.sndNxt;
        queue.appendFin(seq, now);
        tcb.sndNxt = seq + 1;
        tcb.finSent = true;
        sender.sendFin(seq, false, now);
        retransmitter.startTimer(now);
        probe.onTransmitted(now);
    }

    private void onRetransmissionTimer(long now) {
        if (tcb.state().isHandshake()) {
            if (!handshake.onTimer()) {
                lifecycle.giveUp(now);
            }
        } else if (!retransmitter.onTimer(now)) {
            lifecycle.giveUp(now);
        }
    }
}
