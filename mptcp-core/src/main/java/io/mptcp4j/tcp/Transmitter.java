package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.number.SequenceNumber;

/**
 * Sends octets for the first time: how many may leave now, by the peer's window, the congestion window, silly window avoidance
 * (RFC 9293 3.8.6.2.1) and Nagle's algorithm (RFC 9293 3.7.4 and A.3).
 */
final class Transmitter {
    /** RFC 9293 3.8.6.2.1: the override timeout is 0.1 to 1 second. */
    private static final long OVERRIDE_NANOS = 200_000_000L;

    private final Tcb tcb;
    private final RetransmissionQueue queue;
    private final LossRecovery recovery;
    private final Retransmitter retransmitter;
    private final TailLossProbe probe;
    private final RttEstimator rtt;
    private final TcpTimers timers;
    private final SegmentSender sender;
    private final CongestionController congestion;
    private final PathMtu pathMtu;
    private final Pacer pacer;
    private final DeliveryRate rate;

    /** The number just after the last small segment (RFC 9293 A.3: SND.SML). */
    private int sndSml;

    /** Octets up to here left while the congestion window was the limit. */
    private int limitedUpTo;

    /** There were more octets when some left last in this turn. */
    private boolean moreWaiting;

    private boolean override;
    private long lastSentAt;
    private long busySince;
    private long octets;

    Transmitter(
            Tcb tcb,
            RetransmissionQueue queue,
            LossRecovery recovery,
            Retransmitter retransmitter,
            TailLossProbe probe,
            RttEstimator rtt,
            TcpTimers timers,
            SegmentSender sender,
            CongestionController congestion,
            PathMtu pathMtu,
            Pacer pacer,
            DeliveryRate rate) {
        this.tcb = tcb;
        this.queue = queue;
        this.recovery = recovery;
        this.retransmitter = retransmitter;
        this.probe = probe;
        this.rtt = rtt;
        this.timers = timers;
        this.sender = sender;
        this.congestion = congestion;
        this.pathMtu = pathMtu;
        this.pacer = pacer;
        this.rate = rate;
        this.sndSml = tcb.iss;
        this.limitedUpTo = tcb.iss;
    }

    /** The octets that the windows allow now. */
    long room() {
        if (!mayTransmit()) {
            return 0;
        }
        return Math.max(0, Math.min(tcb.usableWindow(), congestionRoom()));
    }

    private long congestionRoom() {
        // RFC 8985 7.3: a probe is one segment more than the congestion window allows.
        return Math.max(Math.min(recovery.room(), pacer.room()), probe.isWanted() ? sender.effectiveMss() : 0);
    }

    /** RFC 9293 3.10.2: in which states SEND is served. */
    private boolean mayTransmit() {
        return (tcb.state().mayTransmit() || tcb.fastOpen.isUnderWay()) && !tcb.closeRequested && !tcb.resetRequested;
    }

    /** See {@link TcpConnection#transmit}. */
    int transmit(long position, int length, boolean more, long now) {
        if (length <= 0 || !mayTransmit()) {
            return 0;
        }
        restartAfterIdle(now);
        int mtuProbe = mtuProbeDue(length, more, now);
        if (mtuProbe > 0) {
            return transmitMtuProbe(position, mtuProbe, now);
        }
        int longest = sender.longestSuperSegment();
        int mss = sender.effectiveMss();
        int wanted = Math.min(length, Math.max(longest, mss));
        int allowed = allowed(wanted, more || wanted < length, mss, now);
        if (allowed == 0) {
            return 0;
        }
        boolean replicated = allowed > mss && longest > mss;
        int seq = tcb.sndNxt;
        if (queue.isEmpty()) {
            busySince = now;
            tcb.activity.onBusy(now);
        }
        mss = sender.planUnit(seq, position, allowed, replicated);
        int taken = wholeSegments(Math.min(allowed, replicated ? longest : mss), length, more, mss);
        boolean first = rate.isWanted() && recovery.inFlight() == 0;
        SendRecord record = queue.append(seq, taken, position, mss, now);
        rate.onSent(record, first, now);
        moreWaiting = more || taken < length;
        tcb.sndNxt = seq + taken;
        tcb.activity.onDataSent(now);
        record.unitNote = sender.sendPlanned(taken, taken == length && !more, now);
        onSent(taken, mss, now);
        return taken;
    }

    /** SMSS of a probe for a larger path MTU that these octets shall be; 0: none. */
    private int mtuProbeDue(int length, boolean more, long now) {
        int size = pathMtu.probeDue(now);
        // RFC 4821 7.3, 7.4: enough must follow for its loss to be found without a timeout, and nothing
        // be under repair.
        long needed = size + (long) RetransmissionQueue.DUP_THRESH * tcb.smss;
        boolean mayProbe = size > 0
                && !recovery.isRecovering()
                && length >= size
                && (more || length >= needed)
                && Math.min(congestion.window(), tcb.sndWnd) >= needed;
        return mayProbe ? size : 0;
    }

