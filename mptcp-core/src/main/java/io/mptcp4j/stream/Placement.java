package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;

/**
 * Puts octets into the gaps between pieces: large payloads stay in the buffer they arrived in, small ones are copied
 * together. For the loop's thread.
 */
final class Placement {
    private final MemoryBudget budget;
    private final CopyBuffer copies;
    private final Chunks chunks;

    Placement(MemoryBudget budget, CopyBuffer copies, Chunks chunks) {
        this.budget = budget;
        this.copies = copies;
        this.chunks = chunks;
    }

    /** Whether a payload of so many octets stays in its buffer. */
    private static boolean isAdopted(long octets, int bufferCapacity) {
        return 2 * octets >= bufferCapacity;
    }

    /**
     * Finds the memory that {@link #place} will need.
     *
     * @param at the first piece that ends after {@code from}
     * @param held the octets that the stream holds
     * @param headroom what is to be left of the budget
     */
    boolean reserve(int at, long from, long to, int bufferCapacity, long held, long headroom) {
        int copied = 0;
        long adopted = 0;
        long cursor = from;
        for (int i = at; cursor < to; i++) {
            boolean hasNext = i < chunks.count();
            long gapEnd = hasNext ? Math.min(to, chunks.position(i)) : to;
            if (gapEnd > cursor) {
                if (isAdopted(gapEnd - cursor, bufferCapacity)) {
                    adopted += bufferCapacity;
                } else {
                    copied += (int) (gapEnd - cursor);
                }
            }
            cursor = hasNext ? chunks.end(i) : to;
        }
        if (adopted > 0 && !budget.tryReserve(adopted, headroom)) {
            return false;
        }
        if (copied > 0 && !copies.prepare(copied, held, headroom)) {
            budget.release(adopted);
            return false;
        }
        return true;
    }

    /**
     * Fills the gaps.
     *
     * @param shift leads from a position to an index of {@code octets}
     * @param alone whether the first octet begins a piece of its own, even where it continues the one before
     * @return the octets placed
     */
    int place(int at, long from, long to, ByteBuf octets, long shift, boolean alone) {
        int placed = 0;
        long cursor = from;
        for (int i = at; cursor < to; i++) {
            long gapEnd = i < chunks.count() ? Math.min(to, chunks.position(i)) : to;
            if (gapEnd > cursor) {
                int count = (int) (gapEnd - cursor);
                placed += count;
                if (insert(i, cursor, octets, (int) (cursor + shift), count, alone && cursor == from)) {
                    i++;
                }
            }
            cursor = i < chunks.count() ? chunks.end(i) : to;
        }
        return placed;
    }

    /** Puts octets before piece {@code i}; false when they only made the piece before it longer. */
    private boolean insert(int i, long position, ByteBuf octets, int index, int count, boolean alone) {
        if (isAdopted(count, octets.capacity())) {
            chunks.insert(i, position, octets.retain(), index, count, octets.capacity());
            return true;
        }
        int copiedTo = copies.append(octets, index, count);
        ByteBuf buffer = copies.buffer();
        if (!alone && i > 0 && chunks.reaches(i - 1, position, buffer, copiedTo)) {
            chunks.extend(i - 1, count);
            return false;
        }
        chunks.insert(i, position, buffer.retain(), copiedTo, count, Chunks.OWN_BUFFER);
        return true;
    }

    /**
     * Fills the gaps with a piece as it is: takes its reference and its charge over, and releases what is there already.
     *
     * @return the octets placed; a piece that falls into several gaps may find no memory for all of them
     */
    int adopt(int at, long from, long to, ByteBuf buffer, long shift, int charge) {
        int placed = 0;
        long cursor = from;
        for (int i = at; cursor < to; i++) {
            long gapEnd = i < chunks.count() ? Math.min(to, chunks.position(i)) : to;
            if (gapEnd > cursor) {
                if (placed > 0 && !retainAgain(buffer, charge)) {
                    return placed;
                }
                int count = (int) (gapEnd - cursor);
                chunks.insert(i, cursor, buffer, (int) (cursor + shift), count, charge);
                placed += count;
                i++;
            }
            cursor = i < chunks.count() ? chunks.end(i) : to;
        }
        if (placed == 0) {
            Chunks.release(buffer, charge, budget);
        }
        return placed;
    }

    private boolean retainAgain(ByteBuf buffer, int charge) {
        if (charge != Chunks.OWN_BUFFER && !budget.tryReserve(charge)) {
            return false;
        }
        buffer.retain();
        return true;
    }
}
