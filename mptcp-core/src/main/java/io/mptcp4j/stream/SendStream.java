package io.mptcp4j.stream;

import io.mptcp4j.wire.SpanSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Octets on their way out, from the application's {@code write} until the peer has acknowledged them. Positions count
 * octets from 0.
 *
 * <p>The application's thread copies octets into pages and publishes the end; the loop, the thread that drives the stack,
 * hands out spans of those pages and frees them. Writers serialise themselves. Nobody ever waits.
 *
 * <pre>
 *   released()            position                  written()
 *       | waits for an ack   | spans are handed out      | the writer fills its page
 *   [ head page ]----[ page ]----[ page ]----[ page of the writer ]
 * </pre>
 *
 * <p>Memory is taken from the budget page by page. A stream whose octets are all released holds no page.
 */
public final class SendStream {
    private static final int SMALLEST_PAGE = 4 * 1024;
    private static final int LARGEST_PAGE = 64 * 1024;

    /** Octets that have arrived, but must stay, and those that have not: so many times the capacity at most. */
    private static final int MOST_HELD = 2;

    /** In {@link #openPage}: the writer is at work. */
    private static final Page WRITING = new Page(-1, null);

    /** In {@link #openPage}: the loop has closed the stream. */
    private static final Page CLOSED = new Page(-1, null);

    private static final VarHandle WRITTEN = handle("written", long.class);
    private static final VarHandle ACKNOWLEDGED = handle("acknowledged", long.class);
    private static final VarHandle RELEASED = handle("released", long.class);
    private static final VarHandle OPEN_PAGE = handle("openPage", Page.class);

    private final ByteBufAllocator allocator;
    private final MemoryBudget budget;
    private volatile int capacity;

    // Published by the writer.
    private long written;
    private volatile boolean finished;

    // The writer's own: the end of the list.
    private Page last;

    /**
     * The hand-over: a page with room that nobody touches, null when there is none, WRITING, or CLOSED. Who takes a page
     * from here owns it: the writer to fill it, the loop to free it.
     */
    private Page openPage;

    // Published by the loop.
    private long acknowledged;
    private long released;

    // The loop's own.
    private Page head;
    private Page cursor;
    private Page olderCursor;
    private boolean closed;

    /**
     * An empty stream.
     *
     * @param allocator for the pages; used by the application's thread
     * @param budget what pages are charged to
     * @param capacity the octets that may be written and not acknowledged; with those acknowledged and not released twice as many
     */
    public SendStream(ByteBufAllocator allocator, MemoryBudget budget, int capacity) {
        this.allocator = allocator;
        this.budget = budget;
        this.capacity = capacity;
        Page origin = new Page(0, null);
        last = origin;
        head = origin;
        cursor = origin;
        olderCursor = origin;
    }

    // ---- application thread

    /**
     * Copies what fits and publishes it.
     *
     * @return octets taken from {@code source}; 0: no room, or no memory; -1: closed by the loop, or finished
     */
    public int write(ByteBuffer source) {
        int taken = append(null, 0, source, source.remaining());
        if (taken > 0) {
            source.position(source.position() + taken);
        }
        return taken;
    }

    /**
     * Copies what fits and publishes it.
     *
     * @return octets taken; 0: no room, or no memory; -1: closed by the loop, or finished
     */
    public int write(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        return append(source, offset, null, length);
    }

    /** No octets after those written so far. Idempotent. */
    public void finish() {
        finished = true;
    }

    /** The octets that can be written now, memory permitting. Any thread. */
    public int room() {
        if (finished || (Page) OPEN_PAGE.getOpaque(this) == CLOSED) {
            return 0;
        }
        long written = writtenAcquire();
        long octets = allowance();
        long free = octets - (written - (long) ACKNOWLEDGED.getAcquire(this));
        return (int) Math.max(0, Math.min(free, spare()));
    }

    /** The octets that may still be held, those acknowledged but not released counted in; below 0 after a change. Any thread. */
    public long spare() {
        return (long) MOST_HELD * allowance() - held();
    }

