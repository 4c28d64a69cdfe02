package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/**
 * Writes TCP options other than MPTCP's, the octets that {@link TcpOptions} reads. Each method returns how many octets it
 * wrote; none pads by itself.
 */
public final class TcpOptionsWriter {
    /** Octets of the maximum segment size option. */
    public static final int MAXIMUM_SEGMENT_SIZE_LENGTH = 4;

    /** Octets of the window scale option. */
    public static final int WINDOW_SCALE_LENGTH = 3;

    /** Octets of the SACK permitted option. */
    public static final int SACK_PERMITTED_LENGTH = 2;

    /** Octets of the timestamps option. */
    public static final int TIMESTAMPS_LENGTH = 10;

    /** Octets of the SACK option before its blocks. */
    public static final int SACK_HEADER_LENGTH = 2;

    /** Octets of one SACK block. */
    public static final int SACK_BLOCK_LENGTH = 8;

    /** Octets of the Fast Open option before its cookie. */
    public static final int FAST_OPEN_HEADER_LENGTH = 2;

    private TcpOptionsWriter() {}

    /** Writes the maximum segment size option (RFC 9293 3.7.1): 4 octets. */
    public static int writeMaximumSegmentSize(ByteBuf into, int index, int maximumSegmentSize) {
        into.setByte(index, TcpOptions.MAXIMUM_SEGMENT_SIZE);
        into.setByte(index + 1, MAXIMUM_SEGMENT_SIZE_LENGTH);
        into.setShort(index + 2, maximumSegmentSize);
        return MAXIMUM_SEGMENT_SIZE_LENGTH;
    }

    /** Writes the window scale option (RFC 7323 2.2): 3 octets. */
    public static int writeWindowScale(ByteBuf into, int index, int shift) {
        into.setByte(index, TcpOptions.WINDOW_SCALE);
        into.setByte(index + 1, WINDOW_SCALE_LENGTH);
        into.setByte(index + 2, shift);
        return WINDOW_SCALE_LENGTH;
    }

    /** Writes the SACK permitted option (RFC 2018 2): 2 octets. */
    public static int writeSackPermitted(ByteBuf into, int index) {
        into.setByte(index, TcpOptions.SACK_PERMITTED);
        into.setByte(index + 1, SACK_PERMITTED_LENGTH);
        return SACK_PERMITTED_LENGTH;
    }

    /** Writes the timestamps option (RFC 7323 3.2): 10 octets. */
    public static int writeTimestamps(ByteBuf into, int index, int tsVal, int tsEcr) {
        into.setByte(index, TcpOptions.TIMESTAMPS);
        into.setByte(index + 1, TIMESTAMPS_LENGTH);
        into.setInt(index + 2, tsVal);
        into.setInt(index + 6, tsEcr);
        return TIMESTAMPS_LENGTH;
    }

    /** Writes kind and length of a SACK option (RFC 2018 3) of so many blocks, which follow: 2 octets. */
    public static int writeSackHeader(ByteBuf into, int index, int blocks) {
        assert blocks > 0 && blocks <= 4 : blocks;
        into.setByte(index, TcpOptions.SACK);
        into.setByte(index + 1, SACK_HEADER_LENGTH + blocks * SACK_BLOCK_LENGTH);
        return SACK_HEADER_LENGTH;
    }

    /** Writes one SACK block, {@code right} being the number just after the last octet: 8 octets. */
    public static int writeSackBlock(ByteBuf into, int index, int left, int right) {
        into.setInt(index, left);
        into.setInt(index + 4, right);
        return SACK_BLOCK_LENGTH;
    }

    /** Writes a Fast Open option with a cookie, or one that asks for a cookie (RFC 7413 4.1.1): 2 octets more than that has. */
    public static int writeFastOpen(ByteBuf into, int index, byte[] cookie) {
        int length = FAST_OPEN_HEADER_LENGTH + cookie.length;
        into.setByte(index, TcpOptions.FAST_OPEN);
        into.setByte(index + 1, length);
        into.setBytes(index + FAST_OPEN_HEADER_LENGTH, cookie);
        return length;
    }

    /** The octets that are missing from {@code length} to a multiple of 4. */
    public static int padding(int length) {
        return -length & 3;
    }

    /** Writes {@code octets} times NOP (RFC 9293 3.2). */
    public static int pad(ByteBuf into, int index, int octets) {
        for (int i = 0; i < octets; i++) {
            into.setByte(index + i, TcpOptions.NO_OPERATION);
        }
        return octets;
    }
}
