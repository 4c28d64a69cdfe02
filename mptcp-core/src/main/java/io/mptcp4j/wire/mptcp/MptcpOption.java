package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * What all MPTCP options share (RFC 8684 3).
 *
 * <pre>
 *   0 kind 30 | 1 length | 2 subtype (4 bits), the subtype's own (4 bits) | 3 ...
 * </pre>
 */
public final class MptcpOption {
    /** The TCP option kind of MPTCP. */
    public static final int KIND = 30;

    /** Protocol version 0 (RFC 6824). */
    public static final int VERSION_0 = 0;

    /** Protocol version 1 (RFC 8684). */
    public static final int VERSION_1 = 1;

    /** Octets of kind, length and subtype. */
    static final int HEADER = 3;

    private MptcpOption() {}

    /** Whether the option at {@code index} has this subtype and its own length field says {@code length}. */
    static boolean is(int subtype, ByteBuf buffer, int index, int length) {
        return length >= HEADER
                && buffer.getUnsignedByte(index) == KIND
                && buffer.getUnsignedByte(index + 1) == length
                && buffer.getUnsignedByte(index + 2) >>> 4 == subtype;
    }

    /** Writes kind, length, subtype, and {@code low} into the lower half of the subtype's octet. */
    static void writeHeader(ByteBuf into, int index, int length, int subtype, int low) {
        into.setByte(index, KIND);
        into.setByte(index + 1, length);
        into.setByte(index + 2, subtype << 4 | low & 0xf);
    }
}
