package io.mptcp4j.stream;

import io.mptcp4j.wire.SpanSink;
import io.netty.buffer.ByteBuf;

/**
 * Octets that have arrived and are not part of their {@link ReceiveStream} yet, because it is not certain what they are.
 * Later they are committed to the stream, without another copy, or dropped. One a subflow; for the loop's thread.
 *
 * <p>They are kept by <em>keys</em> that count the octets of the subflow, each of which is held once. Memory is used as by
 * the stream, and charged to the same budget; what is held never exceeds twice the stream's capacity by more than
 * {@value #URGENT_OCTETS} octets.
 */
public final class HeldOctets {
    /** What may be held beyond the limit for the sake of the octet that the stream waits for: one mapping. */
    static final int URGENT_OCTETS = 0xffff;

    private final ReceiveStream stream;
    private final MemoryBudget budget;
    private final Chunks chunks;
    private final Placement placement;
    private long octets;

    HeldOctets(ReceiveStream stream, MemoryBudget budget, CopyBuffer copies) {
        this.stream = stream;
        this.budget = budget;
        this.chunks = new Chunks(budget);
        this.placement = new Placement(budget, copies, chunks);
    }

    /**
     * Holds octets, whole or not at all. What is held already stays as it is.
     *
     * @param begins whether a range begins here that is committed or dropped as a whole
     * @param position where the octets shall be in the stream
     * @param source where they lie; borrowed, but retained when they are not copied
     * @return how many were not held before; negative when there is no room
     */
    public int hold(long key, boolean begins, long position, ByteBuf source, int index, int length) {
        long to = key + length;
        Piece at = chunks.find(key);
        boolean urgent = position <= stream.nextPosition();
        long limit = 2L * stream.capacity() + (urgent ? URGENT_OCTETS : 0);
        if (!stream.admits(position + length) || octets + length > limit) {
            return -1;
        }
        if (!urgent && chunks.count() >= stream.mostPieces()) {
            return -1;
        }
        if (!placement.reserve(at, key, to, source.capacity(), octets, stream.headroom(urgent, octets), urgent)) {
            return -1;
        }
        int placed = placement.place(at, key, to, source, index - key, begins);
        octets += placed;
        return placed;
    }

    /** Hands out the octets from one key to another, which must be held, in order; as spans, borrowed for the call. */
    public void read(long from, long to, SpanSink into) {
        for (Piece piece = chunks.find(from); piece != null && piece.position < to; piece = piece.next()) {
            long begin = Math.max(from, piece.position);
            long end = Math.min(to, piece.end());
            int skipped = (int) (begin - piece.position);
            into.addSpan(piece.buffer, piece.index + skipped, (int) (end - begin));
        }
    }

    /**
     * Makes a range part of the stream; it must begin where a range began, and end where another begins or nothing is held.
     *
     * @param position where its first octet is in the stream
     */
    public void commit(long from, long to, long position) {
        Piece piece = chunks.find(from);
        while (piece != null && piece.position < to) {
            octets -= piece.length;
            stream.adopt(position + (piece.position - from), piece.buffer, piece.index, piece.length, piece.charge);
            piece = chunks.forget(piece);
        }
    }

    /** Forgets a range; see {@link #commit}. */
    public void drop(long from, long to) {
        Piece piece = chunks.find(from);
        while (piece != null && piece.position < to) {
            octets -= piece.length;
            Chunks.release(piece.buffer, piece.charge, budget);
            piece = chunks.forget(piece);
        }
    }

    /** The lowest key held; there must be one. */
    public long firstKey() {
        return chunks.first().position;
    }

    /** The octets that are held. */
    public long octets() {
        return octets;
    }

    /** Forgets everything. */
    public void release() {
        chunks.releaseFrom(Long.MIN_VALUE);
        octets = 0;
    }
}
