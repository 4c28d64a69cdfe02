package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_FASTCLOSE (RFC 8684 3.5): a view, and its encoder. Version 0 has the same octets.
 *
 * <pre>
 *   0 kind | 1 length 12 | 2 subtype 7, reserved | 3 reserved
 *   4 option receiver's key, 8 octets
 * </pre>
 */
public final class MpFastclose {
    /** Octets of the option. */
    public static final int LENGTH = 12;

    private static final int RESERVED = 3;
    private static final int NUMBER = 4;

    private ByteBuf buffer;
    private int index;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no MP_FASTCLOSE of 12 octets
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets != LENGTH || !MptcpOption.is(MptcpSubtype.MP_FASTCLOSE, option, at, octets)) {
            return false;
        }
        buffer = option;
        index = at;
        return true;
    }

    /** Octets of the option. */
    public int length() {
        return LENGTH;
    }

    /** The option receiver's key. */
    public long receiverKey() {
        return buffer.getLong(index + NUMBER);
    }

    /** Writes the option: 12 octets. */
    public static int write(ByteBuf into, int index, long receiverKey) {
        MptcpOption.writeHeader(into, index, LENGTH, MptcpSubtype.MP_FASTCLOSE, 0);
        into.setByte(index + RESERVED, 0);
        into.setLong(index + NUMBER, receiverKey);
        return LENGTH;
    }
}
