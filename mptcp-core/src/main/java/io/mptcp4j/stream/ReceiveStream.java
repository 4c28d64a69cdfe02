package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Octets on their way in, from their arrival, in or out of order, until the application has read them. Positions count
 * octets from 0.
 *
 * <p>The loop, the thread that drives the stack, places octets and hands on what is in order; one application thread at a
 * time reads. The window is counted from what has been read. Nobody ever waits.
 *
 * <pre>
 *   consumed()        handed to the reader         nextPosition()         right edge
 *      | ring of pieces        | pieces in order          | holes, pieces     |
 * </pre>
 *
 * <p>Large payloads stay in the buffer they arrived in, small ones are copied together, so that the memory that is pinned
 * never exceeds about twice the octets held, and 256 KiB. The budget is charged with what is pinned.
 */
public final class ReceiveStream {
    /** The pieces beyond which nothing more is taken out of order, when the capacity is small. */
    static final int LEAST_MOST_PIECES = 4096;

    /** The octets of capacity for one more piece: two of the smallest full segments, a hole and what lies behind it. */
    static final int CAPACITY_A_PIECE = 1024;

    private static final long UNKNOWN = Long.MAX_VALUE;

    private final MemoryBudget budget;
    private final CopyBuffer copies;
    private final Chunks chunks;
    private final Placement placement;
    private final HandOver handOver;

    private volatile int capacity;

    /** The last piece that has no hole before it; null for none. */
    private Piece lastInOrder;

    private long nextPosition;
    private long accepted;
    private long rightEdge;
    private long duplicates;
    private boolean closed;

    // Published by the loop.
    private volatile long endPosition = UNKNOWN;
    private volatile boolean aborted;

    /**
     * An empty stream.
     *
     * @param allocator for the buffers into which small payloads are copied; used by the loop
     * @param budget what is pinned is charged to
     * @param capacity the octets that may have arrived and not been read
     */
    public ReceiveStream(ByteBufAllocator allocator, MemoryBudget budget, int capacity) {
        this.budget = budget;
        this.copies = new CopyBuffer(allocator, budget);
        this.chunks = new Chunks(budget);
        this.placement = new Placement(budget, copies, chunks);
        this.handOver = new HandOver(budget);
        this.capacity = capacity;
        this.rightEdge = capacity;
    }

    // ---- the loop

    /**
     * Places octets, whole or not at all. What is there already stays as it is: the first copy wins.
     *
     * @param octets where they lie; borrowed, but retained when they are not copied. Must not be changed while others than
     *     the caller hold it
     * @return false when there is no room: far beyond the window, too many holes, or no memory
     */
    public boolean accept(long position, ByteBuf octets, int index, int length) {
        long from = Math.max(position, nextPosition);
        long to = Math.min(position + length, endPosition);
        if (from >= to) {
            duplicates += Math.min(length, Math.max(0, nextPosition - position));
            return true;
        }
        // RFC 8684 3.3.4: the window counts from the DATA_ACK. A peer that adds a new DATA_ACK to the window of an
        // older segment (Linux does) goes beyond the edge, by less than a window.
        if (!admits(to)) {
            return false;
        }
        Piece at = chunks.find(from);
        boolean inOrder = from == nextPosition;
        if (!inOrder && chunks.count() >= mostPieces()) {
            return false;
        }
        long held = accepted - handOver.consumed();
        if (!placement.reserve(at, from, to, octets.capacity(), held, headroom(inOrder, 0), inOrder)) {
            return false;
        }
        int placed = placement.place(at, from, to, octets, index - position, false);
        accepted += placed;
        duplicates += (to - position) - placed;
        advance();
        return true;
    }

    /** The pieces beyond which nothing more is taken out of order. */
    int mostPieces() {
        return Math.max(LEAST_MOST_PIECES, capacity / CAPACITY_A_PIECE);
    }

    /** How many pieces were looked at until now. */
    long steps() {
        return chunks.steps();
    }

