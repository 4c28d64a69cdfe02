package io.mptcp4j.wire.mptcp;

import io.netty.buffer.ByteBuf;

/**
 * DSS, the data sequence signal (RFC 8684 3.3): a view, and its encoders. Version 0 has the same octets.
 *
 * <pre>
 *   0 kind | 1 length | 2 subtype 2, reserved | 3 reserved, F m M a A
 *     DATA_ACK               4 or 8 octets, if A
 *     data sequence number   4 or 8 octets, if M
 *     subflow sequence number      4 octets, if M, relative to the ISS
 *     data-level length            2 octets, if M
 *     checksum                     2 octets, if M and negotiated: the option is then 2 longer
 * </pre>
 */
public final class Dss {
    /** The longest DSS in octets. */
    public static final int MAXIMUM_LENGTH = 28;

    private static final int FLAG_DATA_ACK = 0x01;
    private static final int FLAG_DATA_ACK_64 = 0x02;
    private static final int FLAG_MAPPING = 0x04;
    private static final int FLAG_DSN_64 = 0x08;
    private static final int FLAG_DATA_FIN = 0x10;

    private static final int FLAGS = 3;
    private static final int BODY = 4;
    private static final int SSN_LENGTH = 4;
    private static final int CHECKSUM_LENGTH = 2;

    private ByteBuf buffer;
    private int index;
    private int length;
    private int flags;
    private int mapping;
    private boolean checksum;

    /**
     * Looks at an option; borrows the buffer.
     *
     * @param octets the option's length, which lie in the buffer
     * @return false when this is no DSS, or its length is not what its flags say
     */
    public boolean wrap(ByteBuf option, int at, int octets) {
        if (octets < BODY || !MptcpOption.is(MptcpSubtype.DSS, option, at, octets)) {
            return false;
        }
        int bits = option.getByte(at + FLAGS);
        int expected = lengthOf(bits);
        // RFC 8684 3.3: whether there is a checksum follows from the option's length.
        boolean summed = (bits & FLAG_MAPPING) != 0 && octets == expected + CHECKSUM_LENGTH;
        if (octets != expected && !summed) {
            return false;
        }
        buffer = option;
        index = at;
        length = octets;
        flags = bits;
        checksum = summed;
        mapping = at + BODY + dataAckLength(bits);
        return true;
    }

    /** Octets of the option. */
    public int length() {
        return length;
    }

    /** Whether there is a DATA_ACK. */
    public boolean hasDataAck() {
        return (flags & FLAG_DATA_ACK) != 0;
    }

    /** Whether the DATA_ACK has 64 bits. */
    public boolean isDataAck64() {
        // RFC 8684 3.3: flag a means something only beside flag A.
        return (flags & (FLAG_DATA_ACK | FLAG_DATA_ACK_64)) == (FLAG_DATA_ACK | FLAG_DATA_ACK_64);
    }

    /** The DATA_ACK; when it has 32 bits, these are the low half and the upper half is 0. */
    public long dataAck() {
        assert hasDataAck();
        return isDataAck64() ? buffer.getLong(index + BODY) : buffer.getUnsignedInt(index + BODY);
    }

    /** Whether there is a mapping. */
    public boolean hasMapping() {
        return (flags & FLAG_MAPPING) != 0;
    }

    /** Whether the mapping's data sequence number has 64 bits. */
    public boolean isDsn64() {
        // RFC 8684 3.3: flag m means something only beside flag M.
        return (flags & (FLAG_MAPPING | FLAG_DSN_64)) == (FLAG_MAPPING | FLAG_DSN_64);
    }

    /** The mapping's data sequence number; when it has 32 bits, these are the low half and the upper half is 0. */
    public long dsn() {
        assert hasMapping();
        return isDsn64() ? buffer.getLong(mapping) : buffer.getUnsignedInt(mapping);
    }

    /** The mapping's subflow sequence number, relative to the sender's ISS. */
    public int ssn() {
        assert hasMapping();
        return buffer.getInt(mapping + dsnLength(flags));
    }

    /** The mapping's data-level length in octets, a DATA_FIN included; 0 declares an infinite mapping. */
    public int dataLength() {
        assert hasMapping();
        return buffer.getUnsignedShort(mapping + dsnLength(flags) + SSN_LENGTH);
    }

