package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_PRIO (RFC 8684 3.3.8; with an address id RFC 6824 3.3.8): a view, and its encoders.
 *
 * <pre>
 *   0 kind | 1 length | 2 subtype 5, 0 0 0 B | 3 address id (version 0, may be missing)
 * </pre>
 */
public final class MpPrio {
    /** Octets of the option for the subflow on which it rides. */
    public static final int LENGTH = 3;

    /** Octets of version 0's option with an address id. */
    public static final int LENGTH_ADDRESS_ID = 4;

    private static final int BACKUP = 0x1;
    private static final int ADDRESS_ID = 3;

    private ByteBuf buffer;
    private int index;
    private int length;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no MP_PRIO of a length that exists
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets != LENGTH && octets != LENGTH_ADDRESS_ID
                || !MptcpOption.is(MptcpSubtype.MP_PRIO, option, at, octets)) {
            return false;
        }
        buffer = option;
        index = at;
        length = octets;
        return true;
    }

    /** Octets of the option. */
    public int length() {
        return length;
    }

    /** Flag B. */
    public boolean isBackup() {
        return (buffer.getByte(index + 2) & BACKUP) != 0;
    }

    /** Whether there is an address id, whose subflows are meant in place of the one on which the option rides. */
    public boolean hasAddressId() {
        return length == LENGTH_ADDRESS_ID;
    }

    /** The address id; only with {@link #hasAddressId()}. */
    public int addressId() {
        assert hasAddressId();
        return buffer.getUnsignedByte(index + ADDRESS_ID);
    }

    /** Writes the option for the subflow on which it rides: 3 octets. */
    public static int write(ByteBuf into, int index, boolean backup) {
        MptcpOption.writeHeader(into, index, LENGTH, MptcpSubtype.MP_PRIO, backup ? BACKUP : 0);
        return LENGTH;
    }

    /** Writes version 0's option with an address id: 4 octets. */
    public static int writeVersion0(ByteBuf into, int index, boolean backup, int addressId) {
        MptcpOption.writeHeader(into, index, LENGTH_ADDRESS_ID, MptcpSubtype.MP_PRIO, backup ? BACKUP : 0);
        into.setByte(index + ADDRESS_ID, addressId);
        return LENGTH_ADDRESS_ID;
    }
}
