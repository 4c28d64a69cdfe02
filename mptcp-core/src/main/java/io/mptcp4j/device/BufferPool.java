package io.mptcp4j.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Direct buffers of one capacity that come back by themselves: the pool keeps one reference of each, and a buffer whose
 * only reference is the pool's is free. So a keeper on any thread gives one back with a plain {@code release()}.
 *
 * <p>Only the thread that drives the stack takes buffers. Taking from a pool of any size looks at a few buffers at most:
 * keepers give buffers back in about the order in which they were taken.
 */
final class BufferPool {
    private static final int LOOKS = 8;

    private final ByteBufAllocator allocator;
    private final int bufferCapacity;
    private final ByteBuf[] buffers;
    private int made;
    private int cursor;

    BufferPool(ByteBufAllocator allocator, int bufferCapacity, int maxBuffers) {
        this.allocator = allocator;
        this.bufferCapacity = bufferCapacity;
        this.buffers = new ByteBuf[maxBuffers];
    }

    /** A free buffer with one more reference, for the caller; null when all that were looked at are in use. */
    ByteBuf tryAcquire() {
        for (int look = 0; look < LOOKS && look < made; look++) {
            ByteBuf candidate = buffers[cursor];
            cursor = cursor + 1 == made ? 0 : cursor + 1;
            if (candidate.refCnt() == 1) {
                return candidate.retain();
            }
        }
        if (made == buffers.length) {
            return null;
        }
        ByteBuf fresh = allocate();
        buffers[made++] = fresh;
        return fresh.retain();
    }

    /** A buffer that the pool does not keep, with one reference, for the caller. */
    ByteBuf allocate() {
        return allocator.directBuffer(bufferCapacity, bufferCapacity);
    }

    /** Gives up the pool's own references. */
    void release() {
        for (int i = 0; i < made; i++) {
            buffers[i].release();
            buffers[i] = null;
        }
        made = 0;
    }
}
