package io.mptcp4j.mptcp;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.time.Deadlines;

/**
 * Puts the octets of the send stream on subflows: first what must go again elsewhere (RFC 8684 3.3.6), then what is new,
 * inside the peer's window; and the DATA_FIN. Keeps the timers of the data level.
 */
final class DataSender {
    private static final long SHORTEST_TIMEOUT_NANOS = 200_000_000L;
    private static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;
    private static final int LONGEST_BACKOFF = 6;
    private static final int SPANS = PacketBuffer.MAX_SPANS / 2;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowList subflows;
    private final Scheduler scheduler;
    private final RangeSet reinjections = new RangeSet();

    private long retransmission = Deadlines.NEVER;
    private int retransmissions;
    private long persist = Deadlines.NEVER;
    private int probes;
    private boolean budgetSpent;
    private boolean plainFinPlaced;

    DataSender(MptcpConnection connection, Scheduler scheduler) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.sendStream();
        this.subflows = connection.subflowList();
        this.scheduler = scheduler;
    }

    // ---- inputs

    /** The octets that a subflow has outstanding shall go on another one too. */
    void reinject(Subflow from) {
        if (connection.fallback().isInfinite()) {
            return;
        }
        from.tcp().outstandingRanges(reinjections);
        reinjections.removeBelow(data.sndUna());
    }

    /** The peer has acknowledged more at data level. */
    void onProgress(long nowNanos) {
        reinjections.removeBelow(data.sndUna());
        retransmissions = 0;
        retransmission = Deadlines.NEVER;
        armRetransmission(nowNanos);
    }

    /** The peer's window moved. */
    void onWindow() {
        probes = 0;
        persist = Deadlines.NEVER;
    }

    // ---- output

    /** Sends what may be sent, at most {@code budget} units. */
    void output(long nowNanos, int budget) {
        budgetSpent = false;
        int left = sendReinjections(nowNanos, budget);
        left = sendNew(nowNanos, left);
        budgetSpent = left <= 0;
        placeFin(nowNanos);
        armRetransmission(nowNanos);
        armPersist(nowNanos);
    }

    /** Whether {@link #output} stopped because its budget was spent. */
    boolean hasMore() {
        return budgetSpent;
    }

    private int sendReinjections(long nowNanos, int budget) {
        int left = budget;
        while (left > 0 && !reinjections.isEmpty()) {
            long from = reinjections.from(0);
            Subflow subflow = select(reinjections.total());
            if (subflow == null) {
                return left;
            }
            int length = (int) Math.min(reinjections.to(0) - from, Integer.MAX_VALUE);
            int taken = transmit(subflow, from, length, true, nowNanos);
            if (taken > 0) {
                reinjections.remove(from, from + taken);
                connection.host().counters().add(Counter.REINJECTED_OCTETS, taken);
                data.onReinjected(taken);
                connection.count(Counter.REINJECTED_UNITS);
                left--;
            }
        }
        return left;
    }

    private int sendNew(long nowNanos, int budget) {
        int left = budget;
        while (left > 0) {
            long waiting = stream.written() - data.sndNxt();
            long allowed = Math.min(waiting, data.sndWndEdge() - data.sndNxt());
            if (allowed <= 0) {
                return left;
            }
            Subflow subflow = select(allowed);
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

    private Subflow select(long waiting) {
        int chosen = scheduler.select(subflows.array(), subflows.count(), waiting);
        return chosen == Scheduler.WAIT ? null : subflows.get(chosen);
    }

    /** RFC 9293 3.8.6.2.1: no small segment because the window is small, while something is on its way. */
    private boolean isSilly(Subflow subflow, long allowed, long waiting) {
        return allowed < waiting && allowed < subflow.maximumSegmentSize() && data.sndUna() < data.sndNxt();
    }

    /**
     * RFC 9293 3.7.4: a small segment waits until earlier ones are acknowledged. On another subflow, as the only segment
     * there, it would wait for the peer's delayed ACK, and what comes behind it could not be released before that.
     */
    private static boolean isHeldByNagle(Subflow subflow, int length) {
        return length < subflow.maximumSegmentSize() && length <= subflow.tcp().sendRoom();
    }

    private int transmit(Subflow subflow, long position, int length, boolean more, long nowNanos) {
        int readable = stream.readable(position, length, SPANS);
        if (readable == 0) {
            subflow.hold();
            return 0;
        }
        return subflow.transmit(position, readable, more || readable < length, nowNanos);
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
        Subflow subflow = data.isFinPlaced() ? null : subflows.anyActive();
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

    // ---- timers

    private boolean isUnacknowledged() {
        return data.sndUna() < data.sndNxt() || data.isFinPlaced() && !data.isFinAcknowledged();
    }

    private void armRetransmission(long nowNanos) {
        if (!isUnacknowledged() || connection.fallback().isInfinite()) {
            retransmission = Deadlines.NEVER;
        } else if (retransmission == Deadlines.NEVER) {
            retransmission = nowNanos + (timeout() << Math.min(retransmissions, LONGEST_BACKOFF));
        }
    }

    private long timeout() {
        long longest = subflows.longestTimeout();
        return longest == 0 ? FIRST_TIMEOUT_NANOS : Math.max(2 * longest, SHORTEST_TIMEOUT_NANOS);
    }

    /** A closed window is probed by one subflow, however many there are. */
    private void armPersist(long nowNanos) {
        boolean stuck = stream.written() > data.sndNxt() && subflows.isHealthyIdle() && connection.isTransmitting();
        if (!stuck) {
            persist = Deadlines.NEVER;
            probes = 0;
        } else if (persist == Deadlines.NEVER) {
            persist = nowNanos + (timeout() << Math.min(probes, LONGEST_BACKOFF));
        }
    }

    /** Handles the timers that have expired. */
    void advance(long nowNanos) {
        if (persist <= nowNanos) {
            persist = Deadlines.NEVER;
            probes++;
            Subflow subflow = subflows.anyActive();
            if (subflow != null) {
                subflow.tcp().sendProbe(nowNanos);
                connection.count(Counter.WINDOW_PROBES);
            }
        }
        if (retransmission <= nowNanos) {
            retransmission = Deadlines.NEVER;
            retransmissions++;
            onRetransmissionTimeout();
        }
    }

    /**
     * RFC 8684 3.3.6: octets that every subflow got acknowledged, but that the data level did not, go again; so does what
     * only a stalled subflow works on.
     */
    private void onRetransmissionTimeout() {
        // While no subflow works, each repeats its own octets; copies would only add to them.
        long end = Math.min(data.sndNxt(), subflows.lowestOutstandingOnHealthy());
        if (data.sndUna() < end && subflows.hasHealthy()) {
            reinjections.add(data.sndUna(), end);
        }
        if (data.isFinPlaced() && !data.isFinAcknowledged()) {
            for (int i = 0; i < subflows.count(); i++) {
                if (subflows.get(i).isActive()) {
                    subflows.get(i).oweDataFin();
                }
            }
        }
    }

    long nextDeadline() {
        return Deadlines.earliest(retransmission, persist);
    }
}
