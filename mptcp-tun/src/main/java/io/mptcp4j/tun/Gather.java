package io.mptcp4j.tun;

import io.mptcp4j.device.PacketBuffer;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * The pieces of one outgoing packet, for {@code writev(2)}: an array of {@code struct iovec} in memory that is reused
 * for every packet. Only pieces that the kernel cannot read in place (heap or composite buffers) are copied.
 */
final class Gather {
    private static final int VECTOR_LENGTH = 16;
    private static final int MAX_VECTORS = PacketBuffer.MAX_SPANS + 2;
    private static final int LONGEST_PACKET = 65_536;

    private final ByteBuffer vectors = Native.memory(MAX_VECTORS * VECTOR_LENGTH);
    private final long vectorsAddress = Native.address(vectors);
    private ByteBuffer copies;
    private int copied;
    private int count;

    void clear() {
        count = 0;
        copied = 0;
    }

    /** Appends octets of a buffer; borrowed until the write. */
    void add(ByteBuf buffer, int index, int length) {
        if (length == 0) {
            return;
        }
        if (Native.isAddressable(buffer)) {
            addAddress(Native.address(buffer, index), length);
        } else {
            addCopy(buffer, index, length);
        }
    }

    /** Hands all pieces to the descriptor as one packet; returns what the call returns. */
    long write(int descriptor) {
        if (count == 1) {
            return Native.libc().write(descriptor, vectors.getLong(0), vectors.getLong(Long.BYTES));
        }
        return Native.libc().writev(descriptor, vectorsAddress, count);
    }

    private void addAddress(long address, int length) {
        int at = count * VECTOR_LENGTH;
        vectors.putLong(at, address);
        vectors.putLong(at + Long.BYTES, length);
        count++;
    }

    private void addCopy(ByteBuf buffer, int index, int length) {
        if (copies == null) {
            copies = Native.memory(LONGEST_PACKET + MAX_VECTORS);
        }
        copies.limit(copied + length).position(copied);
        buffer.getBytes(index, copies);
        addAddress(Native.address(copies) + copied, length);
        copied += length;
        copies.clear();
    }
}
