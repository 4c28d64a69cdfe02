package io.mptcp4j.tcp;

import java.util.Arrays;

/** The timers of a connection: a table of deadlines. A timer that nobody looks at does nothing. */
final class TcpTimers {
    /** What is timed. */
    enum Timer {
        /** RFC 6298; also repeats SYN and SYN/ACK. */
        RETRANSMISSION,
        /** RFC 8985 6.2: what was overtaken is overdue. */
        REORDERING,
        /** RFC 8985 7.2: an acknowledgment is overdue. */
        LOSS_PROBE,
        /** RFC 9293 3.8.6.3. */
        DELAYED_ACK,
        /** RFC 9293 3.8.6.2.1: a segment held back for its size leaves after all. */
        OVERRIDE,
        /** What was held back for the pacing rate may leave. */
        PACING,
        /** RFC 9293 3.8.4. */
        KEEP_ALIVE,
        /** RFC 9293 3.8.3 and RFC 5482. */
        USER_TIMEOUT,
        /** Nobody reads any more, and the peer does not close. */
        FIN_WAIT_2,
        /** RFC 9293 3.10.8: the 2 MSL timeout. */
        TIME_WAIT
    }

    static final long NEVER = Long.MAX_VALUE;

    private final long[] deadlines = new long[Timer.values().length];
    private long earliest = NEVER;

    TcpTimers() {
        Arrays.fill(deadlines, NEVER);
    }

    void set(Timer timer, long deadlineNanos) {
        long before = deadlines[timer.ordinal()];
        deadlines[timer.ordinal()] = deadlineNanos;
        if (deadlineNanos <= earliest) {
            earliest = deadlineNanos;
        } else if (before == earliest) {
            findEarliest();
        }
    }

    void cancel(Timer timer) {
        if (deadlines[timer.ordinal()] != NEVER) {
            set(timer, NEVER);
        }
    }

    void cancelAll() {
        Arrays.fill(deadlines, NEVER);
        earliest = NEVER;
    }

    /** When it expires; {@link #NEVER} when it is off. */
    long deadline(Timer timer) {
        return deadlines[timer.ordinal()];
    }

    boolean isSet(Timer timer) {
        return deadlines[timer.ordinal()] != NEVER;
    }

    /** Whether the timer has expired; it is off then. */
    boolean expire(Timer timer, long now) {
        if (deadlines[timer.ordinal()] > now) {
            return false;
        }
        cancel(timer);
        return true;
    }

    /** The earliest deadline. */
    long next() {
        return earliest;
    }

    private void findEarliest() {
        earliest = NEVER;
        for (long deadline : deadlines) {
            earliest = Math.min(earliest, deadline);
        }
    }
}
