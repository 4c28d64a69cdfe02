package io.mptcp4j.tun;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file descriptor that any thread may close while another uses it. The number goes back to the kernel only when
 * nobody is between {@link #enter()} and {@link #leave()}, so no call can hit a stranger's file that got the same number.
 */
final class Descriptor {
    /** The sign bit says closed; the other bits count the users. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final AtomicInteger state = new AtomicInteger();
    private final CountDownLatch returned = new CountDownLatch(1);
    private final int number;

    Descriptor(int number) {
        this.number = number;
    }

    /** Begins a use of {@link #number()}; false when the descriptor is closed. */
    boolean enter() {
        while (true) {
            int current = state.get();
            if (current < 0) {
                return false;
            }
            if (state.compareAndSet(current, current + 1)) {
                return true;
            }
        }
    }

    /** Ends a use. */
    void leave() {
        if (state.decrementAndGet() == CLOSED) {
            giveBack();
        }
    }

    /** Refuses new uses; the last user, or else this call, gives the number back. Returns false when closed before. */
    boolean close() {
        while (true) {
            int current = state.get();
            if (current < 0) {
                return false;
            }
            if (state.compareAndSet(current, current | CLOSED)) {
                if (current == 0) {
                    giveBack();
                }
                return true;
            }
        }
    }

    /** Waits until the number went back to the kernel, or the time is over. */
    void awaitReturn(long timeoutMillis) {
        try {
            returned.await(timeoutMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    /** The number; valid between {@link #enter()} and {@link #leave()}. */
    int number() {
        return number;
    }

    private void giveBack() {
        // close(2) frees the number even when it reports an error, so there is nothing to try again.
        Native.libc().close(number);
        returned.countDown();
    }
}