    /** Whether the loop has closed the stream. Any thread. */
    public boolean isClosed() {
        return (Page) OPEN_PAGE.getAcquire(this) == CLOSED;
    }

    // ---- the loop

    /** The end of the octets that can be read. */
    public long written() {
        return writtenAcquire();
    }

    /** Whether no octets come after {@link #endPosition()}. */
    public boolean isFinished() {
        return finished;
    }

    /** The end of a finished stream; the end so far otherwise. */
    public long endPosition() {
        return writtenAcquire();
    }

    /** The octets before this position are gone. Any thread. */
    public long released() {
        return (long) RELEASED.getAcquire(this);
    }

    /** The octets that are written and not released. Any thread. */
    public long held() {
        long from = released();
        return writtenAcquire() - from;
    }

    /**
     * How many octets from {@code position} on can be read in one go.
     *
     * @param position not before {@link #released()}
     * @param maxLength the most octets
     * @param maxSpans the most spans
     * @return the longest length that is written and lies in so many spans; 0 when nothing is
     */
    public int readable(long position, int maxLength, int maxSpans) {
        assert position >= released : position + " is before " + released;
        long limit = Math.min(writtenAcquire(), position + maxLength);
        if (closed || position >= limit) {
            return 0;
        }
        Page page = locate(position);
        long end = position;
        for (int span = 0; span < maxSpans && end < limit; span++) {
            Page next = page.next;
            end = next == null ? limit : Math.min(limit, next.start);
            page = next;
        }
        return (int) (end - position);
    }

    /**
     * Hands out octets as spans, which are borrowed until the next {@link #release} or {@link #close}.
     *
     * @param position not before {@link #released()}
     * @param length at most what {@link #readable} said for as many spans as {@code into} has left
     */
    public void read(long position, int length, SpanSink into) {
        assert position >= released && position + length <= writtenAcquire() : position + "+" + length;
        if (closed || length == 0) {
            return;
        }
        Page page = locate(position);
        long at = position;
        long limit = position + length;
        while (at < limit) {
            Page next = page.next;
            long end = next == null ? limit : Math.min(limit, next.start);
            boolean added = into.addSpan(page.buffer, (int) (at - page.start), (int) (end - at));
            assert added : "more spans than the packet has left";
            at = end;
            page = next;
        }
    }

    /**
     * The octets before {@code position} have arrived: they make room for others, though they stay until {@link #release}.
     * Never moves back.
     */
    public void acknowledge(long position) {
        if (position > acknowledged) {
            assert position <= writtenAcquire() : position + " is not written yet";
            ACKNOWLEDGED.setRelease(this, position);
        }
    }

    /** The octets before {@code position} are needed no more: frees their pages and makes room. Never moves back. */
    public void release(long position) {
        if (closed || position <= released) {
            return;
        }
        assert position <= writtenAcquire() : position + " is not written yet";
        Page page = head;
        for (Page next = page.next; next != null && next.start <= position; next = page.next) {
            page.free(budget);
            page = next;
        }
        if (page.buffer != null && isDoneWith(page, position)) {
            page.free(budget);
        }
        head = page;
        if (cursor.start < page.start) {
            cursor = page;
        }
        if (olderCursor.start < page.start) {
            olderCursor = page;
        }
        RELEASED.setRelease(this, position);
        acknowledge(position);
    }

    /** Changes the octets that may be written and not acknowledged. What is written stays. */
    public void setCapacity(int octets) {
        capacity = octets;
    }

    /** The octets that a writer may be ahead: the capacity, or while memory is short what is fair. Any thread. */
    public int allowance() {
        return budget.isShort() ? Math.min(capacity, budget.fairOctets()) : capacity;
    }

    /** The octets that may be written and not acknowledged. */
    public int capacity() {
        return capacity;
    }