    /** Whether the mapping has a checksum. */
    public boolean hasChecksum() {
        return checksum;
    }

    /** The mapping's checksum. */
    public int checksum() {
        assert hasChecksum();
        return buffer.getUnsignedShort(index + length - CHECKSUM_LENGTH);
    }

    /** Whether the mapping ends with a DATA_FIN. */
    public boolean isDataFin() {
        // RFC 8684 3.3: flag F says that this mapping covers the final data; without a mapping it has no place.
        return (flags & (FLAG_MAPPING | FLAG_DATA_FIN)) == (FLAG_MAPPING | FLAG_DATA_FIN);
    }

    /** The octets of a DSS with these parts. */
    public static int length(boolean dataAck, boolean ack64, boolean mapping, boolean dsn64, boolean checksum) {
        int length = BODY;
        if (dataAck) {
            length += ack64 ? Long.BYTES : Integer.BYTES;
        }
        if (mapping) {
            length += (dsn64 ? Long.BYTES : Integer.BYTES) + SSN_LENGTH + 2 + (checksum ? CHECKSUM_LENGTH : 0);
        }
        return length;
    }

    /** Writes a DSS with a DATA_ACK alone: 8 or 12 octets. */
    public static int writeDataAck(ByteBuf into, int index, long dataAck, boolean ack64) {
        int bits = FLAG_DATA_ACK | (ack64 ? FLAG_DATA_ACK_64 : 0);
        int end = writeNumber(into, index + BODY, dataAck, ack64);
        return writeHead(into, index, end, bits);
    }

    /**
     * Writes a DSS with a mapping: 14 to 28 octets.
     *
     * @param hasDataAck whether there is a DATA_ACK too
     * @param ack64 whether the DATA_ACK has 64 bits
     * @param ssn relative to the sender's ISS
     * @param dataLength octets mapped, 1 for a DATA_FIN included, 0 to 65535
     * @param hasChecksum whether checksums were negotiated
     */
    public static int writeMapping(
            ByteBuf into,
            int index,
            boolean hasDataAck,
            long dataAck,
            boolean ack64,
            long dsn,
            boolean dsn64,
            int ssn,
            int dataLength,
            boolean hasChecksum,
            int checksum,
            boolean dataFin) {
        assert dataLength >= 0 && dataLength <= 0xffff : dataLength;
        int bits = FLAG_MAPPING | (dsn64 ? FLAG_DSN_64 : 0) | (dataFin ? FLAG_DATA_FIN : 0);
        int at = index + BODY;
        if (hasDataAck) {
            bits |= FLAG_DATA_ACK | (ack64 ? FLAG_DATA_ACK_64 : 0);
            at = writeNumber(into, at, dataAck, ack64);
        }
        at = writeNumber(into, at, dsn, dsn64);
        into.setInt(at, ssn);
        into.setShort(at + SSN_LENGTH, dataLength);
        at += SSN_LENGTH + 2;
        if (hasChecksum) {
            into.setShort(at, checksum);
            at += CHECKSUM_LENGTH;
        }
        return writeHead(into, index, at, bits);
    }

    private static int writeHead(ByteBuf into, int index, int end, int bits) {
        MptcpOption.writeHeader(into, index, end - index, MptcpSubtype.DSS, 0);
        into.setByte(index + FLAGS, bits);
        return end - index;
    }

    private static int writeNumber(ByteBuf into, int index, long number, boolean wide) {
        if (wide) {
            into.setLong(index, number);
            return index + Long.BYTES;
        }
        into.setInt(index, (int) number);
        return index + Integer.BYTES;
    }

    private static int lengthOf(int bits) {
        return length(
                (bits & FLAG_DATA_ACK) != 0,
                (bits & FLAG_DATA_ACK_64) != 0,
                (bits & FLAG_MAPPING) != 0,
                (bits & FLAG_DSN_64) != 0,
                false);
    }

    private static int dataAckLength(int bits) {
        if ((bits & FLAG_DATA_ACK) == 0) {
            return 0;
        }
        return (bits & FLAG_DATA_ACK_64) != 0 ? Long.BYTES : Integer.BYTES;
    }

    private static int dsnLength(int bits) {
        return (bits & FLAG_DSN_64) != 0 ? Long.BYTES : Integer.BYTES;
    }
}
