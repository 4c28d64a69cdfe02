package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;

/**
 * Pieces of a receive stream, sorted by position, without overlaps. For the loop's thread.
 *
 * <p>A piece's <em>charge</em> is what to pay back to the budget when it goes. {@link #OWN_BUFFER}: the buffer belongs to
 * the stream's {@link CopyBuffer}, and whoever releases its last reference pays back its capacity. The pieces themselves are charged
 * to the budget where there are many, for a peer may send single octets with holes between them.
 */
final class Chunks {
    /** The charge of a piece that lies in a buffer of the stream's own. */
    static final int OWN_BUFFER = 0;

    /** So many pieces are kept for reuse, and not charged. */
    static final int KEPT = 256;

    private final MemoryBudget budget;
    private final SortedList<Piece> pieces = new SortedList<>();
    private Piece free;
    private int freeCount;

    /** Pieces in use and kept, and how many of them are charged: those beyond {@link #KEPT}. */
    private int made;

    private int charged;

    Chunks(MemoryBudget budget) {
        this.budget = budget;
    }

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
        return pieces.count();
    }

    /** The first piece; null for none. */
    Piece first() {
        return pieces.head();
    }

    /** The last piece; null for none. */
    Piece last() {
        return pieces.tail();
    }

    /** The first piece that ends after {@code position}; null for none. */
    Piece find(long position) {
        Piece last = pieces.tail();
        return last == null || last.end() <= position ? null : pieces.find(position);
    }

    /** How many pieces were looked at until now. */
    long steps() {
        return pieces.steps();
    }

    /** Makes so many pieces ready for use; false when the budget has no memory for them. */
    boolean provide(int count, long headroom) {
        int missing = count - freeCount;
        if (missing <= 0) {
            return true;
        }
        int toCharge = Math.max(0, made + missing - KEPT) - charged;
        if (toCharge > 0) {
            if (!budget.tryReserve((long) toCharge * Piece.OCTETS, headroom)) {
                return false;
            }
            charged += toCharge;
        }
        for (int i = 0; i < missing; i++) {
            keep(new Piece());
            made++;
        }
        return true;
    }

    /** Gives back what was made ready and not used. */
    void settle() {
        while (made > KEPT && freeCount > 0) {
            take();
            forgo();
        }
    }

    /** Puts a piece before another, or behind all when that is null; takes over one reference of {@code buffer}. */
    Piece insert(Piece following, long position, ByteBuf buffer, int index, int length, int charge) {
        Piece piece;
        if (free == null) {
            piece = new Piece();
            made++;
        } else {
            piece = take();
        }
        piece.position = position;
        piece.buffer = buffer;
        piece.index = index;
        piece.length = length;
        piece.charge = charge;
        pieces.insertAfter(following == null ? pieces.tail() : following.previous(), piece);
        return piece;
    }

    /** Whether a piece ends at {@code position} and just before {@code index} of {@code buffer}, the stream's own. */
    static boolean reaches(Piece piece, long position, ByteBuf buffer, int index) {
        return piece.buffer == buffer
                && piece.charge == OWN_BUFFER
                && piece.index + piece.length == index
                && piece.end() == position;
    }

    /** Forgets a piece; its reference is the caller's now. Returns the one behind it. */
    Piece forget(Piece piece) {
        Piece following = piece.next();
        pieces.remove(piece);
        piece.buffer = null;
        if (made > KEPT) {
            forgo();
        } else {
            keep(piece);
        }
        return following;
    }

    /** Cuts off and releases all from {@code position} on. */
    void releaseFrom(long position) {
        Piece piece = pieces.tail();
        while (piece != null) {
            if (piece.position < position) {
                piece.length = (int) Math.min(piece.length, position - piece.position);
                return;
            }
            release(piece.buffer, piece.charge, budget);
            Piece before = piece.previous();
            forget(piece);
            piece = before;
        }
    }

    private void keep(Piece piece) {
        piece.nextFree = free;
        free = piece;
        freeCount++;
    }

    private Piece take() {
        Piece piece = free;
        free = piece.nextFree;
        piece.nextFree = null;
        freeCount--;
        return piece;
    }

    /** A piece is left to the collector. */
    private void forgo() {
        made--;
        if (charged > Math.max(0, made - KEPT)) {
            charged--;
            budget.release(Piece.OCTETS);
        }
    }
}
