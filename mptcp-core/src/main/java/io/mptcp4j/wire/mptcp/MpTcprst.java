package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_TCPRST (RFC 8684 3.6): a view, and its encoder. Version 1 alone.
 *
 * <pre>
 *   0 kind | 1 length 4 | 2 subtype 8, U V W T | 3 reason
 * </pre>
 */
public final class MpTcprst {
    /** Octets of the option. */
    public static final int LENGTH = 4;

    /** Reason: unspecified. */
    public static final int UNSPECIFIED = 0;

    /** Reason: MPTCP-specific error, also an unknown token. */
    public static final int MPTCP_SPECIFIC = 1;

    /** Reason: lack of resources. */
    public static final int LACK_OF_RESOURCES = 2;

    /** Reason: administratively prohibited. */
    public static final int PROHIBITED = 3;

    /** Reason: too much outstanding data. */
    public static final int TOO_MUCH_OUTSTANDING_DATA = 4;

    /** Reason: unacceptable performance. */
    public static final int UNACCEPTABLE_PERFORMANCE = 5;

    /** Reason: middlebox interference. */
    public static final int MIDDLEBOX_INTERFERENCE = 6;

    private static final int FLAG_T = 0x1;
    private static final int FLAG_W = 0x2;
    private static final int FLAG_V = 0x4;
    private static final int FLAG_U = 0x8;
    private static final int REASON = 3;

    private ByteBuf buffer;
    private int index;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no MP_TCPRST of 4 octets
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets != LENGTH || !MptcpOption.is(MptcpSubtype.MP_TCPRST, option, at, octets)) {
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

    /** Flag T: the error is transient, so the subflow may be tried again. */
    public boolean isTransient() {
        return has(FLAG_T);
    }

    /** Flag W, unassigned. */
    public boolean flagW() {
        return has(FLAG_W);
    }

    /** Flag V, unassigned. */
    public boolean flagV() {
        return has(FLAG_V);
    }

    /** Flag U, unassigned. */
    public boolean flagU() {
        return has(FLAG_U);
    }

    /** The reason code, 0 to 255. */
    public int reason() {
        return buffer.getUnsignedByte(index + REASON);
    }

    private boolean has(int flag) {
        return (buffer.getByte(index + 2) & flag) != 0;
    }

    /** Writes the option: 4 octets. */
    public static int write(ByteBuf into, int index, boolean isTransient, int reason) {
        MptcpOption.writeHeader(into, index, LENGTH, MptcpSubtype.MP_TCPRST, isTransient ? FLAG_T : 0);
        into.setByte(index + REASON, reason);
        return LENGTH;
    }
}
