package io.mptcp4j.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads capture files of the pcap format, of either byte order, with stamps in micro- or nanoseconds. */
public final class Pcap {
    /** Link type Ethernet. */
    public static final int ETHERNET = 1;

    /** Link type of packets that begin with their IP header. */
    public static final int RAW_IP = 101;

    /** Link type of Linux captures on all devices. */
    public static final int LINUX_COOKED = 113;

    static final int MAGIC_NANOS = 0xa1b23c4d;
    static final int MAGIC_MICROS = 0xa1b2c3d4;
    static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int GLOBAL_HEADER_REST = 16;
    private static final int NANOS_PER_MICRO = 1000;

    private Pcap() {}

    /**
     * One packet of a capture.
     *
     * @param timestampNanos since the epoch of the clock that stamped it
     * @param linkType what the octets begin with
     * @param octets the octets captured
     * @param originalLength how many octets the packet had
     */
    public record Packet(long timestampNanos, int linkType, byte[] octets, int originalLength) {
        private static final int ETHERTYPE_IPV4 = 0x0800;
        private static final int ETHERTYPE_IPV6 = 0x86dd;

        /** Whether this is an IP packet. */
        public boolean isIp() {
            return linkType == RAW_IP || hasIpType();
        }

        /** The octets from the IP header on, in a buffer of their own. */
        public ByteBuf ip() {
            int from = ipIndex();
            return Unpooled.wrappedBuffer(octets, from, octets.length - from);
        }

        private boolean hasIpType() {
            int at = ipIndex() - 2;
            if (at < 0 || octets.length < ipIndex()) {
                return false;
            }
            int type = (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
            return type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6;
        }

        private int ipIndex() {
            return switch (linkType) {
                case ETHERNET -> 14;
                case LINUX_COOKED -> 16;
                case RAW_IP -> 0;
                default -> throw new IllegalArgumentException("unknown link type " + linkType);
            };
        }
    }

    /** The packets of a capture among the test resources, such as {@code /captures/mptcp-v1.pcap}. */
    public static List<Packet> resource(String path) {
        try (InputStream in = Pcap.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + path);
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The packets of a capture; a packet cut at the end of the file is left out. */
    public static List<Packet> read(InputStream in) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(in.readAllBytes());
        int magic = file.getInt();
        if (magic == Integer.reverseBytes(MAGIC_MICROS) || magic == Integer.reverseBytes(MAGIC_NANOS)) {
            magic = Integer.reverseBytes(magic);
            file.order(ByteOrder.LITTLE_ENDIAN);
        }
        if (magic != MAGIC_MICROS && magic != MAGIC_NANOS) {
            throw new IOException("not a pcap file: it begins with " + Integer.toHexString(magic));
        }
        int unit = magic == MAGIC_NANOS ? 1 : NANOS_PER_MICRO;
        file.position(file.position() + GLOBAL_HEADER_REST);
        int linkType = file.getInt() & 0xffff;
        List<Packet> packets = new ArrayList<>();
        try {
            while (file.hasRemaining()) {
                long nanos = Integer.toUnsignedLong(file.getInt()) * NANOS_PER_SECOND + (long) file.getInt() * unit;
                byte[] octets = new byte[file.getInt()];
                int originalLength = file.getInt();
                file.get(octets);
                packets.add(new Packet(nanos, linkType, octets, originalLength));
            }
        } catch (BufferUnderflowException e) {
            return packets;
        }
        return packets;
    }
}
