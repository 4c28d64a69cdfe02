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
     * @param at the first piece that ends after {@code from}; null for none
     * @param held the octets that the stream holds
     * @param headroom what is to be left of the budget
     * @param urgent whether the stream waits for the octets: then pieces are no reason to refuse them
     */
    boolean reserve(Piece at, long from, long to, int bufferCapacity, long held, long headroom, boolean urgent) {
        int copied = 0;
        long adopted = 0;
        int gaps = 0;
        long cursor = from;
        Piece following = at;
        while (cursor < to) {
            long gapEnd = following == null ? to : Math.min(to, following.position);
            if (gapEnd > cursor) {
                gaps++;
                if (isAdopted(gapEnd - cursor, bufferCapacity)) {
                    adopted += bufferCapacity;
                } else {
                    copied += (int) (gapEnd - cursor);
                }
            }
            cursor = following == null ? to : following.end();
            following = following == null ? null : following.next();
        }
        if (!chunks.provide(gaps, headroom) && !urgent) {
            return false;
        }
        if (adopted > 0 && !budget.tryReserve(adopted, headroom)) {
            chunks.settle();
            return false;
        }
        if (copied > 0 && !copies.prepare(copied, held, headroom)) {
            budget.release(adopted);
            chunks.settle();
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
    int place(Piece at, long from, long to, ByteBuf octets, long shift, boolean alone) {
        int placed = 0;
        long cursor = from;
        Piece following = at;
        while (cursor < to) {
            long gapEnd = following == null ? to : Math.min(to, following.position);
            if (gapEnd > cursor) {
                int count = (int) (gapEnd - cursor);
                placed += count;
                insert(following, cursor, octets, (int) (cursor + shift), count, alone && cursor == from);
            }
            cursor = following == null ? to : following.end();
            following = following == null ? null : following.next();
        }
        chunks.settle();
        return placed;
    }

    /** Puts octets before a piece, or behind all, where they may make the piece before them longer. */
    private void insert(Piece following, long position, ByteBuf octets, int index, int count, boolean alone) {
        if (isAdopted(count, octets.capacity())) {
            chunks.insert(following, position, octets.retain(), index, count, octets.capacity());
            return;
        }
        int copiedTo = copies.append(octets, index, count);
        ByteBuf buffer = copies.buffer();
        Piece before = following == null ? chunks.last() : following.previous();
        if (!alone && before != null && Chunks.reaches(before, position, buffer, copiedTo)) {
            before.length += count;
            return;
        }
        chunks.insert(following, position, buffer.retain(), copiedTo, count, Chunks.OWN_BUFFER);
    }

    /**
     * Fills the gaps with a piece as it is: takes its reference and its charge over, and releases what is there already.
     *
     * @return the octets placed; a piece that falls into several gaps may find no memory for all of them
     */
    int adopt(Piece at, long from, long to, ByteBuf buffer, long shift, int charge) {
        int placed = 0;
        long cursor = from;
        Piece following = at;
        while (cursor < to) {
            long gapEnd = following == null ? to : Math.min(to, following.position);
            if (gapEnd > cursor) {
                if (placed > 0 && !retainAgain(buffer, charge)) {
                    return placed;
                }
                int count = (int) (gapEnd - cursor);
                chunks.insert(following, cursor, buffer, (int) (cursor + shift), count, charge);
                placed += count;
            }
            cursor = following == null ? to : following.end();
            following = following == null ? null : following.next();
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
