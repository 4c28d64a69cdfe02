package io.mptcp4j.socket;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Locks taken with a deadline. */
final class Locks {
    private Locks() {}

    /** Takes the lock; an interrupt does not end the wait, but is remembered. */
    static void lockUntil(ReentrantLock lock, long deadlineNanos, String complaint) throws SocketTimeoutException {
        boolean interrupted = false;
        try {
            while (true) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    throw new SocketTimeoutException(complaint);
                }
                try {
                    if (lock.tryLock(left, TimeUnit.NANOSECONDS)) {
                        return;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
