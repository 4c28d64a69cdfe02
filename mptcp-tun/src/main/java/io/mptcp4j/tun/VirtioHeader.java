package io.mptcp4j.tun;

import io.netty.buffer.ByteBuf;

/**
 * The header that an IFF_VNET_HDR device puts before each packet, in native byte order ({@code struct virtio_net_hdr}).
 *
 * <pre>
 *  0       1          2         4          6            8             10
 *  | flags | gso type | hdr len | gso size | csum start | csum offset |
 * </pre>
 */
final class VirtioHeader {
    static final int LENGTH = 10;

    static final int NEEDS_CHECKSUM = 1;
    static final int CHECKSUM_VALID = 2;

    static final int NOT_SEGMENTED = 0;
    static final int TCP_IPV4 = 1;
    static final int TCP_IPV6 = 4;

    /** With either: the first segment has CWR, the others shall not. */
    static final int ECN = 0x80;

    private static final int GSO_TYPE = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int GSO_SIZE = 4;
    private static final int CHECKSUM_START = 6;
    private static final int CHECKSUM_OFFSET = 8;

    private VirtioHeader() {}

    /** Whether the transport checksum need not be looked at: it is partial, or was checked. */
    static boolean isChecksumTrusted(ByteBuf buffer, int index) {
        return (buffer.getByte(index) & (NEEDS_CHECKSUM | CHECKSUM_VALID)) != 0;
    }

    /** The payload of each segment of an incoming super-segment; 0 for a single packet. */
    static int segmentSize(ByteBuf buffer, int index) {
        return buffer.getByte(index + GSO_TYPE) == NOT_SEGMENTED ? 0 : getShort(buffer, index + GSO_SIZE);
    }

    /** Writes the header of a packet that leaves as it is, with a complete checksum. */
    static void writePlain(ByteBuf into, int index) {
        into.setLong(index, 0);
        into.setShort(index + CHECKSUM_OFFSET, 0);
    }

    /** Writes the header of a packet whose checksum the kernel completes. */
    static void writePartial(ByteBuf into, int index, int checksumStart, int checksumOffset) {
        into.setByte(index, NEEDS_CHECKSUM);
        into.setByte(index + GSO_TYPE, NOT_SEGMENTED);
        into.setShort(index + HEADER_LENGTH, 0);
        into.setShort(index + GSO_SIZE, 0);
        setShort(into, index + CHECKSUM_START, checksumStart);
        setShort(into, index + CHECKSUM_OFFSET, checksumOffset);
    }

    /** Makes a header of {@link #writePartial} that of a super-segment. */
    static void writeSegmentation(ByteBuf into, int index, int gsoType, int headerLength, int segmentSize) {
        into.setByte(index + GSO_TYPE, gsoType);
        setShort(into, index + HEADER_LENGTH, headerLength);
        setShort(into, index + GSO_SIZE, segmentSize);
    }

    private static int getShort(ByteBuf buffer, int index) {
        return Native.IS_LITTLE_ENDIAN ? buffer.getUnsignedShortLE(index) : buffer.getUnsignedShort(index);
    }

    private static void setShort(ByteBuf buffer, int index, int value) {
        if (Native.IS_LITTLE_ENDIAN) {
            buffer.setShortLE(index, value);
        } else {
            buffer.setShort(index, value);
        }
    }
}
