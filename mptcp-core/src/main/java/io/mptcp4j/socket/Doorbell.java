package io.mptcp4j.socket;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntBinaryOperator;

/**
 * What an application thread has to tell the loop over and over: a few bits, set as often as one likes and seen once.
 * Ringing allocates nothing.
 */
abstract class Doorbell {
    private static final IntBinaryOperator OR = (a, b) -> a | b;

    private final AtomicInteger bits = new AtomicInteger();

    /** The next in the {@link Mailbox}'s list; written before the list's head is published. */
    Doorbell next;

    /**
     * The loop answers.
     *
     * @param rung the bits set since the last answer, at least one
     */
    abstract void onRing(int rung, long nowNanos);

    /** {@link #onRing} threw. On the loop's thread. */
    abstract void onFailure(Throwable cause);

    /** Sets a bit; returns whether none was set before, so that the bell has to be put into the mailbox. */
    final boolean set(int bit) {
        return bits.getAndAccumulate(bit, OR) == 0;
    }

    /** Takes all bits. */
    final int take() {
        return bits.getAndSet(0);
    }
}
