package io.mptcp4j.tcp;

import io.mptcp4j.metric.Counter;

/** Sends again what {@link LossRecovery} says is lost, and keeps the retransmission timer (RFC 6298 5). */
final class Retransmitter {
    private final Tcb tcb;
    private final RetransmissionQueue queue;
    private final LossRecovery recovery;
    private final RttEstimator rtt;
    private final TcpTimers timers;
    private final TailLossProbe probe;
    private final SegmentSender sender;
    private final UpperLayer upper;
    private final PathMtu pathMtu;
    private final Pacer pacer;
    private final DeliveryRate rate;
    private int consecutiveTimeouts;
    private boolean heardSinceTimeout;
    private long segments;
    private long octets;

    Retransmitter(
            Tcb tcb,
            RetransmissionQueue queue,
            LossRecovery recovery,
            RttEstimator rtt,
            TcpTimers timers,
            TailLossProbe probe,
            SegmentSender sender,
            UpperLayer upper,
            PathMtu pathMtu,
            Pacer pacer,
            DeliveryRate rate) {
        this.tcb = tcb;
        this.queue = queue;
        this.recovery = recovery;
        this.rtt = rtt;
        this.timers = timers;
        this.probe = probe;
        this.sender = sender;
        this.upper = upper;
        this.pathMtu = pathMtu;
        this.pacer = pacer;
        this.rate = rate;
    }

    // ---- sending

    /** Retransmits; returns the packets sent, at most {@code budget}. */
    int send(long now, int budget) {
        int sent = 0;
        while (sent < budget) {
            SendRecord record = next();
            if (record == null) {
                break;
            }
            long room = Math.min(recovery.room(), pacer.room());
            resend(record, Math.max(room, recovery.isForced() ? tcb.smss : 0), now);
            sent++;
        }
        return sent;
    }

    /**
     * At the end of a turn: a probe when one is wanted. When no new octets used the room, what waited for them, and what RFC 6675 4,
     * NextSeg (3) and (4) allow.
     */
    void endTurn(boolean transmitted, long now, int budget) {
        if (recovery.endTurn(transmitted)) {
            send(now, budget);
        }
        if (probe.isWanted()) {
            sendProbe(now);
        } else if (!transmitted) {
            sendWithoutProof(now, budget);
        }
    }

    private void sendWithoutProof(long now, int budget) {
        int sent = 0;
        while (sent < budget && upper.mayTransmit() && !pacer.isBlocked()) {
            SendRecord record = recovery.nextWithoutProof(sender.effectiveMss());
            if (record == null) {
                break;
            }
            resend(record, tcb.smss, now);
            sent++;
        }
    }

    private void sendProbe(long now) {
        SendRecord record = probe.takeRetransmission();
        if (record == null || usableWindow(record) <= 0 || !upper.mayTransmit()) {
            return;
        }
        resend(record, tcb.smss, now);
        probe.onRetransmitted(now);
    }

    /** Whether {@link #send} or {@link #endTurn} would send. */
    boolean hasWork() {
        return probe.isWanted() || next() != null;
    }

    private SendRecord next() {
        SendRecord record = recovery.nextRetransmission(sender.effectiveMss());
        if (record == null || record.fin) {
            return record;
        }
        if (pacer.isBlocked() && !recovery.isForced()) {
            return null;
        }
        // RFC 9293 3.8.6: behind the right edge of a window that has shrunk, only the first segment leaves, to probe.
        boolean mayLeave = usableWindow(record) > 0 || recovery.isForced() && record == queue.head();
        return mayLeave && upper.mayTransmit() ? record : null;
    }

    private long usableWindow(SendRecord record) {
        return tcb.sndWnd - (record.seq - tcb.sndUna);
    }

