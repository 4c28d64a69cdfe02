package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.time.Deadlines;
import java.time.Duration;

/**
 * Finds subflows that have become stale: the peer owes them an answer for longer than it has ever taken, while it answers on
 * others. They get nothing new and what they have outstanding goes on others too, long before their retransmission timers
 * expire; with the next answer they are back.
 */
final class StaleSubflows {
    /** The time that an answer may be late: delayed acknowledgments, and processors that have other things to do. */
    private static final long PATIENCE_NANOS = Duration.ofMillis(50).toNanos();

    private final MptcpConnection connection;
    private final SubflowList subflows;

    StaleSubflows(MptcpConnection connection) {
        this.connection = connection;
        this.subflows = connection.subflowList();
    }

    /** Looks for answers that have come, and for those that have not. */
    void check(DataSender sender, long nowNanos) {
        for (int i = 0; i < subflows.count(); i++) {
            Subflow subflow = subflows.get(i);
            if (subflow.notes().isStale()) {
                lookForAnswer(subflow);
            } else if (deadline(subflow) <= nowNanos && isAnsweredElsewhere(subflow)) {
                subflow.notes().staleSince = subflow.tcp().waitingSince();
                connection.count(Counter.SUBFLOWS_STALE);
                sender.reinject(subflow);
                connection.markReady();
            }
        }
    }

    private void lookForAnswer(Subflow subflow) {
        if (subflow.tcp().waitingSince() != subflow.notes().staleSince) {
            subflow.notes().staleSince = SenderNotes.FRESH;
            connection.count(Counter.SUBFLOWS_RECOVERED);
        }
    }

    /** Whether the silence is this subflow's alone: another one is idle, or was answered since. */
    private boolean isAnsweredElsewhere(Subflow subflow) {
        for (int i = 0; i < subflows.count(); i++) {
            Subflow other = subflows.get(i);
            if (other != subflow
                    && other.isHealthy()
                    && other.tcp().waitingSince() > subflow.tcp().waitingSince()) {
                return true;
            }
        }
        return false;
    }

    private static long deadline(Subflow subflow) {
        long since = subflow.tcp().waitingSince();

        if (since == Long.MAX_VALUE || !subflow.isActive() || subflow.tcp().smoothedRttNanos() == 0) {
            return Deadlines.NEVER;
        }
        // While acknowledgments come the next is due at any time, however long the queue: so the round trip is
        // counted from when the oldest segment on its way left, as in RFC 9002 6.2.1, and only the patience from the
        // last answer.
        long expected = subflow.tcp().oldestSentAt()
                + subflow.tcp().smoothedRttNanos()
                + 4 * subflow.tcp().rttVarianceNanos();
        return Math.max(since, expected) + PATIENCE_NANOS;
    }

    /** When {@link #check} has something to find. */
    long nextDeadline(long nowNanos) {
        if (subflows.count() < 2) {
            return Deadlines.NEVER;
        }
        long next = Deadlines.NEVER;
        for (int i = 0; i < subflows.count(); i++) {
            long deadline = subflows.get(i).notes().isStale() ? Deadlines.NEVER : deadline(subflows.get(i));
            if (deadline > nowNanos) {
                next = Deadlines.earliest(next, deadline);
            }
        }
        return next;
    }
}
