package io.mptcp4j.stream;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * A piece of a send stream: octets from {@link #start} on, in a buffer of its own.
 *
 * <p>The writer fills a page and links the next one behind it; the loop reads what has been published, and frees the
 * buffer. The node itself stays as the last of the list, so that the writer always has something to link to.
 */
final class Page {
    final long start;
    final int capacity;

    /** Set once by the writer, read by the loop. */
    volatile Page next;

    /** Null when freed. */
    ByteBuf buffer;

    /** The writer's own view of the buffer: netty's cached view would be shared with the loop. */
    ByteBuffer view;

    /** The loop's: the writer will not come back to this page. */
    boolean sealed;

    /** A page that takes over the reference of {@code buffer}; null for a node without a page. */
    Page(long start, ByteBuf buffer) {
        this.start = start;
        this.buffer = buffer;
        this.capacity = buffer == null ? 0 : buffer.capacity();
        this.view = buffer == null ? null : buffer.nioBuffer(0, capacity);
    }

    /** Frees the buffer, if there is one. */
    void free(MemoryBudget budget) {
        if (buffer != null) {
            buffer.release();
            buffer = null;
            view = null;
            budget.release(capacity);
        }
    }
}
