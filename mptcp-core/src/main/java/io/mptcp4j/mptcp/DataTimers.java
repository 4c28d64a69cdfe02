package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.stream.SendStream;
import io.mptcp4j.time.Deadlines;

/**
 * The timers of the data level: retransmission (RFC 8684 3.3.6), the probing of a closed window, and when a connection that
 * hears nothing gives its memory back.
 */
final class DataTimers {
    private static final long SHORTEST_TIMEOUT_NANOS = 200_000_000L;
    private static final long FIRST_TIMEOUT_NANOS = 1_000_000_000L;
    private static final int LONGEST_BACKOFF = 6;
    private static final int LONGEST_PROBE_BACKOFF = 7;

    /** Nothing has come for so long: the next octets may find their buffers anew. */
    private static final long IDLE_NANOS = 1_000_000_000L;

    private final MptcpConnection connection;
    private final DataLevel data;
    private final SendStream stream;
    private final SubflowList subflows;
    private final Reinjections reinjections;

    private long retransmission = Deadlines.NEVER;
    private int retransmissions;
    private long persist = Deadlines.NEVER;
    private int probes;
    private long idle = Deadlines.NEVER;
    private long lastArrival;

    DataTimers(MptcpConnection connection, Reinjections reinjections) {
        this.connection = connection;
        this.data = connection.data();
        this.stream = connection.sendStream();
        this.subflows = connection.subflowList();
        this.reinjections = reinjections;
    }

    /** The peer has acknowledged more at data level. */
    void onProgress(long nowNanos) {
        retransmissions = 0;
        retransmission = Deadlines.NEVER;
        armRetransmission(nowNanos);
    }

    /** Octets have arrived, or were read. */
    void onReceived(long nowNanos) {
        lastArrival = nowNanos;
        if (idle == Deadlines.NEVER) {
            idle = nowNanos + IDLE_NANOS;
        }
    }

    private void onIdle(long nowNanos) {
        idle = lastArrival + IDLE_NANOS;
        if (idle <= nowNanos) {
            idle = Deadlines.NEVER;
            connection.receiveStream().trim();
        }
    }

    /** The peer's window moved. */
    void onWindow() {
        probes = 0;
        persist = Deadlines.NEVER;
    }

    /** After output. */
    void arm(long nowNanos) {
        armRetransmission(nowNanos);
        armPersist(nowNanos);
    }

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
            persist = nowNanos + untilProbe();
        }
    }

    /** RFC 9293 3.8.6.1 (SHLD-29, SHLD-30): the retransmission timeout, and then each time twice as long, to the longest timeout. */
    private long untilProbe() {
        long timeout = subflows.longestTimeout();
        long first = timeout == 0 ? FIRST_TIMEOUT_NANOS : timeout;
        return Math.min(
                first << Math.min(probes, LONGEST_PROBE_BACKOFF),
                connection.settings().tcp().maximumRtoNanos());
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
        if (idle <= nowNanos) {
            onIdle(nowNanos);
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
        // What has ended gives its memory back by itself.
        long trimming = connection.closeCause() == null ? idle : Deadlines.NEVER;
        return Deadlines.earliest(Deadlines.earliest(retransmission, persist), trimming);
    }
}
