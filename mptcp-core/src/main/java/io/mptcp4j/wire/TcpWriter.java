package io.mptcp4j.wire;

import io.netty.buffer.ByteBuf;

/** Writes the fixed part of a TCP header (RFC 9293 3.1), the octets that {@link TcpView} reads. */
public final class TcpWriter {
    private static final int SEQUENCE_NUMBER = 4;
    private static final int ACKNOWLEDGMENT_NUMBER = 8;
    private static final int DATA_OFFSET = 12;
    private static final int CONTROL_BITS = 13;
    private static final int WINDOW = 14;
    private static final int URGENT_POINTER = 18;

    private TcpWriter() {}

    /**
     * Writes 20 octets; checksum and urgent pointer are 0. Options are the caller's to write behind them.
     *
     * @param into borrowed
     * @param index where the header begins
     * @param headerLength octets of header and options: a multiple of 4 from 20 to 60
     * @param flags see {@link TcpFlags}
     * @param window the field as it stands on the wire, 0 to 65535
     */
    public static void writeHeader(
            ByteBuf into,
            int index,
            int sourcePort,
            int destinationPort,
            int sequenceNumber,
            int acknowledgmentNumber,
            int headerLength,
            int flags,
            int window) {
        assert headerLength >= TcpView.MINIMUM_HEADER
                        && headerLength <= TcpView.MINIMUM_HEADER + TcpView.MAXIMUM_OPTIONS
                        && (headerLength & 3) == 0
                : headerLength;
        assert window >= 0 && window <= 0xffff : window;
        into.setInt(index, sourcePort << 16 | destinationPort & 0xffff);
        into.setInt(index + SEQUENCE_NUMBER, sequenceNumber);
        into.setInt(index + ACKNOWLEDGMENT_NUMBER, acknowledgmentNumber);
        into.setByte(index + DATA_OFFSET, headerLength << 2);
        into.setByte(index + CONTROL_BITS, flags);
        into.setShort(index + WINDOW, window);
        into.setShort(index + TcpView.CHECKSUM_OFFSET, 0);
        into.setShort(index + URGENT_POINTER, 0);
    }

    /** Notes another length of a header that is written, 20 to 60 octets. */
    public static void setHeaderLength(ByteBuf into, int index, int headerLength) {
        assert headerLength <= TcpView.MINIMUM_HEADER + TcpView.MAXIMUM_OPTIONS && (headerLength & 3) == 0
                : headerLength;
        into.setByte(index + DATA_OFFSET, headerLength << 2);
    }
}
