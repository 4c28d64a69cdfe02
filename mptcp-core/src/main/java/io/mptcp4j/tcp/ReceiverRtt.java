package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.wire.TcpOptions;

/**
 * The round-trip time as whoever receives octets sees it, who may have none of its own acknowledged: from an ACK to the first
 * octets that echo its timestamp (RFC 7323 3.2), and at most the time in which a whole window of octets comes.
 */
final class ReceiverRtt {
    private static final int SHIFT = 3;

    /** What timestamps tell in no finer steps. */
    private static final long TICK_NANOS = 1_000_000L;

    private long estimate;
    private int lastEcho;
    private long lastArrival = Long.MIN_VALUE;
    private boolean marked;
    private int mark;
    private long markedAt;

    /** The handshake is over, and took so long; 0 when it told nothing. */
    void start(long roundTrip) {
        estimate = roundTrip;
    }

    /**
     * Octets have arrived.
     *
     * @param sample what their echo tells; 0 for nothing
     * @param rcvNxt the number that is expected next
     * @param window the octets from there on that the peer may send
     */
    void onOctets(TcpOptions options, long sample, int rcvNxt, int window, long now) {
        boolean paused = estimate == 0 || lastArrival < now - estimate;
        lastArrival = now;
        if (sample > 0 && options.tsEcr() != lastEcho) {
            lastEcho = options.tsEcr();
            // After a pause the echo is of what the peer heard before it.
            if (estimate == 0 || !paused || sample < estimate) {
                onSample(sample);
            }
        }
        if (!marked || SequenceNumber.greaterOrEqual(rcvNxt, mark)) {
            if (marked && (estimate == 0 || now - markedAt < estimate)) {
                estimate = Math.max(1, now - markedAt);
            }
            marked = window > 0;
            mark = rcvNxt + window;
            markedAt = now;
        }
    }

    private void onSample(long sample) {
        if (estimate == 0) {
            estimate = sample;
        } else if (sample > TICK_NANOS) {
            estimate += sample - estimate >> SHIFT;
        } else {
            estimate = Math.min(estimate, TICK_NANOS);
        }
    }

    /** Nanoseconds; 0 while nothing is known. */
    long nanos() {
        return estimate;
    }
}