    /** A place for octets that are not to be read before they are committed; whoever asks for it releases it. */
    public HeldOctets hold() {
        return new HeldOctets(this, budget, copies);
    }

    /** Whether octets up to this position are not too far beyond the window. */
    boolean admits(long end) {
        return !closed && end <= refreshRightEdge() + capacity;
    }

    /**
     * What octets must leave of the budget: nothing, when the stream can go on with them and holds no more than is fair.
     *
     * @param elsewhere octets that are held for the stream besides
     */
    long headroom(boolean inOrder, long elsewhere) {
        if (!inOrder) {
            return budget.othersPart() + budget.inOrderPart();
        }
        // Octets that wait for a hole do not count: whoever fills it must be let in.
        long unread = nextPosition - handOver.consumed() + elsewhere;
        return unread < budget.fairOctets() ? 0 : budget.othersPart();
    }

    /** Places a piece that was held: takes over its reference and its charge. What is there already stays as it is. */
    void adopt(long position, ByteBuf buffer, int index, int length, int charge) {
        long from = Math.max(position, nextPosition);
        long to = Math.min(position + length, endPosition);
        boolean tooMany = from > nextPosition && chunks.count() >= mostPieces();
        if (closed || from >= to || tooMany) {
            Chunks.release(buffer, charge, budget);
            duplicates += tooMany || closed ? 0 : Math.min(length, Math.max(0, nextPosition - position));
            return;
        }
        int placed = placement.adopt(chunks.find(from), from, to, buffer, index - position, charge);
        accepted += placed;
        duplicates += (to - position) - placed;
        advance();
    }

    /** All octets before this position have arrived. */
    public long nextPosition() {
        return nextPosition;
    }

    /**
     * The octets that may be taken beyond {@link #nextPosition()}; never negative. What has once been said stays true for
     * {@link #accept}, even when the capacity shrinks.
     */
    public long window() {
        long edge = handOver.consumed() + allowance();
        rightEdge = Math.max(rightEdge, edge);
        return Math.max(0, edge - nextPosition);
    }

    /** The octets that are offered to the peer: the capacity, or while memory is short what is fair. Any thread. */
    public int allowance() {
        return budget.isShort() ? Math.min(capacity, budget.fairOctets()) : capacity;
    }

    /**
     * Hands octets in order to the reader: once after a batch of input, and when the reader has consumed octets, since the
     * ring to the reader may have been full.
     */
    public void publish() {
        boolean pushed = false;
        while (lastInOrder != null && push(chunks.first())) {
            pushed = true;
        }
        if (pushed) {
            handOver.publish();
        }
        if (lastInOrder == null && isComplete()) {
            // Nothing is copied any more; what the reader has not read yet keeps its buffers.
            copies.release();
        }
    }

    private boolean push(Piece piece) {
        if (!handOver.push(piece.buffer, piece.index, piece.length, piece.charge)) {
            return false;
        }
        lastInOrder = piece == lastInOrder ? null : lastInOrder;
        chunks.forget(piece);
        return true;
    }

    /** Whether {@link #publish()} has something to hand on. */
    public boolean hasUnpublished() {
        return lastInOrder != null;
    }

    /**
     * The stream ends there; octets beyond are dropped. The first call counts. An end before octets that have arrived in
     * order is taken as being behind them.
     */
    public void finish(long end) {
        if (endPosition == UNKNOWN) {
            long valid = Math.max(end, nextPosition);
            dropFrom(valid);
            endPosition = valid;
        }
    }

    /** Whether all octets up to the end have arrived. */
    public boolean isComplete() {
        return nextPosition == endPosition;
    }

    /**
     * Nothing more is taken, and what has not been published is dropped, unless all has arrived: whoever sent it knows that, and
     * the reader gets it. The reader keeps the rest in any case.
     */
    public void abort() {
        aborted = true;
        if (!isComplete()) {
            closeInput();
        }
    }

