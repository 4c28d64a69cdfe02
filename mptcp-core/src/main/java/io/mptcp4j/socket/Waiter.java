package io.mptcp4j.socket;

import java.io.InterruptedIOException;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A place where one application thread waits until a condition that the loop (or another thread) makes true. The waker
 * never blocks and takes no lock.
 *
 * <pre>
 *   waiter.enter();
 *   try {
 *       while (!condition()) {
 *           waiter.await(nanos);
 *       }
 *   } finally {
 *       waiter.leave();
 *   }
 * </pre>
 *
 * <p>No wake-up is lost: the thread shows itself ({@link #enter}) before it looks at the condition, the waker makes the
 * condition true before it looks for a thread ({@link #wake}), and a full fence stands between the two on both sides. The
 * caller sees to it that at most one thread waits here at a time.
 */
final class Waiter {
    private volatile Thread thread;
    private boolean interrupted;

    /** Shows the current thread; from now on {@link #wake} reaches it. */
    void enter() {
        interrupted = false;
        thread = Thread.currentThread();
        VarHandle.fullFence();
    }

    /** Hides the thread, and gives it back the interrupt that came while it waited. */
    void leave() {
        thread = null;
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until woken up, or for the time; may return early for no reason.
     *
     * @param nanos how long at most; {@code Long.MAX_VALUE} for no limit
     * @throws InterruptedIOException with the interrupt status set, when a virtual thread is interrupted; a platform thread
     *     goes on waiting, as the JDK's own sockets do
     */
    void await(long nanos) throws InterruptedIOException {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
        if (Thread.currentThread().isInterrupted()) {
            if (VirtualThreads.isCurrentVirtual()) {
                throw new InterruptedIOException();
            }
            interrupted = Thread.interrupted();
        }
    }

    /** Lets the thread that waits, if there is one, look at its condition again. From any thread. */
    void wake() {
        VarHandle.fullFence();
        Thread waiting = thread;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
