package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Where a receive stream copies small payloads together, whatever their positions: a buffer that is filled from its start
 * to its end and then replaced. Pieces retain it; it keeps one reference itself and one of its predecessor, and fills a
 * buffer again that nobody else holds. For the loop's thread.
 */
final class CopyBuffer {
    private static final int SMALLEST = 4 * 1024;
    private static final int LARGEST = 64 * 1024;

    private final ByteBufAllocator allocator;
    private final MemoryBudget budget;
    private ByteBuf current;
    private ByteBuf previous;
    private int used;

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
        if (isFree(current) && current.capacity() >= octets) {
            used = 0;
            return true;
        }
        if (isFree(previous) && previous.capacity() >= octets) {
            ByteBuf free = previous;
            previous = current;
            current = free;
            used = 0;
            return true;
        }
        int size = SMALLEST;
        while (size < octets || (size < held && size < LARGEST)) {
            size <<= 1;
        }
        if (!budget.tryReserve(size, headroom)) {
            return false;
        }
        ByteBuf fresh = allocate(size);
        releaseOwn(previous);
        previous = current;
        current = fresh;
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
        releaseOwn(current);
        releaseOwn(previous);
        current = null;
        previous = null;
        used = 0;
    }

    private ByteBuf allocate(int size) {
        ByteBuf buffer = null;
        try {
            buffer = allocator.directBuffer(size, size);
        } finally {
            if (buffer == null) {
                budget.release(size);
            }
        }
        return buffer;
    }

    /** Only the loop adds references, so a buffer without others stays so. */
    private static boolean isFree(ByteBuf buffer) {
        return buffer != null && buffer.refCnt() == 1;
    }

    private void releaseOwn(ByteBuf buffer) {
        if (buffer != null) {
            Chunks.release(buffer, Chunks.OWN_BUFFER, budget);
        }
    }
}
