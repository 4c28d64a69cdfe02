package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * MP_CAPABLE (RFC 8684 3.1, RFC 6824 3.1): a view, and its encoders.
 *
 * <pre>
 *   0 kind | 1 length | 2 subtype 0, version | 3 flags A B C D E F G H
 *   4 option sender's key                         (length above 4)
 *  12 option receiver's key                       (length above 12)
 *  20 data-level length                           (length above 20)
 *  22 checksum                                    (length 24)
 * </pre>
 */
public final class MpCapable {
    /** Octets of version 1's SYN. */
    public static final int LENGTH_SYN = 4;

    /** Octets with one key: version 1's SYN/ACK, version 0's SYN and SYN/ACK. */
    public static final int LENGTH_KEY = 12;

    /** Octets with two keys: the third ACK. */
    public static final int LENGTH_KEYS = 20;

    /** Octets with two keys and a data-level length: version 1's first data. */
    public static final int LENGTH_DATA = 22;

    /** Octets with two keys, a data-level length and a checksum. */
    public static final int LENGTH_DATA_CHECKSUM = 24;

    /** Flag A: checksums are required. */
    public static final int FLAG_CHECKSUM_REQUIRED = 0x80;

    /** Flag B: an extension that changes the handshake. */
    public static final int FLAG_EXTENSIBILITY = 0x40;

    /** Flag C: no joins to this address and port (version 1). */
    public static final int FLAG_JOIN_FORBIDDEN = 0x20;

    /** Flag H: HMAC-SHA256 (version 1) or HMAC-SHA1 (version 0). */
    public static final int FLAG_HMAC = 0x01;

    private static final int FLAG_D = 0x10;
    private static final int FLAG_E = 0x08;
    private static final int FLAG_F = 0x04;
    private static final int FLAG_G = 0x02;

    private static final int FLAGS = 3;
    private static final int SENDER_KEY = 4;
    private static final int RECEIVER_KEY = 12;
    private static final int DATA_LENGTH = 20;
    private static final int CHECKSUM = 22;

    private ByteBuf buffer;
    private int index;
    private int length;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no MP_CAPABLE of a length that exists
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (!MptcpOption.is(MptcpSubtype.MP_CAPABLE, option, at, octets)
                || !isLength(octets, option.getByte(at + 2) & 0xf)) {
            return false;
        }
        buffer = option;
        index = at;
        length = octets;
        return true;
    }

    private static boolean isLength(int octets, int version) {
        return switch (octets) {
            case LENGTH_KEY, LENGTH_KEYS -> true;
            // RFC 6824 3.1: version 0 has its key in the SYN and no data parameters.
            case LENGTH_SYN, LENGTH_DATA, LENGTH_DATA_CHECKSUM -> version != MptcpOption.VERSION_0;
            default -> false;
        };
    }

    /** Octets of the option. */
    public int length() {
        return length;
    }

    /** The protocol version. */
    public int version() {
        return buffer.getByte(index + 2) & 0xf;
    }

    /** All flags, A being the uppermost bit. */
    public int flags() {
        return buffer.getUnsignedByte(index + FLAGS);
    }

    /** Flag A. */
    public boolean isChecksumRequired() {
        return has(FLAG_CHECKSUM_REQUIRED);
    }

    /** Flag B. */
    public boolean isExtensible() {
        return has(FLAG_EXTENSIBILITY);
    }

    /** Flag C. */
    public boolean isJoinForbidden() {
        return has(FLAG_JOIN_FORBIDDEN);
    }

    /** Flag D, unassigned. */
    public boolean flagD() {
        return has(FLAG_D);
    }

    /** Flag E, unassigned. */
    public boolean flagE() {
        return has(FLAG_E);
    }

    /** Flag F, unassigned. */
    public boolean flagF() {
        return has(FLAG_F);
    }

    /** Flag G, unassigned. */
    public boolean flagG() {
        return has(FLAG_G);
    }

    /** Flag H: HMAC-SHA256 in version 1. */
    public boolean isHmacSha256() {
        return has(FLAG_HMAC);
    }

    /** Whether the option sender's key is there. */
    public boolean hasSenderKey() {
        return length >= LENGTH_KEY;
    }

    /** The option sender's key; only with {@link #hasSenderKey()}. */
    public long senderKey() {
        assert hasSenderKey();
        return buffer.getLong(index + SENDER_KEY);
    }

    /** Whether the option receiver's key is there. */
    public boolean hasReceiverKey() {
        return length >= LENGTH_KEYS;
    }

    /** The option receiver's key; only with {@link #hasReceiverKey()}. */
    public long receiverKey() {
        assert hasReceiverKey();
        return buffer.getLong(index + RECEIVER_KEY);
    }

    /** Whether the option maps data. */
    public boolean hasDataLength() {
        return length >= LENGTH_DATA;
    }

    /** The data-level length in octets; only with {@link #hasDataLength()}. */
    public int dataLength() {
        assert hasDataLength();
        return buffer.getUnsignedShort(index + DATA_LENGTH);
    }

    /** Whether the mapping has a checksum. */
    public boolean hasChecksum() {
        return length == LENGTH_DATA_CHECKSUM;
    }

    /** The mapping's checksum; only with {@link #hasChecksum()}. */
    public int checksum() {
        assert hasChecksum();
        return buffer.getUnsignedShort(index + CHECKSUM);
    }

    private boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** Writes version 1's SYN: 4 octets. */
    public static int writeSyn(ByteBuf into, int index, int version, int flags) {
        return write(into, index, LENGTH_SYN, version, flags);
    }

    /** Writes the option with the sender's key: 12 octets. */
    public static int writeKey(ByteBuf into, int index, int version, int flags, long senderKey) {
        into.setLong(index + SENDER_KEY, senderKey);
        return write(into, index, LENGTH_KEY, version, flags);
    }

    /** Writes the option with both keys: 20 octets. */
    public static int writeKeys(ByteBuf into, int index, int version, int flags, long senderKey, long receiverKey) {
        into.setLong(index + SENDER_KEY, senderKey);
        into.setLong(index + RECEIVER_KEY, receiverKey);
        return write(into, index, LENGTH_KEYS, version, flags);
    }

    /** Writes the option with both keys and a data-level length: 22 octets. */
    public static int writeKeysAndData(
            ByteBuf into, int index, int version, int flags, long senderKey, long receiverKey, int dataLength) {
        writeKeys(into, index, version, flags, senderKey, receiverKey);
        into.setShort(index + DATA_LENGTH, dataLength);
        return write(into, index, LENGTH_DATA, version, flags);
    }

    /** Writes the option with both keys, a data-level length and its checksum: 24 octets. */
    public static int writeKeysAndDataChecksum(
            ByteBuf into,
            int index,
            int version,
            int flags,
            long senderKey,
            long receiverKey,
            int dataLength,
            int checksum) {
        writeKeysAndData(into, index, version, flags, senderKey, receiverKey, dataLength);
        into.setShort(index + CHECKSUM, checksum);
        return write(into, index, LENGTH_DATA_CHECKSUM, version, flags);
    }

    private static int write(ByteBuf into, int index, int length, int version, int flags) {
        MptcpOption.writeHeader(into, index, length, MptcpSubtype.MP_CAPABLE, version);
        into.setByte(index + FLAGS, flags);
        return length;
    }
}