    /** Changes the octets that may have arrived and not been read. */
    public void setCapacity(int octets) {
        capacity = octets;
    }

    /** The octets that may have arrived and not been read. */
    public int capacity() {
        return capacity;
    }

    /**
     * Gives back the buffers into which small payloads were copied, if nothing lies in them. For a connection that has been
     * idle for a while: the next payload allocates again.
     */
    public void trim() {
        if (handOver.consumed() == accepted) {
            copies.release();
        }
    }

    /** Frees all, also what the reader has not read; if it is just reading, it frees the rest itself. Idempotent. */
    public void close() {
        closeInput();
        handOver.close();
    }

    /** The octets that came more than once. */
    public long duplicateOctets() {
        return duplicates;
    }

    /** The octets that have arrived and were kept, each counted once. */
    public long acceptedOctets() {
        return accepted;
    }

    /** The octets that lie beyond a hole now. */
    public long outOfOrderOctets() {
        return accepted - nextPosition;
    }

    // ---- application thread

    /**
     * Copies octets out.
     *
     * @return octets read; 0: nothing now, or aborted or closed before the end; -1: the end
     */
    public int read(byte[] into, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, into.length);
        return outcome(handOver.read(into, offset, null, length), length);
    }

    /** Copies octets out, as {@link #read(byte[], int, int)}. */
    public int read(ByteBuffer into) {
        int length = into.remaining();
        return outcome(handOver.read(null, 0, into, length), length);
    }

    /** The octets that can be read now. Any thread. */
    public int available() {
        return handOver.available();
    }

    /** All octets before this position have been read, or thrown away by {@link #closeReader}. Any thread. */
    public long consumed() {
        return handOver.consumed();
    }

    /** Whether all octets of the stream have been read, and none was thrown away. Any thread. */
    public boolean isEnd() {
        // In this order: what is thrown away is known to be before it counts as consumed.
        return handOver.consumed() == endPosition && !handOver.hasDiscarded();
    }

    /** Whether the stream broke off: there will be no more than is available. Any thread. */
    public boolean isAborted() {
        return aborted;
    }

    /** Nothing is read any more: octets that are there, or arrive still, count as consumed. Any thread. Idempotent. */
    public void closeReader() {
        handOver.close();
    }

    /** Whether {@link #closeReader} or {@link #close} was called. Any thread. */
    public boolean isReaderClosed() {
        return handOver.isClosed();
    }

    private int outcome(int count, int wanted) {
        return count == 0 && wanted > 0 && isEnd() ? -1 : count;
    }

    // ---- private steps of the loop

    private long refreshRightEdge() {
        rightEdge = Math.max(rightEdge, handOver.consumed() + capacity);
        return rightEdge;
    }

    /** Moves {@link #nextPosition} over the pieces that have no hole before them. */
    private void advance() {
        if (lastInOrder != null) {
            nextPosition = lastInOrder.end();
        }
        Piece next = lastInOrder == null ? chunks.first() : lastInOrder.next();
        while (next != null && next.position == nextPosition) {
            nextPosition = next.end();
            lastInOrder = next;
            next = next.next();
        }
    }

    /**
     * Gives back all octets that lie beyond a hole. They come again only if whoever sent them was never told for good that they
     * had arrived.
     *
     * @return the octets given back
     */
    public long pruneOutOfOrder() {
        long before = accepted;
        dropFrom(nextPosition);
        return before - accepted;
    }

    private void dropFrom(long position) {
        if (chunks.last() != lastInOrder && chunks.last().end() > position) {
            chunks.releaseFrom(position);
            accepted = nextPosition;
            Piece piece = lastInOrder == null ? chunks.first() : lastInOrder.next();
            for (; piece != null; piece = piece.next()) {
                accepted += piece.length;
            }
        }
    }

    private void closeInput() {
        if (!closed) {
            closed = true;
            chunks.releaseFrom(0);
            lastInOrder = null;
            accepted = nextPosition;
            copies.release();
        }
    }
}
