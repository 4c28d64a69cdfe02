package io.mptcp4j.testing;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes capture files of raw IP packets, stamped in nanoseconds, that tshark and Wireshark open. Not thread-safe. */
public final class PcapWriter implements AutoCloseable {
    private static final int GLOBAL_HEADER = 24;
    private static final int PACKET_HEADER = 16;
    private static final short VERSION_MAJOR = 2;
    private static final short VERSION_MINOR = 4;
    private static final int SNAP_LENGTH = 262_144;

    private final OutputStream out;

    /** Writes the file's header. The writer owns the stream and closes it. */
    public PcapWriter(OutputStream out) throws IOException {
        this.out = out;
        out.write(ByteBuffer.allocate(GLOBAL_HEADER)
                .putInt(Pcap.MAGIC_NANOS)
                .putShort(VERSION_MAJOR)
                .putShort(VERSION_MINOR)
                .putInt(0)
                .putInt(0)
                .putInt(SNAP_LENGTH)
                .putInt(Pcap.RAW_IP)
                .array());
    }

    /**
     * Adds a packet.
     *
     * @param packet borrowed; octets from the IP header on
     * @param nowNanos its time, from 0 on
     */
    public void write(ByteBuf packet, int index, int length, long nowNanos) throws IOException {
        out.write(ByteBuffer.allocate(PACKET_HEADER)
                .putInt((int) (nowNanos / Pcap.NANOS_PER_SECOND))
                .putInt((int) (nowNanos % Pcap.NANOS_PER_SECOND))
                .putInt(length)
                .putInt(length)
                .array());
        packet.getBytes(index, out, length);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