    /** Frees all; a write from now on returns -1. Idempotent. No span may be in use. */
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Page page = (Page) OPEN_PAGE.getAndSet(this, CLOSED);
        if (page != WRITING) {
            freeAll();
        }
        // Else the writer finds CLOSED when it is done, and frees all.
    }

    // ---- private steps of the writer

    /** Takes octets from the array, or from the buffer when there is no array; leaves the buffer's position alone. */
    private int append(byte[] array, int offset, ByteBuffer source, int wanted) {
        if (finished || isClosed()) {
            return -1;
        }
        int length = Math.min(wanted, room());
        if (length == 0) {
            return 0;
        }
        Page page = enter();
        if (page == CLOSED) {
            return -1;
        }
        long position = written;
        int done = 0;
        boolean open = false;
        try {
            while (done < length) {
                if (page == null || position == page.start + page.capacity) {
                    page = appendPage(position, length - done);
                    if (page == null) {
                        break;
                    }
                }
                int at = (int) (position - page.start);
                int count = Math.min(length - done, page.capacity - at);
                if (array != null) {
                    page.view.put(at, array, offset + done, count);
                } else {
                    page.view.put(at, source, source.position() + done, count);
                }
                done += count;
                position += count;
            }
        } finally {
            WRITTEN.setRelease(this, position);
            open = leave(page != null && position < page.start + page.capacity ? page : null);
        }
        return open ? done : -1;
    }

    /** Takes the page that has room, or null if there is none; CLOSED when the loop has closed the stream. */
    private Page enter() {
        while (true) {
            Page page = (Page) OPEN_PAGE.getAcquire(this);
            if (page == CLOSED || OPEN_PAGE.compareAndSet(this, page, WRITING)) {
                return page;
            }
        }
    }

    /** Gives the page back for the next write, or for the loop to free; false when the stream has been closed. */
    private boolean leave(Page page) {
        if (OPEN_PAGE.compareAndSet(this, WRITING, page)) {
            return true;
        }
        freeAll();
        return false;
    }

    private Page appendPage(long position, int remaining) {
        // Many small writes that pile up share large pages; a lone one gets a small page.
        long wanted = Math.max(remaining, position - released());
        int size = SMALLEST_PAGE;
        while (size < wanted && size < LARGEST_PAGE && !budget.isShort()) {
            size <<= 1;
        }
        long headroom = position - released() < budget.fairOctets() ? 0 : budget.othersPart();
        if (!budget.tryReserve(size, headroom)) {
            size = SMALLEST_PAGE;
            if (!budget.tryReserve(size, headroom)) {
                return null;
            }
        }
        ByteBuf buffer = null;
        try {
            buffer = allocator.directBuffer(size, size);
        } finally {
            if (buffer == null) {
                budget.release(size);
            }
        }
        Page page = new Page(position, buffer);
        last.next = page;
        last = page;
        return page;
    }

    // ---- private steps of the loop

    /** Whether all octets of the last page are released and the writer cannot come back to it. */
    private boolean isDoneWith(Page page, long position) {
        if (position == page.start + page.capacity) {
            return true;
        }
        if (position != writtenAcquire()) {
            return false;
        }
        if (!page.sealed) {
            page.sealed = OPEN_PAGE.compareAndSet(this, page, null);
        }
        // The writer may have been here between the two looks.
        return page.sealed && position == writtenAcquire();
    }

    /** The page in which {@code position} lies, which is written and not released. */
    private Page locate(long position) {
        // Two hints: new octets are read from the one, retransmissions walk along the other.
        if (position < cursor.start) {
            Page swapped = cursor;
            cursor = olderCursor;
            olderCursor = swapped;
            if (position < cursor.start) {
                cursor = head;
            }
        } else if (olderCursor.start > cursor.start && position >= olderCursor.start) {
            Page swapped = cursor;
            cursor = olderCursor;
            olderCursor = swapped;
        }
        Page page = cursor;
        for (Page next = page.next; next != null && next.start <= position; next = page.next) {
            page = next;
        }
        cursor = page;
        return page;
    }

    private long writtenAcquire() {
        return (long) WRITTEN.getAcquire(this);
    }

    /** Called by whoever is the last to touch the pages. */
    private void freeAll() {
        for (Page page = head; page != null; page = page.next) {
            page.free(budget);
        }
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(SendStream.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
