package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * Pieces of a receive stream, sorted by position, without overlaps: parallel arrays used as a circle. Each piece owns one
 * reference of the buffer in which its octets lie. For the loop's thread.
 *
 * <p>A piece's <em>charge</em> is what to pay back to the budget when it goes. {@link #OWN_BUFFER}: the buffer belongs to
 * the stream's {@link CopyBuffer}, and whoever releases its last reference pays back its capacity.
 */
final class Chunks {
    /** The charge of a piece that lies in a buffer of the stream's own. */
    static final int OWN_BUFFER = 0;

    private static final int INITIAL_CAPACITY = 8;

    private ByteBuf[] buffers = new ByteBuf[0];
    private int[] indexes = new int[0];
    private int[] lengths = new int[0];
    private int[] charges = new int[0];
    private long[] positions = new long[0];
    private int first;
    private int count;

    /** Releases one reference and pays back what it was charged. */
    static void release(ByteBuf buffer, int charge, MemoryBudget budget) {
        int capacity = buffer.capacity();
        boolean wasLast = buffer.release();
        if (charge != OWN_BUFFER) {
            budget.release(charge);
        } else if (wasLast) {
            budget.release(capacity);
        }
    }

    int count() {
        return count;
    }

    long position(int i) {
        return positions[slot(i)];
    }

    long end(int i) {
        int slot = slot(i);
        return positions[slot] + lengths[slot];
    }

    ByteBuf buffer(int i) {
        return buffers[slot(i)];
    }

    int index(int i) {
        return indexes[slot(i)];
    }

    int length(int i) {
        return lengths[slot(i)];
    }

    int charge(int i) {
        return charges[slot(i)];
    }

    /** The first piece that ends after {@code position}; {@link #count()} if there is none. */
    int find(long position) {
        if (count == 0 || end(count - 1) <= position) {
            return count;
        }
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (end(middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Puts a piece before piece {@code i}; takes over one reference of {@code buffer}. */
    void insert(int i, long position, ByteBuf buffer, int index, int length, int charge) {
        if (count == buffers.length) {
            grow();
        }
        int mask = buffers.length - 1;
        if (i < count >> 1) {
            first = (first - 1) & mask;
            for (int k = 0; k < i; k++) {
                move(slot(k + 1), slot(k));
            }
        } else {
            for (int k = count; k > i; k--) {
                move(slot(k - 1), slot(k));
            }
        }
        count++;
        int slot = slot(i);
        positions[slot] = position;
        buffers[slot] = buffer;
        indexes[slot] = index;
        lengths[slot] = length;
        charges[slot] = charge;
    }

    /** Whether piece {@code i} ends at {@code position} and just before {@code index} of {@code buffer}, the stream's own. */
    boolean reaches(int i, long position, ByteBuf buffer, int index) {
        int slot = slot(i);
        return buffers[slot] == buffer
                && charges[slot] == OWN_BUFFER
                && indexes[slot] + lengths[slot] == index
                && positions[slot] + lengths[slot] == position;
    }

    /** Makes piece {@code i} longer. */
    void extend(int i, int octets) {
        lengths[slot(i)] += octets;
    }

    /** Forgets the first piece; its reference is the caller's now. */
    void forgetFirst() {
        assert count > 0;
        buffers[first] = null;
        first = (first + 1) & (buffers.length - 1);
        count--;
    }

    /** Forgets pieces whose references are the caller's now. */
    void forget(int from, int pieces) {
        if (from == 0) {
            for (int k = 0; k < pieces; k++) {
                forgetFirst();
            }
            return;
        }
        for (int k = from + pieces; pieces > 0 && k < count; k++) {
            move(slot(k), slot(k - pieces));
        }
        for (int k = 0; k < pieces; k++) {
            count--;
            buffers[slot(count)] = null;
        }
    }

    /** Cuts off and releases all from {@code position} on. */
    void releaseFrom(long position, MemoryBudget budget) {
        while (count > 0) {
            int slot = slot(count - 1);
            if (positions[slot] < position) {
                lengths[slot] = (int) Math.min(lengths[slot], position - positions[slot]);
                return;
            }
            release(buffers[slot], charges[slot], budget);
            buffers[slot] = null;
            count--;
        }
    }

    private int slot(int i) {
        return (first + i) & (buffers.length - 1);
    }

    private void move(int from, int to) {
        positions[to] = positions[from];
        buffers[to] = buffers[from];
        indexes[to] = indexes[from];
        lengths[to] = lengths[from];
        charges[to] = charges[from];
    }

    /** Doubles the circle; what lay before its end goes on behind its old end. */
    private void grow() {
        int old = buffers.length;
        int capacity = Math.max(INITIAL_CAPACITY, 2 * old);
        buffers = Arrays.copyOf(buffers, capacity);
        indexes = Arrays.copyOf(indexes, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        charges = Arrays.copyOf(charges, capacity);
        positions = Arrays.copyOf(positions, capacity);
        for (int from = 0; from < first; from++) {
            move(from, old + from);
            buffers[from] = null;
        }
    }
}
