package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * The ring by which pieces in order go from the loop to the reader, one thread each. A piece in the ring belongs to the
 * reader, who releases it.
 *
 * <p>Reading is done under a token, a bit of {@link #state}. Whoever closes sets another bit, and then, or when the reader
 * gives the token back, or when the loop has put more into a closed ring, whoever gets the token releases what is there. So
 * each piece is released once, by whom it may be, and nobody waits.
 */
final class HandOver {
    private static final int SLOTS = 256;
    private static final int READING = 1;
    private static final int CLOSED = 2;

    private static final VarHandle HANDED = handle("handed", long.class);
    private static final VarHandle CONSUMED = handle("consumed", long.class);
    private static final VarHandle SLOTS_READ = handle("slotsRead", long.class);
    private static final VarHandle STATE = handle("state", int.class);

    private final MemoryBudget budget;

    // The loop's own; the arrays reach the reader with the published cursor.
    private ByteBuf[] buffers;
    private int[] indexes;
    private int[] lengths;
    private int[] charges;
    private long slotsPushed;
    private long pushed;

    // Published by the loop: the position before which all octets are in the ring, or were.
    private long handed;

    // Published by the reader: the position before which all are read, and the slots that are empty again.
    private long consumed;
    private long slotsRead;

    // The reader's own: what is read of the piece in the first slot.
    private int taken;

    private int state;
    private volatile boolean discarded;

    HandOver(MemoryBudget budget) {
        this.budget = budget;
    }

    // ---- the loop

    /** Puts a piece into the ring, for {@link #publish}; false when the ring is full. Takes over the reference. */
    boolean push(ByteBuf buffer, int index, int length, int charge) {
        if (buffers == null) {
            buffers = new ByteBuf[SLOTS];
            indexes = new int[SLOTS];
            lengths = new int[SLOTS];
            charges = new int[SLOTS];
        }
        if (slotsPushed - (long) SLOTS_READ.getAcquire(this) == SLOTS) {
            return false;
        }
        int slot = (int) slotsPushed & (SLOTS - 1);
        buffers[slot] = buffer;
        indexes[slot] = index;
        lengths[slot] = length;
        charges[slot] = charge;
        slotsPushed++;
        pushed += length;
        return true;
    }

    /** Lets the reader see what was pushed. */
    void publish() {
        // Volatile, as is the look at the state: either this thread sees that the ring is closed, or who
        // closes sees this.
        HANDED.setVolatile(this, pushed);
        drainIfClosed();
    }

    // ---- the reader

    /** Copies what is there into the array, or into the buffer if there is no array; returns the octets copied. */
    int read(byte[] array, int offset, ByteBuffer into, int wanted) {
        if (!STATE.compareAndSet(this, 0, READING)) {
            return 0;
        }
        try {
            return copy(array, offset, into, wanted);
        } finally {
            if (!STATE.compareAndSet(this, READING, 0)) {
                STATE.setVolatile(this, CLOSED);
                drainIfClosed();
            }
        }
    }

    // ---- any thread

    /** Nothing is read from now on; what is in the ring, or comes into it, is released. */
    void close() {
        STATE.getAndBitwiseOr(this, CLOSED);
        drainIfClosed();
    }

    boolean isClosed() {
        return ((int) STATE.getAcquire(this) & CLOSED) != 0;
    }

    /** The position before which all has been read, or released unread after {@link #close}. */
    long consumed() {
        return (long) CONSUMED.getAcquire(this);
    }

    /** Whether octets were released unread. Once they count as consumed, this is known. */
    boolean hasDiscarded() {
        return discarded;
    }

    /** The octets that can be read now. */
    int available() {
        long from = consumed();
        return (int) Math.min(Integer.MAX_VALUE, (long) HANDED.getAcquire(this) - from);
    }

    // ---- private steps, under the token

    private int copy(byte[] array, int offset, ByteBuffer into, int wanted) {
        int limit = (int) Math.min(wanted, (long) HANDED.getAcquire(this) - consumed);
        int done = 0;
        while (done < limit) {
            int slot = (int) slotsRead & (SLOTS - 1);
            int count = Math.min(limit - done, lengths[slot] - taken);
            if (array != null) {
                buffers[slot].getBytes(indexes[slot] + taken, array, offset + done, count);
            } else {
                int end = into.limit();
                into.limit(into.position() + count);
                buffers[slot].getBytes(indexes[slot] + taken, into);
                into.limit(end);
            }
            done += count;
            advance(slot, count);
        }
        return done;
    }

    /** Goes on by so many octets, which end in this slot at most. */
    private void advance(int slot, int count) {
        taken += count;
        if (taken == lengths[slot]) {
            Chunks.release(buffers[slot], charges[slot], budget);
            buffers[slot] = null;
            taken = 0;
            SLOTS_READ.setRelease(this, slotsRead + 1);
        }
        CONSUMED.setRelease(this, consumed + count);
    }

    private void drainIfClosed() {
        while ((int) STATE.getVolatile(this) == CLOSED
                && (long) HANDED.getVolatile(this) != consumed()
                && STATE.compareAndSet(this, CLOSED, CLOSED | READING)) {
            long end = (long) HANDED.getAcquire(this);
            discarded |= consumed < end;
            while (consumed < end) {
                int slot = (int) slotsRead & (SLOTS - 1);
                advance(slot, lengths[slot] - taken);
            }
            STATE.setVolatile(this, CLOSED);
        }
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(HandOver.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
