package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_JOIN (RFC 8684 3.2): a view over its three forms, and their encoders. Version 0 has the same octets.
 *
 * <pre>
 *  SYN      0 kind | 1 length 12 | 2 subtype 1, 0 0 0 B | 3 address id
 *           4 receiver's token
 *           8 sender's nonce
 *  SYN/ACK  0 kind | 1 length 16 | 2 subtype 1, 0 0 0 B | 3 address id
 *           4 sender's HMAC, leftmost 64 bits
 *          12 sender's nonce
 *  ACK      0 kind | 1 length 24 | 2 subtype 1, reserved | 3 reserved
 *           4 sender's HMAC, leftmost 160 bits
 * </pre>
 */
public final class MpJoin {
    /** Octets on the SYN. */
    public static final int LENGTH_SYN = 12;

    /** Octets on the SYN/ACK. */
    public static final int LENGTH_SYN_ACK = 16;

    /** Octets on the third ACK. */
    public static final int LENGTH_ACK = 24;

    /** Octets of the HMAC on the third ACK. */
    public static final int HMAC_LENGTH = 20;

    private static final int BACKUP = 0x1;
    private static final int ADDRESS_ID = 3;
    private static final int BODY = 4;
    private static final int SYN_NONCE = 8;
    private static final int SYN_ACK_NONCE = 12;

    private ByteBuf buffer;
    private int index;
    private int length;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no MP_JOIN of a length that exists
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets != LENGTH_SYN && octets != LENGTH_SYN_ACK && octets != LENGTH_ACK
                || !MptcpOption.is(MptcpSubtype.MP_JOIN, option, at, octets)) {
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

    /** Whether this is the form of the SYN. */
    public boolean isSyn() {
        return length == LENGTH_SYN;
    }

    /** Whether this is the form of the SYN/ACK. */
    public boolean isSynAck() {
        return length == LENGTH_SYN_ACK;
    }

    /** Whether this is the form of the third ACK. */
    public boolean isAck() {
        return length == LENGTH_ACK;
    }

    /** Flag B; not on the third ACK. */
    public boolean isBackup() {
        assert !isAck();
        return (buffer.getByte(index + 2) & BACKUP) != 0;
    }

    /** The sender's address id; not on the third ACK. */
    public int addressId() {
        assert !isAck();
        return buffer.getUnsignedByte(index + ADDRESS_ID);
    }

    /** The receiver's token; on the SYN alone. */
    public int token() {
        assert isSyn();
        return buffer.getInt(index + BODY);
    }

    /** The sender's nonce; not on the third ACK. */
    public int nonce() {
        assert !isAck();
        return buffer.getInt(index + (isSyn() ? SYN_NONCE : SYN_ACK_NONCE));
    }

    /** The leftmost 64 bits of the sender's HMAC; on the SYN/ACK alone. */
    public long truncatedHmac() {
        assert isSynAck();
        return buffer.getLong(index + BODY);
    }

    /** A copy of the leftmost 160 bits of the sender's HMAC; on the third ACK alone. */
    public byte[] hmac() {
        assert isAck();
        byte[] hmac = new byte[HMAC_LENGTH];
        buffer.getBytes(index + BODY, hmac);
        return hmac;
    }

    /** Writes the form of the SYN: 12 octets. */
    public static int writeSyn(ByteBuf into, int index, boolean backup, int addressId, int token, int nonce) {
        write(into, index, LENGTH_SYN, backup, addressId);
        into.setInt(index + BODY, token);
        into.setInt(index + SYN_NONCE, nonce);
        return LENGTH_SYN;
    }

    /** Writes the form of the SYN/ACK: 16 octets. */
    public static int writeSynAck(
            ByteBuf into, int index, boolean backup, int addressId, long truncatedHmac, int nonce) {
        write(into, index, LENGTH_SYN_ACK, backup, addressId);
        into.setLong(index + BODY, truncatedHmac);
        into.setInt(index + SYN_ACK_NONCE, nonce);
        return LENGTH_SYN_ACK;
    }

    /**
     * Writes the form of the third ACK: 24 octets.
     *
     * @param hmac the sender's HMAC, of which the leftmost 20 octets are written
     */
    public static int writeAck(ByteBuf into, int index, byte[] hmac) {
        write(into, index, LENGTH_ACK, false, 0);
        into.setBytes(index + BODY, hmac, 0, HMAC_LENGTH);
        return LENGTH_ACK;
    }

    private static void write(ByteBuf into, int index, int length, boolean backup, int addressId) {
        MptcpOption.writeHeader(into, index, length, MptcpSubtype.MP_JOIN, backup ? BACKUP : 0);
        into.setByte(index + ADDRESS_ID, addressId);
    }
}
