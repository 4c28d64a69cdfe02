package io.mptcp4j.socket;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.FallbackReason;
import java.net.SocketException;

/**
 * The end of a connection, as those who read and write are to hear of it: the end of the stream for ever, a failure once, and
 * that the stack is gone whenever they ask.
 *
 * <p>The loop publishes how the connection ended. One reader and one writer at a time ask.
 */
final class ConnectionEnd {
    // Published by the loop.
    private volatile Ending ending;

    // The loop's own.
    private Throwable stackEnd;

    // Under the lock of the readers.
    private boolean endRead;
    private boolean failureRead;

    // Either lock; a race would only tell the same failure twice.
    private volatile boolean failureTold;

    // ---- the loop's thread

    /** The stack closes the connection on its own account: what it cuts off was not cut off by this end's application. */
    void onStackClosing() {
        stackEnd = SocketFailures.stackClosed();
    }

    /** The connection is over; the first end counts. */
    void onClosed(CloseCause cause, boolean afterPeersEnd, FallbackReason fallback) {
        if (ending == null) {
            ending = new Ending(cause, afterPeersEnd, fallback, cause == CloseCause.ABORTED ? stackEnd : null);
        }
    }

    /**
     * The loop is gone.
     *
     * @param lost whether octets get no more to the reader, so that even after an orderly end it has not got all
     */
    void onStackEnded(Throwable cause, boolean lost) {
        if (ending == null || lost) {
            ending = new Ending(CloseCause.ABORTED, false, FallbackReason.NONE, cause);
        }
    }

    // ---- any thread

    /** How the connection ended; null while it has not. */
    Ending ending() {
        return ending;
    }

    // ---- who reads

    /** Whether the end of the stream has been told. */
    boolean isRead() {
        return endRead;
    }

    /** Whether a failure has been told to who reads. */
    boolean isFailureRead() {
        return failureRead;
    }

    /** Tells the end of the stream: -1. */
    int read() {
        endRead = true;
        return -1;
    }

    /** What a reader hears who was told of the failure before. */
    SocketException failureAgain() {
        return SocketFailures.reading(ending);
    }

    /**
     * Tells a reader who has got all that there is.
     *
     * @return -1
     */
    int tellReader(Ending end) throws SocketException {
        if (end.stackEnd() != null) {
            throw SocketFailures.ended(end.stackEnd());
        }
        if (end.isOrderly() || end.afterPeersEnd() || failureTold) {
            return read();
        }
        failureRead = true;
        failureTold = true;
        throw SocketFailures.reading(end);
    }

    // ---- who writes

    /** What a writer hears. */
    SocketException writeFailure(Ending end) {
        if (end.stackEnd() != null) {
            return SocketFailures.ended(end.stackEnd());
        }
        if (end.afterPeersEnd() || failureTold) {
            return SocketFailures.brokenPipe();
        }
        failureTold = true;
        return SocketFailures.writing(end);
    }
}
