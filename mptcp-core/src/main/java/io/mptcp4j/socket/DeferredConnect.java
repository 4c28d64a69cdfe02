package io.mptcp4j.socket;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@code connect} that has returned before its SYN left, which the first octets shall travel with (RFC 7413). The first read
 * or write sends it, waits for the answer, and throws what {@code connect} would have thrown.
 */
final class DeferredConnect {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final SocketConnection connection;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean pending;
    private long timeoutNanos;

    // Under the lock.
    private long deadline;

    DeferredConnect(SocketConnection connection) {
        this.connection = connection;
    }

    /** From now on the connection waits for octets; before anybody reads or writes. */
    void begin(long timeout) {
        timeoutNanos = timeout;
        pending = true;
    }

    /**
     * Waits until the handshake is over, which began with the first call.
     *
     * @param readDeadline when whoever reads has waited long enough; {@code Long.MAX_VALUE} for no limit
     */
    void complete(long readDeadline) throws IOException {
        if (!pending) {
            return;
        }
        connection.openAtOnce();
        if (readDeadline == NO_LIMIT) {
            lock.lock();
        } else {
            Locks.lockUntil(lock, readDeadline, "Read timed out");
        }
        try {
            if (pending) {
                await(readDeadline);
                pending = false;
            }
        } finally {
            lock.unlock();
        }
    }

    private void await(long readDeadline) throws IOException {
        long now = System.nanoTime();
        if (deadline == 0) {
            deadline = timeoutNanos == NO_LIMIT ? NO_LIMIT : now + timeoutNanos;
        }
        try {
            connection.awaitEstablished(left(Math.min(deadline, readDeadline), now));
        } catch (SocketTimeoutException e) {
            if (readDeadline < deadline) {
                throw new SocketTimeoutException("Read timed out");
            }
            connection.abandon();
            throw e;
        }
    }

    private static long left(long until, long now) {
        return until == NO_LIMIT ? NO_LIMIT : Math.max(1, until - now);
    }
}
