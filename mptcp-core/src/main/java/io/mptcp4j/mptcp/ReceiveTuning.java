package io.mptcp4j.mptcp;

import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.stream.ReceiveStream;

/**
 * Lets the receive buffer grow with what the application reads: twice the octets that it takes in a round trip, so that the
 * window never is what limits the peer (dynamic right-sizing: Fisk and Feng, 2001). The round trip is that of the slowest
 * subflow, since what the others bring meanwhile waits for its octets (RFC 8684 3.3.5).
 *
 * <p>It never shrinks: the right edge could not follow (RFC 8684 3.3.4).
 */
final class ReceiveTuning {
    /** A peer in slow start doubles what it sends, and what is measured is a round trip old. */
    private static final int ROUND_TRIPS = 2;

    /** What is read in the first round trip: an initial window (RFC 6928 2). */
    private static final long FIRST_ROUND_TRIP = 14_600;

    private final MemoryBudget memory;
    private final ReceiveStream stream;
    private final SubflowList subflows;
    private BufferSize size;
    private long begunAt;
    private long consumedBefore;
    private long acceptedBefore;
    private long most = FIRST_ROUND_TRIP;

    ReceiveTuning(MemoryBudget memory, ReceiveStream stream, SubflowList subflows, BufferSize size) {
        this.memory = memory;
        this.stream = stream;
        this.subflows = subflows;
        this.size = size;
    }

    /** The application wants the buffer to be like this from now on. */
    void change(BufferSize changed) {
        size = changed;
        if (changed.isFixed()) {
            stream.setCapacity(changed.initial());
        }
    }

    /** Octets have arrived, or were read. */
    void onProgress(long nowNanos) {
        if (size.isFixed() || stream.capacity() >= size.maximum()) {
            return;
        }
        long roundTrip = subflows.slowestReceiverRtt();
        if (roundTrip == 0 || nowNanos - begunAt < roundTrip) {
            return;
        }
        long consumed = stream.consumed();
        long accepted = stream.acceptedOctets();
        // What a hole had held back is read at once when it is filled: that much did not come in one round trip.
        long copied = Math.min(consumed - consumedBefore, accepted - acceptedBefore);
        begunAt = nowNanos;
        consumedBefore = consumed;
        acceptedBefore = accepted;
        if (copied > most && !memory.isShort()) {
            grow(copied);
        }
    }

    private void grow(long copied) {
        // As fast as it has risen it may rise twice more before the larger window comes to its use.
        long rise = Math.min(copied - most, most);
        long wanted = ROUND_TRIPS * (copied + 2 * copied * rise / most);
        most = copied;
        if (wanted > stream.capacity()) {
            stream.setCapacity((int) Math.min(wanted, size.maximum()));
        }
    }
}
