package io.mptcp4j.device;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Packets that cross the border of a device in one call. One packet is a batch of one.
 *
 * <p>A batch is made once and reused. A receiving batch has buffers for whole super-segments, an outgoing one for headers
 * only.
 *
 * <p>Whoever wants to keep an incoming packet's octets retains its buffer; {@link #next()} then finds the buffer shared,
 * leaves it to the keeper and puts another into the slot. So octets are handed on without a copy.
 */
public final class PacketBatch {
    /** Octets of a receiving slot: the longest IP packet and a device's own header, rounded up. */
    public static final int RECEIVE_CAPACITY = 65_536 + 256;

    /** Octets of an outgoing slot: a device's header, 40 of IPv6, 60 of TCP, rounded up. */
    public static final int SEND_CAPACITY = 256;

    /** Where a receiving device puts the IP header, so that it can read its own header just before it. */
    public static final int RECEIVE_INDEX = 64;

    private final PacketBuffer[] slots;
    private final boolean[] pooled;
    private final BufferPool pool;
    private int count;

    private PacketBatch(int capacity, BufferPool pool) {
        this.slots = new PacketBuffer[capacity];
        this.pooled = new boolean[capacity];
        this.pool = pool;
    }

    /** A batch to receive up to {@code capacity} packets in. */
    public static PacketBatch forReceiving(int capacity, ByteBufAllocator allocator) {
        return new PacketBatch(capacity, new BufferPool(allocator, RECEIVE_CAPACITY, Math.max(2 * capacity, 256)));
    }

    /** A batch to send up to {@code capacity} packets from. */
    public static PacketBatch forSending(int capacity, ByteBufAllocator allocator) {
        return new PacketBatch(capacity, new BufferPool(allocator, SEND_CAPACITY, capacity));
    }

    /** Claims the next slot: an empty packet whose buffer nobody else holds. Null when the batch is full. */
    public PacketBuffer next() {
        if (count == slots.length) {
            return null;
        }
        PacketBuffer slot = slots[count];
        if (slot == null) {
            slot = new PacketBuffer(acquireFor(count));
            slots[count] = slot;
        } else if (slot.buffer().refCnt() > (pooled[count] ? 2 : 1)) {
            slot.replaceBuffer(acquireFor(count)).release();
        }
        slot.clear();
        count++;
        return slot;
    }

    /** Gives the slot claimed last back. */
    public void unclaim() {
        assert count > 0;
        count--;
    }

    /** Empties the batch; buffers stay. */
    public void clear() {
        count = 0;
    }

    /** The packet at {@code i}, below {@link #count()}. */
    public PacketBuffer get(int i) {
        assert i < count : i;
        return slots[i];
    }

    /** How many packets the batch holds. */
    public int count() {
        return count;
    }

    /** How many packets the batch can hold. */
    public int capacity() {
        return slots.length;
    }

    /** Whether {@link #next()} would return null. */
    public boolean isFull() {
        return count == slots.length;
    }

    /** Releases all buffers; the batch cannot be used afterwards. */
    public void release() {
        for (int i = 0; i < slots.length; i++) {
            if (slots[i] != null) {
                slots[i].buffer().release();
                slots[i] = null;
            }
        }
        count = 0;
        pool.release();
    }

    private ByteBuf acquireFor(int slot) {
        ByteBuf buffer = pool.tryAcquire();
        pooled[slot] = buffer != null;
        return buffer != null ? buffer : pool.allocate();
    }
}
