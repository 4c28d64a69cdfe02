package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_FAIL (RFC 8684 3.7): a view, and its encoder. Version 0 has the same octets.
 *
 * <pre>
 *   0 kind | 1 length 12 | 2 subtype 6, reserved | 3 reserved
 *   4 data sequence number, 8 octets
 * </pre>
 */
public final class MpFail {
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
     * @return false when this is no MP_FAIL of 12 octets
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets != LENGTH || !MptcpOption.is(MptcpSubtype.MP_FAIL, option, at, octets)) {
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

    /** The 64-bit data sequence number at which the mapping that failed begins. */
    public long dsn() {
        return buffer.getLong(index + NUMBER);
    }

    /** Writes the option: 12 octets. */
    public static int write(ByteBuf into, int index, long dsn) {
        MptcpOption.writeHeader(into, index, LENGTH, MptcpSubtype.MP_FAIL, 0);
        into.setByte(index + RESERVED, 0);
        into.setLong(index + NUMBER, dsn);
        return LENGTH;
    }
}
