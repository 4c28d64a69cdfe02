package io.mptcp4j.mptcp;

import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.stream.SendStream;

/**
 * Lets the send buffer grow with what may be in flight: a congestion window that is on its way, one more while a loss in it is
 * repaired and nothing behind the loss is acknowledged, and as much again, for the windows grow. A quick subflow's octets wait
 * at the peer for those of the slowest, and are acknowledged with them (RFC 8684 3.3.2): so each counts with what it sends in
 * the round trip of the slowest.
 */
final class SendTuning {
    private static final int WINDOWS = 4;

    private final MemoryBudget memory;
    private final SendStream stream;
    private final SubflowList subflows;
    private BufferSize size;

    SendTuning(MemoryBudget memory, SendStream stream, SubflowList subflows, BufferSize size) {
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

    /** Octets have been acknowledged: the windows may have grown. */
    void onAcknowledged() {
        int capacity = stream.capacity();
        if (size.isFixed() || capacity >= size.maximum() || memory.isShort()) {
            return;
        }
        double wanted = WINDOWS * subflows.octetsInSlowestRoundTrip();
        if (stream.spare() < capacity / 2) {
            // A subflow that is silent keeps what others have delivered until it times out, and no writer shall wait
            // for that.
            wanted = Math.max(wanted, 2.0 * capacity);
        }
        if (wanted > capacity) {
            stream.setCapacity((int) Math.min(wanted, size.maximum()));
        }
    }
}
