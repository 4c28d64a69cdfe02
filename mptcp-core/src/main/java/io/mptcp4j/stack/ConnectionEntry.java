package io.mptcp4j.stack;

import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.time.DeadlineQueue;

/** A connection in the lists of the stack. The links are {@link ConnectionTable}'s. */
final class ConnectionEntry implements DeadlineQueue.Entry {
    final MptcpConnection connection;
    ConnectionEntry nextReady;
    ConnectionEntry nextTouched;
    boolean ready;
    boolean touched;
    boolean removed;
    boolean faulty;

    /** While its handshake is not complete: who waits for that; else null. */
    PassiveOpen opening;

    private int heapIndex;

    ConnectionEntry(MptcpConnection connection) {
        this.connection = connection;
    }

    @Override
    public int heapIndex() {
        return heapIndex;
    }

    @Override
    public void setHeapIndex(int index) {
        heapIndex = index;
    }
}
