package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Where a receive stream copies small payloads together, whatever their positions: buffers that are filled one after the
 * other, from start to end. Pieces retain them. The stream keeps one reference of the last few, and fills a buffer again
 * that nobody else holds. For the loop's thread.
 */
final class CopyBuffer {
    private static final int SMALLEST = 4 * 1024;
    private static final int LARGEST = 64 * 1024;

    /** So many buffers are kept: a batch of 64 packets fills less. A power of two. */
    private static final int KEPT = 4;

    private final ByteBufAllocator allocator;
    private final MemoryBudget budget;
    private final ByteBuf[] buffers = new ByteBuf[KEPT];
    private int turn;
    private ByteBuf current;
    private int used;

    /** Of a new buffer. Grows only, so that smaller ones are replaced when it is their turn, and then no more. */
    private int size = SMALLEST;

    CopyBuffer(ByteBufAllocator allocator, MemoryBudget budget) {
        this.allocator = allocator;
        this.budget = budget;
    }

    /**
     * Makes room for so many octets in one buffer.
     *
     * @param held the octets that the stream holds: the more, the larger a new buffer
     * @param headroom what a new buffer must leave in the budget
     * @return false when the budget refuses
     */
    boolean prepare(int octets, long held, long headroom) {
        if (current != null && current.capacity() - used >= octets) {
            return true;
        }
        if (canRefill(current, octets)) {
            used = 0;
            return true;
        }
        while (size < octets || (size < held && size < LARGEST)) {
            size <<= 1;
        }
        int next = (turn + 1) & (KEPT - 1);
        int wanted = size;
        if (budget.isShort()) {
            wanted = smallestFor(octets);
            releaseEmpty();
        }
        if (!canRefill(buffers[next], wanted)) {
            if (!budget.tryReserve(wanted, headroom)) {
                return false;
            }
            ByteBuf fresh = allocate(wanted);
            releaseAt(next);
            buffers[next] = fresh;
        }
        turn = next;
        current = buffers[next];
        used = 0;
        return true;
    }

    /** Copies octets for which there is room; returns where they lie in {@link #buffer()}. */
    int append(ByteBuf octets, int index, int length) {
        assert current.capacity() - used >= length;
        int at = used;
        octets.getBytes(index, current, at, length);
        used += length;
        return at;
    }

    /** The buffer of the last {@link #append}. */
    ByteBuf buffer() {
        return current;
    }

    /** Gives up the buffers; pieces that lie in them keep them alive. */
    void release() {
        for (int i = 0; i < KEPT; i++) {
            releaseAt(i);
        }
        current = null;
        used = 0;
        size = SMALLEST;
    }

    private ByteBuf allocate(int capacity) {
        ByteBuf buffer = null;
        try {
            buffer = allocator.directBuffer(capacity, capacity);
        } finally {
            if (buffer == null) {
                budget.release(capacity);
            }
        }
        return buffer;
    }

    private static int smallestFor(int octets) {
        int capacity = SMALLEST;
        while (capacity < octets) {
            capacity <<= 1;
        }
        return capacity;
    }

    /** Gives up the buffers that nobody else holds. */
    private void releaseEmpty() {
        for (int i = 0; i < KEPT; i++) {
            if (buffers[i] != null && buffers[i].refCnt() == 1) {
                if (buffers[i] == current) {
                    current = null;
                    used = 0;
                }
                releaseAt(i);
            }
        }
    }

    /** Whether nobody else holds the buffer. Only the loop adds references, so that stays so. */
    private static boolean canRefill(ByteBuf buffer, int octets) {
        return buffer != null && buffer.refCnt() == 1 && buffer.capacity() >= octets;
    }

    private void releaseAt(int i) {
        if (buffers[i] != null) {
            Chunks.release(buffers[i], Chunks.OWN_BUFFER, budget);
            buffers[i] = null;
        }
    }
}
