package io.mptcp4j.mptcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.time.Deadlines;

/**
 * Puts the octets of the send stream on subflows: first what must go again elsewhere (RFC 8684 3.3.6), then what is new,
 * inside the peer's window; and the DATA_FIN.
 */
final class DataSender {
    private static final int SPANS = PacketBuffer.MAX_SPANS / 2;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowSelection selection;
    private final ScheduledOctets scheduled;
    private final Reinjections reinjections;
    private final OpportunisticRetransmission opportunistic;
    private final Copies copies;
    private final StaleSubflows stale;
    private final DataTimers timers;

    private boolean budgetSpent;
    private boolean plainFinPlaced;

    DataSender(MptcpConnection connection, Scheduler.Factory scheduler, int mostSubflows) {
        this.connection = connection;
        data = connection.data();
        stream = connection.sendStream();
        scheduled = new ScheduledOctets(data, stream);
        selection = new SubflowSelection(connection, scheduler, mostSubflows);
        reinjections = new Reinjections(data, connection.subflowList());
        opportunistic = new OpportunisticRetransmission(connection);
        copies = new Copies(connection, selection);
        stale = new StaleSubflows(connection);
        timers = new DataTimers(connection, reinjections);
    }

    // ---- inputs

    /** The octets that a subflow has outstanding shall go on another one too. */
    void reinject(Subflow from) {
        // Who copies all octets has these already, or will come to them.
        if (!connection.fallback().isInfinite() && !selection.isCopiedBesides(from)) {
            reinjections.add(from);
        }
    }

    /** The peer has acknowledged more at data level. */
    void onProgress(long nowNanos) {
        reinjections.trim();
        opportunistic.onProgress();
        timers.onProgress(nowNanos);
    }

    /** Octets have arrived, or were read. */
    void onReceived(long nowNanos) {
        timers.onReceived(nowNanos);
    }

    /** The peer's window moved. */
    void onWindow() {
        timers.onWindow();
    }

    /** Handles the timers that have expired. */
    void advance(long nowNanos) {
        stale.check(this, nowNanos);
        timers.advance(nowNanos);
    }

    // ---- output

    /** Sends what may be sent, at most {@code budget} units. */
    void output(long nowNanos, int budget) {
        stale.check(this, nowNanos);
        opportunistic.beginTurn(nowNanos);
        int left = sendReinjections(nowNanos, budget);
        if (connection.fallback().permitsReinjection()) {
            left = copies.send(this, nowNanos, left);
        }
        left = sendNew(nowNanos, left);
        left = opportunistic.send(this, nowNanos, left);
        budgetSpent = left <= 0;
        placeFin(nowNanos);
        timers.arm(nowNanos);
    }

    /** The steps of looking for octets that a slow subflow holds until now. */
    long searchSteps() {
        return opportunistic.steps();
    }

    /** Whether {@link #output} stopped because its budget was spent. */
    boolean hasMore() {
        return budgetSpent;
    }

    private int sendReinjections(long nowNanos, int budget) {
        int left = budget;
        while (left > 0 && !reinjections.isEmpty() && connection.fallback().permitsReinjection()) {
            scheduled.setAgain(reinjections.total());
            Subflow subflow = selection.select(scheduled);
            if (subflow == null) {
                break;
            }
            int taken = transmit(subflow, reinjections.from(), reinjections.length(), true, nowNanos);
            if (taken > 0) {
                reinjections.onSent(taken);
                connection.host().counters().add(Counter.REINJECTED_OCTETS, taken);
                data.onReinjected(taken);
                connection.count(Counter.REINJECTED_UNITS);
                left--;
            }
        }
        scheduled.setAgain(0);
        return left;
    }

    private int sendNew(long nowNanos, int budget) {
        int left = budget;
        while (left > 0) {
            long waiting = scheduled.unsent();
            long allowed = scheduled.waiting();
            if (allowed <= 0) {
                return left;
            }
            Subflow subflow = selection.select(scheduled);
            if (subflow != null && copiesItself(subflow)) {
                // The scheduler may have come to want that just now.
                return copies.send(this, nowNanos, left);
            }
            if (subflow == null || isSilly(subflow, allowed, waiting)) {
                return left;
            }
            int length = (int) Math.min(allowed, Integer.MAX_VALUE);
            int taken = transmit(subflow, data.sndNxt(), length, allowed < waiting, nowNanos);
            if (taken > 0) {
                data.onSent(data.sndNxt() + taken);
                left--;
            } else if (isHeldByNagle(subflow, length)) {
                return left;
            }
        }
        return left;
    }

    private boolean copiesItself(Subflow subflow) {
        return connection.fallback().permitsReinjection() && selection.copies(subflow);
    }

    /** RFC 9293 3.8.6.2.1: no small segment because the window is small, while something is on its way. */
    boolean isSilly(Subflow subflow, long allowed, long waiting) {
        return allowed < waiting && allowed < subflow.maximumSegmentSize() && data.sndUna() < data.sndNxt();
    }

    /**
     * RFC 9293 3.7.4: a small segment waits until earlier ones are acknowledged. On another subflow, as the only segment
     * there, it would wait for the peer's delayed ACK, and what comes behind it could not be released before that.
     */
    private static boolean isHeldByNagle(Subflow subflow, int length) {
        return length < subflow.maximumSegmentSize() && length <= subflow.tcp().sendRoom();
    }

    /** Puts octets on a subflow; 0: held back, and not to be asked again in this turn. */
    int transmit(Subflow subflow, long position, int length, boolean more, long nowNanos) {
        int readable = stream.readable(position, length, SPANS);
        if (readable == 0) {
            subflow.hold();
            return 0;
        }
        int taken = subflow.transmit(position, readable, more || readable < length, nowNanos);
        if (taken > 0) {
            connection.activity().onSent(nowNanos);
        }
        return taken;
    }

    /** RFC 8684 3.3.3: the DATA_FIN comes behind the last octet; it goes on a pure ACK of its own. */
    private void placeFin(long nowNanos) {
        if (!stream.isFinished() || data.sndNxt() < stream.endPosition()) {
            return;
        }
        if (connection.fallback().isInfinite()) {
            placePlainFin(nowNanos);
            return;
        }
        Subflow subflow = data.isFinPlaced() ? null : connection.subflowList().anyActive();
        if (subflow != null) {
            data.placeFin();
            connection.onFinSent();
            subflow.oweDataFin();
        }
    }

    /** After fallback a FIN ends the stream, whether or not a DATA_FIN had been sent before. */
    private void placePlainFin(long nowNanos) {
        if (plainFinPlaced) {
            return;
        }
        plainFinPlaced = true;
        if (!data.isFinPlaced()) {
            data.placeFin();
        }
        connection.closePlain(nowNanos);
    }

    long nextDeadline() {
        long next = Deadlines.earliest(timers.nextDeadline(), stale.nextDeadline(connection.nowNanos()));
        return Deadlines.earliest(next, opportunistic.nextDeadline(connection.nowNanos()));
    }
}