    private void resend(SendRecord record, long room, long now) {
        if (record.fin) {
            sender.sendFin(record.seq, true, now);
            onSent(record, 1, 1, 1, now);
            return;
        }
        if (record.oversized) {
            pathMtu.onLongResent(record.seq, recovery.phase(), now);
        }
        long window = usableWindow(record);
        int length = (int) Math.min(record.length, Math.min(room, window > 0 ? window : tcb.smss));
        int longest = sender.longestSuperSegment();
        boolean replicated = length > sender.effectiveMss() && longest > sender.effectiveMss();
        int mss = sender.planRecord(record, length, replicated);
        length = Math.min(length, replicated ? longest : mss);
        if (length < record.length) {
            length -= length > mss ? length % mss : 0;
            queue.split(record, length);
        }
        sender.sendPlanned(length, record.next() == null, now);
        onSent(record, length, mss, (length + mss - 1) / mss, now);
        octets += length;
    }

    private void onSent(SendRecord record, int length, int segmentSize, int count, long now) {
        rate.onSent(record, rate.isWanted() && recovery.inFlight() == 0, now);
        pacer.onSent(length, now);
        queue.markRetransmitted(record, segmentSize, now);
        recovery.onRetransmitted(length, now);
        segments += count;
        tcb.counters.add(Counter.SEGMENTS_RETRANSMITTED, count);
        if (record == queue.head() && recovery.phase() == LossRecovery.Phase.RECOVERY) {
            // RFC 6675 6: re-armed. SND.UNA cannot advance before this one has had its time, and that it was lost was
            // told by what left after it.
            timers.cancel(TcpTimers.Timer.RETRANSMISSION);
        }
        startTimer(now);
    }

    // ---- the timer

    /** Something leaves. */
    void startTimer(long now) {
        // RFC 6298 5.1: start the timer when it is not running.
        if (!timers.isSet(TcpTimers.Timer.RETRANSMISSION)) {
            timers.set(TcpTimers.Timer.RETRANSMISSION, now + rtt.timeout());
        }
        long userTimeout = tcb.settings.userTimeoutNanos();
        if (userTimeout > 0 && !timers.isSet(TcpTimers.Timer.USER_TIMEOUT)) {
            timers.set(TcpTimers.Timer.USER_TIMEOUT, now + userTimeout);
        }
    }

    /** SND.UNA has advanced. */
    void onProgress(long now) {
        consecutiveTimeouts = 0;
        pathMtu.onProgress(now);
        timers.cancel(TcpTimers.Timer.USER_TIMEOUT);
        // RFC 6298 5.2: off when everything is acknowledged; 5.3: from the start when something is not.
        timers.cancel(TcpTimers.Timer.RETRANSMISSION);
        if (!queue.isEmpty()) {
            startTimer(now);
        }
    }

    /** An acceptable acknowledgment arrived. */
    void onHeard() {
        heardSinceTimeout = true;
    }

    /**
     * The timer expired.
     *
     * @return false when the connection has retried often enough
     */
    boolean onTimer(long now) {
        if (queue.isEmpty()) {
            return true;
        }
        rtt.backOff();
        if (usableWindow(queue.head()) <= 0 && heardSinceTimeout) {
            // RFC 9293 3.8.6.1: while the peer answers, a closed window is no reason to give up.
            heardSinceTimeout = false;
            recovery.onWindowProbe();
            startTimer(now);
            return true;
        }
        heardSinceTimeout = false;
        consecutiveTimeouts++;
        // RFC 9293 3.8.3: R2.
        if (consecutiveTimeouts > tcb.settings.dataRetries()) {
            return false;
        }
        probe.onTimeout();
        SendRecord head = queue.head();
        int longest = tcb.smss - sender.longestPayload() + Math.min(head.length, head.segmentSize);
        boolean isShorter = pathMtu.onTimeout(consecutiveTimeouts, longest);
        recovery.onTimeout(consecutiveTimeouts, now);
        tcb.counters.count(Counter.RETRANSMISSION_TIMEOUTS);
        tcb.activity.onTimeout();
        startTimer(now);
        upper.onRetransmissionTimeout(consecutiveTimeouts, now);
        // Shorter segments have not been tried yet, and get a patience of their own.
        consecutiveTimeouts -= isShorter ? 1 : 0;
        return true;
    }

    // ---- queries

    int consecutiveTimeouts() {
        return consecutiveTimeouts;
    }

    long segments() {
        return segments;
    }

    long octets() {
        return octets;
    }
}
