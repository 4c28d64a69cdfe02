package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.time.Deadlines;

/**
 * What keeps a slow subflow from holding up a quick one (Raiciu et al., "How Hard Can It Be? Designing and Implementing a
 * Deployable Multipath TCP", NSDI 2012, 4.2). When the peer's window or the send buffer is full while the quickest subflow has
 * room, octets that clearly slower subflows hold go on the quickest too, each once; and who holds the first of them has its congestion
 * window halved, at most once a round trip.
 *
 * <p>Octets that the slower subflow will have delivered before a copy could arrive are left to it, unless the quickest subflow
 * runs dry.
 */
final class OpportunisticRetransmission {
    /** The most segments of copies at once, as many as of an initial window (RFC 6928 2). */
    private static final int BURST_SEGMENTS = 10;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowList subflows;

    /** Positions that have gone twice. */
    private final RangeSet copied = new RangeSet();

    private final RangeSet held = new RangeSet();
    private final RangeSet own = new RangeSet();
    private final StepAllowance allowance = new StepAllowance();
    private boolean wasBlocked;

    /** Who carried the latest copies. */
    private Subflow copier;

    /** Whether there was nothing left of the allowance when copies might have been sent. */
    private boolean isPutOff;

    OpportunisticRetransmission(MptcpConnection connection) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.sendStream();
        this.subflows = connection.subflowList();
    }

    /** The peer has acknowledged more at data level. */
    void onProgress() {
        copied.removeBelow(data.sndUna());
    }

    /** Who was held up until now must not send all at once. */
    void beginTurn(long nowNanos) {
        if (!wasBlocked || isWindowFull()) {
            return;
        }
        wasBlocked = false;
        for (int i = 0; i < subflows.count(); i++) {
            Subflow subflow = subflows.get(i);
            if (isDry(subflow)) {
                subflow.notes().burst.begin(nowNanos, subflow.tcp().smoothedRttNanos());
            }
        }
    }

    /** When a subflow that was held up may send more. */
    long nextDeadline(long nowNanos) {
        long next = isPutOff ? allowance.nextTime() : Deadlines.NEVER;
        for (int i = 0; i < subflows.count(); i++) {
            next = Deadlines.earliest(next, subflows.get(i).notes().burst.nextDeadline(subflows.get(i), nowNanos));
        }
        return next;
    }

    /** Sends copies; returns what is left of the budget. */
    int send(DataSender sender, long nowNanos, int budget) {
        isPutOff = false;
        if (budget <= 0 || subflows.count() < 2 || data.sndUna() == data.sndNxt()) {
            return budget;
        }
        boolean blocked = isWindowFull() || isBufferFull();
        if (!blocked && !isAtEnd()) {
            return budget;
        }
        wasBlocked = blocked;
        if (!allowance.hasSome(nowNanos)) {
            // All that is outstanding is looked at, and a peer may make us look with each segment of its own.
            isPutOff = true;
            return budget;
        }
        Subflow quick = findHelper();
        if (quick == null) {
            return budget;
        }
        collect(quick, blocked, nowNanos);
        int left = budget;
        long most = (long) BURST_SEGMENTS * quick.maximumSegmentSize();
        while (left > 0 && most > 0 && !held.isEmpty()) {
            long from = held.first();
            int length = (int) Math.min(held.to(0) - from, most);
            int taken = sender.transmit(quick, from, length, true, nowNanos);
            if (taken == 0) {
                break;
            }
            held.remove(from, from + taken);
            copied.add(from, from + taken);
            copier = quick;
            connection.host().counters().add(Counter.OPPORTUNISTIC_OCTETS, taken);
            if (blocked && from == data.sndUna()) {
                penaliseHolderOf(from, quick, nowNanos);
            }
            most -= taken;
            left--;
        }
        return left;
    }

    private boolean isWindowFull() {
        long unsent = stream.written() - data.sndNxt();
        return unsent > 0
                && data.sndWndEdge() - data.sndNxt()
                        < Math.min(unsent, subflows.get(0).maximumSegmentSize());
    }

    private boolean isBufferFull() {
        return stream.written() == data.sndNxt() && stream.room() == 0 && !stream.isFinished();
    }

    /** Nothing new will come: a quick subflow that is done may help the others. */
    private boolean isAtEnd() {
        return stream.isFinished() && data.sndNxt() == stream.endPosition();
    }

    /** Whether what a subflow has in flight is less than half of what it might have: soon it would be idle. */
    private boolean isDry(Subflow quick) {
        long possible = Math.min(quick.congestionWindow(), data.sndWndEdge() - data.sndUna());
        return quick.octetsInFlight() < possible / 2;
    }

    /** The quickest subflow that has room and does not hold the first octet itself, unless as a copy. */
    private Subflow findHelper() {
        Subflow helper = null;
        boolean isFirstCopied = copied.contains(data.sndUna());
        for (int i = 0; i < subflows.count(); i++) {
            Subflow subflow = subflows.get(i);
            if (subflow.isEligible()
                    && subflow.sendRoom() >= subflow.maximumSegmentSize()
                    && subflow.smoothedRttNanos() > 0
                    && (helper == null || subflow.smoothedRttNanos() < helper.smoothedRttNanos())
                    && (isFirstCopied && subflow == copier || !holdsFirst(subflow))) {
                helper = subflow;
            }
        }
        return helper;
    }

    /** The steps of looking at what is outstanding until now. */
    long steps() {
        return allowance.spent();
    }

    private boolean holdsFirst(Subflow subflow) {
        long lowest = subflow.tcp().lowestOutstanding();
        if (lowest >= data.sndUna()) {
            return lowest == data.sndUna();
        }
        own.clear();
        allowance.spend(subflow.tcp().outstandingRanges(own));
        return own.contains(data.sndUna());
    }

    private void collect(Subflow quick, boolean blocked, long nowNanos) {
        held.clear();
        boolean dry = blocked && isDry(quick);
        for (int i = 0; i < subflows.count(); i++) {
            Subflow slow = subflows.get(i);
            if (slow == quick || slow.tcp().isClosed()) {
                continue;
            }
            long rtt = quick.smoothedRttNanos();
            long lead = slow.smoothedRttNanos() - rtt;
            boolean unproven = blocked && isUnproven(slow);
            if (lead < (unproven ? -rtt / 4 : rtt / 2)) {
                continue;
            }
            if (dry || unproven) {
                allowance.spend(slow.tcp().outstandingRanges(held));
            } else {
                // Sent so lately that a copy will be there first, or so long ago that it should have been.
                long overdue = nowNanos - slow.smoothedRttNanos() - 2 * slow.rttVarianceNanos();
                allowance.spend(slow.tcp().outstandingRanges(held, nowNanos - lead, overdue));
            }
        }
        held.removeBelow(data.sndUna());
        held.removeAll(copied);
        allowance.spend(copied.count());
        if (!held.isEmpty()) {
            own.clear();
            allowance.spend(quick.tcp().outstandingRanges(own));
            held.removeAll(own);
        }
    }

    /** Whether a subflow has delivered less than fits the window: its round-trip time says nothing about its rate. */
    private boolean isUnproven(Subflow subflow) {
        long delivered = subflow.tcp().octetsSent() - subflow.tcp().outstandingOctets();
        return delivered < data.sndWndEdge() - data.sndUna();
    }

    private void penaliseHolderOf(long position, Subflow quick, long nowNanos) {
        for (int i = 0; i < subflows.count(); i++) {
            Subflow slow = subflows.get(i);
            if (slow != quick
                    && slow.tcp().lowestOutstanding() == position
                    && slow.smoothedRttNanos() > 3 * quick.smoothedRttNanos()
                    && slow.notes().penalisedAt <= nowNanos - slow.smoothedRttNanos()) {
                slow.notes().penalisedAt = nowNanos;
                slow.tcp().congestion().onPenalty(nowNanos);
                connection.count(Counter.SUBFLOW_PENALTIES);
            }
        }
    }
}
