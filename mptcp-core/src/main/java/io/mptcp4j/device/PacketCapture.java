package io.mptcp4j.device;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A capture file in pcapng format, for Wireshark and tshark: raw IP packets of one or more devices, with direction and
 * times in nanoseconds.
 *
 * <p>Octets are gathered and written in large pieces, and at least once in a second in which packets come. When writing
 * fails, the capture ends with a warning in the log and traffic goes on.
 *
 * <p><b>Threads.</b> All devices of a capture belong to one thread, which also closes it.
 */
public final class PacketCapture implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(PacketCapture.class);

    private static final int SECTION_HEADER_BLOCK = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION_BLOCK = 1;
    private static final int ENHANCED_PACKET_BLOCK = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final long UNKNOWN_SECTION_LENGTH = -1;
    private static final int LINKTYPE_RAW = 101;
    private static final int OPTION_IF_NAME = 2;
    private static final int OPTION_IF_TIME_RESOLUTION = 9;
    private static final int OPTION_EPB_FLAGS = 2;
    private static final byte NANOSECONDS = 9;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;
    private static final int LONGEST_BLOCK = 65_536 + 64;
    private static final long FLUSH_INTERVAL = 1_000_000_000;

    private final WritableByteChannel channel;
    private final long epochOffsetNanos;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(4 * LONGEST_BLOCK).order(ByteOrder.LITTLE_ENDIAN);

    private int interfaces;
    private long lastFlush = Long.MIN_VALUE;
    private boolean failed;

    /**
     * A capture that writes to {@code channel} and closes it in the end.
     *
     * @param epochOffsetNanos what is added to {@code nowNanos} to give nanoseconds since 1970
     */
    public PacketCapture(WritableByteChannel channel, long epochOffsetNanos) {
        this.channel = channel;
        this.epochOffsetNanos = epochOffsetNanos;
        writeSectionHeader();
    }

    /**
     * A capture in a new file, or in place of what a file held.
     *
     * @param epochOffsetNanos what is added to {@code nowNanos} to give nanoseconds since 1970
     */
    public static PacketCapture open(Path file, long epochOffsetNanos) throws IOException {
        return new PacketCapture(
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE),
                epochOffsetNanos);
    }

    /** The device, with a record of what crosses it in this capture. */
    public PacketDevice tap(PacketDevice device) {
        writeInterface(device.name());
        return new PcapDevice(device, this, interfaces++);
    }

    /** Writes what is still in memory and closes the file. */
    @Override
    public void close() throws IOException {
        flush();
        channel.close();
    }

    void write(int interfaceId, boolean inbound, PacketBuffer packet, long nowNanos) {
        if (failed) {
            return;
        }
        int length = packet.totalLength();
        int padded = length + 3 & ~3;
        int block = 28 + padded + 12 + 4;
        if (block > buffer.capacity()) {
            return;
        }
        if (block > buffer.remaining() || nowNanos - lastFlush >= FLUSH_INTERVAL) {
            flush();
            lastFlush = nowNanos;
        }
        long time = epochOffsetNanos + nowNanos;
        buffer.putInt(ENHANCED_PACKET_BLOCK).putInt(block).putInt(interfaceId);
        buffer.putInt((int) (time >>> 32)).putInt((int) time);
        buffer.putInt(length).putInt(length);
        putOctets(packet);
        pad(padded - length);
        buffer.putShort((short) OPTION_EPB_FLAGS).putShort((short) 4).putInt(inbound ? INBOUND : OUTBOUND);
        buffer.putInt(0).putInt(block);
    }

    private void putOctets(PacketBuffer packet) {
        int limit = buffer.limit();
        buffer.limit(buffer.position() + packet.length());
        packet.buffer().getBytes(packet.index(), buffer);
        for (int i = 0; i < packet.spanCount(); i++) {
            buffer.limit(buffer.position() + packet.spanLength(i));
            packet.span(i).getBytes(packet.spanIndex(i), buffer);
        }
        buffer.limit(limit);
    }

    private void writeSectionHeader() {
        int block = 28;
        buffer.putInt(SECTION_HEADER_BLOCK).putInt(block).putInt(BYTE_ORDER_MAGIC);
        buffer.putShort((short) 1).putShort((short) 0).putLong(UNKNOWN_SECTION_LENGTH);
        buffer.putInt(block);
    }

    private void writeInterface(String name) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        int padding = -octets.length & 3;
        int block = 16 + 4 + octets.length + padding + 8 + 4 + 4;
        if (block > buffer.remaining()) {
            flush();
        }
        buffer.putInt(INTERFACE_DESCRIPTION_BLOCK).putInt(block);
        buffer.putShort((short) LINKTYPE_RAW).putShort((short) 0).putInt(0);
        buffer.putShort((short) OPTION_IF_NAME).putShort((short) octets.length).put(octets);
        pad(padding);
        buffer.putShort((short) OPTION_IF_TIME_RESOLUTION).putShort((short) 1).put(NANOSECONDS);
        pad(3);
        buffer.putInt(0).putInt(block);
    }

    private void pad(int octets) {
        for (int i = 0; i < octets; i++) {
            buffer.put((byte) 0);
        }
    }

    private void flush() {
        buffer.flip();
        try {
            while (!failed && buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            failed = true;
            LOG.warn("the packet capture ends here; free some disk space and start it again", e);
        }
        buffer.clear();
    }
}