    /** RFC 4821 10.1: a probe is a longer segment of octets that are due. */
    private int transmitMtuProbe(long position, int size, long now) {
        if (Math.min(tcb.usableWindow(), recovery.room()) < size) {
            limitedUpTo = tcb.sndNxt;
            return 0;
        }
        int seq = tcb.sndNxt;
        if (queue.isEmpty()) {
            busySince = now;
            tcb.activity.onBusy(now);
        }
        int taken = sender.planProbe(seq, position, size);
        SendRecord record = queue.append(seq, taken, position, taken, now);
        queue.markOversized(record);
        tcb.sndNxt = seq + taken;
        tcb.activity.onDataSent(now);
        record.unitNote = sender.sendPlanned(taken, false, now);
        pathMtu.onProbeSent(size, seq, tcb.sndNxt);
        onSent(taken, taken, now);
        return taken;
    }

    /** How many octets may leave now, by the guess of the segment size. */
    private int allowed(int wanted, boolean more, int mss, long now) {
        long window = tcb.usableWindow();
        long room = congestionRoom();
        if (window <= 0 || room <= 0) {
            return 0;
        }
        if (room < wanted && room < mss) {
            // A part of a segment is not worth a packet when the next acknowledgment makes room for all of it.
            limitedUpTo = tcb.sndNxt;
            return 0;
        }
        int n = (int) Math.min(wanted, Math.min(window, room));
        if (n >= mss) {
            return n % mss != 0 && !more && n == wanted && isHeldByNagle() ? n - n % mss : n;
        }
        if (n < wanted) {
            // RFC 9293 3.8.6.2.1: the peer's window holds a part only: (3) at least half of the largest window, or (4).
            return n >= tcb.maxSndWnd / 2 || isOverridden(now) ? n : 0;
        }
        return !more && isHeldByNagle() ? 0 : n;
    }

    private boolean isHeldByNagle() {
        // RFC 9293 A.3: a small segment waits only for an earlier small one.
        return tcb.settings.nagle() && isOutstanding(sndSml) && !probe.isWanted();
    }

    private boolean isOverridden(long now) {
        if (override) {
            override = false;
            return true;
        }
        if (!timers.isSet(TcpTimers.Timer.OVERRIDE)) {
            timers.set(TcpTimers.Timer.OVERRIDE, now + OVERRIDE_NANOS);
        }
        return false;
    }

    private static int wholeSegments(int n, int length, boolean more, int mss) {
        return n > mss && (more || n < length) ? n - n % mss : n;
    }

    private void onSent(int taken, int mss, long now) {
        if (taken % mss != 0) {
            sndSml = tcb.sndNxt;
        }
        if (taken >= mss) {
            pathMtu.onFullSegmentSent(tcb.sndNxt - taken + mss);
        }
        octets += taken;
        recovery.onTransmitted(taken);
        pacer.onSent(taken, now);
        if (recovery.room() < mss) {
            limitedUpTo = tcb.sndNxt;
        }
        lastSentAt = now;
        override = false;
        timers.cancel(TcpTimers.Timer.OVERRIDE);
        retransmitter.startTimer(now);
        probe.onTransmitted(now);
    }

    /**
     * The turn is over: whoever has room and sends nothing has nothing to send. Or the holes of a recovery hold what there is
     * in a full buffer, or the peer's window is closed: these are no pauses of the application.
     */
    void endTurn() {
        if (rate.isWanted() && !moreWaiting && !pacer.isBlocked() && !recovery.isRecovering() && hasRoom()) {
            rate.onLimited(recovery.inFlight());
        }
        moreWaiting = false;
    }

    private boolean hasRoom() {
        return Math.min(recovery.room(), tcb.usableWindow()) >= tcb.smss;
    }

    private void restartAfterIdle(long now) {
        // RFC 5681 4.1: after a pause of more than one timeout the network's state is unknown.
        if (octets > 0 && queue.isEmpty() && now - lastSentAt > rtt.timeout()) {
            congestion.onIdleRestart(now);
            lastSentAt = now;
        }
    }

    /** Does what the timers ask for that hold octets back: for the peer's small window, or for the pace. */
    void advance(long now) {
        if (timers.expire(TcpTimers.Timer.OVERRIDE, now)) {
            override = true;
        }
        if (timers.expire(TcpTimers.Timer.PACING, now)) {
            pacer.onTimer();
        }
    }

    /** Whether the congestion window was the limit when the octets that are being acknowledged left; SND.UNA as before. */
    boolean wasLimited() {
        return isOutstanding(limitedUpTo);
    }

    private boolean isOutstanding(int end) {
        return SequenceNumber.lessThan(tcb.sndUna, end) && SequenceNumber.lessOrEqual(end, tcb.sndNxt);
    }

    /** When octets were last transmitted for the first time. */
    long lastSentAt() {
        return lastSentAt;
    }

    /** Since when something has been outstanding without a break. */
    long busySince() {
        return busySince;
    }

    long octets() {
        return octets;
    }
}
