package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * REMOVE_ADDR (RFC 8684 3.4.2): a view, and its encoder. Version 0 has the same octets.
 *
 * <pre>
 *   0 kind | 1 length 3 + n | 2 subtype 4, reserved | 3 address id ... n of them
 * </pre>
 */
public final class RemoveAddr {
    private static final int IDS = 3;

    private ByteBuf buffer;
    private int index;
    private int count;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no REMOVE_ADDR with at least one address id
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets <= IDS || !MptcpOption.is(MptcpSubtype.REMOVE_ADDR, option, at, octets)) {
            return false;
        }
        buffer = option;
        index = at;
        count = octets - IDS;
        return true;
    }

    /** Octets of the option. */
    public int length() {
        return IDS + count;
    }

    /** How many address ids there are, at least 1. */
    public int count() {
        return count;
    }

    /** Address id {@code i}, below {@link #count()}. */
    public int addressId(int i) {
        assert i >= 0 && i < count : i;
        return buffer.getUnsignedByte(index + IDS + i);
    }

    /** The octets of an option with so many address ids. */
    public static int length(int count) {
        return IDS + count;
    }

    /** Writes an option with one address id: 4 octets. */
    public static int write(ByteBuf into, int index, int addressId) {
        into.setByte(index + IDS, addressId);
        MptcpOption.writeHeader(into, index, length(1), MptcpSubtype.REMOVE_ADDR, 0);
        return length(1);
    }

    /** Writes an option with the first {@code count} of {@code addressIds}: 3 + {@code count} octets. */
    public static int write(ByteBuf into, int index, int[] addressIds, int count) {
        assert count > 0 : count;
        for (int i = 0; i < count; i++) {
            into.setByte(index + IDS + i, addressIds[i]);
        }
        MptcpOption.writeHeader(into, index, length(count), MptcpSubtype.REMOVE_ADDR, 0);
        return length(count);
    }
}
