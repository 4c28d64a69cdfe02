package io.mptcp4j.testing;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A TCP segment with its IP header, taken apart: middleboxes change it, scripts build it. {@link #toBytes} writes correct
 * lengths and checksums whatever was changed.
 */
public final class Segment implements Cloneable {
    private static final int TCP = 6;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int CHECKSUM = 16;
    private static final int DEFAULT_TTL = 64;

    private IpAddress source = IpAddress.ofIpv4(0x0a000001);
    private IpAddress destination = IpAddress.ofIpv4(0x0a000002);
    private int sourcePort = 1;
    private int destinationPort = 2;
    private int seq;
    private int ack;
    private int flags;
    private int window = 0xffff;
    private int urgent;
    private int ttl = DEFAULT_TTL;
    private int trafficClass;
    private boolean wrongChecksum;
    private List<Option> options = new ArrayList<>();
    private byte[] payload = new byte[0];

    /** The TCP segment in an IP packet; null when there is none, or its checksum is wrong. */
    public static Segment parse(byte[] packet) {
        ByteBuffer octets = ByteBuffer.wrap(packet);
        Segment segment = new Segment();
        int version = packet.length == 0 ? 0 : packet[0] >>> 4 & 0xf;
        int transport = version == 4 ? segment.parseIpv4(octets) : version == 6 ? segment.parseIpv6(octets) : -1;
        if (transport < 0 || packet.length < transport + TCP_HEADER) {
            return null;
        }
        return segment.parseTcp(octets, transport) ? segment : null;
    }

    /** The packet: IP header, TCP header, options, payload. */
    public byte[] toBytes() {
        byte[] encodedOptions = encodeOptions();
        int transport = isIpv4() ? IPV4_HEADER : IPV6_HEADER;
        int tcpLength = TCP_HEADER + encodedOptions.length + payload.length;
        ByteBuffer octets = ByteBuffer.allocate(transport + tcpLength);
        if (isIpv4()) {
            putIpv4Header(octets, tcpLength);
        } else {
            putIpv6Header(octets, tcpLength);
        }
        octets.putShort((short) sourcePort)
                .putShort((short) destinationPort)
                .putInt(seq)
                .putInt(ack);
        octets.put((byte) (TCP_HEADER + encodedOptions.length << 2)).put((byte) flags);
        octets.putShort((short) window).putShort((short) 0).putShort((short) urgent);
        octets.put(encodedOptions).put(payload);
        int checksum = transportChecksum(octets, transport, tcpLength);
        octets.putShort(transport + CHECKSUM, (short) (wrongChecksum ? checksum ^ 0x5555 : checksum));
        return octets.array();
    }

    /** A copy that can be changed alone. */
    public Segment copy() {
        try {
            Segment copy = (Segment) clone();
            copy.options = new ArrayList<>(options);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- changes

    /** Sets both addresses. */
    public Segment addresses(IpAddress from, IpAddress to) {
        source = Objects.requireNonNull(from);
        destination = Objects.requireNonNull(to);
        return this;
    }

    /** Sets both ports. */
    public Segment ports(int from, int to) {
        sourcePort = from;
        destinationPort = to;
        return this;
    }

    /** Sets SEG.SEQ. */
    public Segment seq(int value) {
        seq = value;
        return this;
    }

    /** Sets SEG.ACK and the ACK bit. */
    public Segment ack(int value) {
        ack = value;
        flags |= TcpFlags.ACK;
        return this;
    }

    /** Sets the control bits. */
    public Segment flags(int value) {
        flags = value;
        return this;
    }

    /** Sets control bits beside those that are set. */
    public Segment with(int moreFlags) {
        flags |= moreFlags;
        return this;
    }

    /** Clears control bits. */
    public Segment without(int fewerFlags) {
        flags &= ~fewerFlags;
        return this;
    }

    /** Sets the window field, unscaled. */
    public Segment window(int value) {
        window = value;
        return this;
    }

    /** Sets the hop limit. */
    public Segment ttl(int value) {
        ttl = value;
        return this;
    }

    /** Sets traffic class or type of service. */
    public Segment trafficClass(int value) {
        trafficClass = value;
        return this;
    }

    /** Sets the payload. */
    public Segment payload(byte[] octets) {
        payload = octets.clone();
        return this;
    }

    /** Appends an option. */
    public Segment option(Option option) {
        options.add(option);
        return this;
    }

    /** Takes all options of a kind out. */
    public Segment removeOptions(int kind) {
        options.removeIf(option -> option.kind() == kind);
        return this;
    }

    /** Takes all options out. */
    public Segment removeOptions() {
        options.clear();
        return this;
    }

    /** Replaces the options. */
    public Segment options(List<Option> replacement) {
        options = new ArrayList<>(replacement);
        return this;
    }

    /** Makes the TCP checksum wrong when the packet is written. */
    public Segment wrongChecksum() {
        wrongChecksum = true;
        return this;
    }

    // ---- questions

    public IpAddress source() {
        return source;
    }

    public IpAddress destination() {
        return destination;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    public int seq() {
        return seq;
    }

    public int ack() {
        return ack;
    }

    public int flags() {
        return flags;
    }

    public int trafficClass() {
        return trafficClass;
    }

    public int window() {
        return window;
    }

    public byte[] payload() {
        return payload.clone();
    }

    public int payloadLength() {
        return payload.length;
    }

    /** SEG.LEN. */
    public int length() {
        return payload.length + (has(TcpFlags.SYN) ? 1 : 0) + (has(TcpFlags.FIN) ? 1 : 0);
    }

    /** Whether one of these control bits is set. */
    public boolean has(int anyOfFlags) {
        return (flags & anyOfFlags) != 0;
    }

    /** The options without padding. */
    public List<Option> options() {
        return List.copyOf(options);
    }

    /** The first option of a kind; null when there is none. */
    public Option option(int kind) {
        return options.stream()
                .filter(option -> option.kind() == kind)
                .findFirst()
                .orElse(null);
    }

    /** The first MPTCP option of a subtype; null when there is none. */
    public Option mptcpOption(int subtype) {
        return options.stream()
                .filter(option -> option.mptcpSubtype() == subtype)
                .findFirst()
                .orElse(null);
    }

    /** Octets of options on the wire, padding included. */
    public int optionsLength() {
        return encodeOptions().length;
    }

    /** The name of the flow in the direction of this segment. */
    public String flow() {
        return source + " " + sourcePort + " > " + destination + " " + destinationPort;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(flow()).append(' ');
        String names = "FSRPAUEC";
        for (int bit = 0; bit < names.length(); bit++) {
            if ((flags >>> bit & 1) != 0) {
                text.append(names.charAt(bit));
            }
        }
        text.append(" seq ").append(Integer.toUnsignedString(seq));
        text.append(" ack ").append(Integer.toUnsignedString(ack));
        return text.append(" win ")
                .append(window)
                .append(" len ")
                .append(payload.length)
                .append(' ')
                .append(options)
                .toString();
    }

    // ---- octets

    private boolean isIpv4() {
        return source.isIpv4();
    }

    private int parseIpv4(ByteBuffer octets) {
        int header = (octets.get(0) & 0xf) * 4;
        boolean isWhole = octets.capacity() >= IPV4_HEADER && (octets.getShort(6) & 0x3fff) == 0;
        if (!isWhole || octets.get(9) != TCP) {
            return -1;
        }
        octets.limit(octets.getShort(2) & 0xffff);
        ttl = octets.get(8) & 0xff;
        trafficClass = octets.get(1) & 0xff;
        source = IpAddress.ofIpv4(octets.getInt(12));
        destination = IpAddress.ofIpv4(octets.getInt(16));
        return sum(octets, 0, header) == 0xffff ? header : -1;
    }

    private int parseIpv6(ByteBuffer octets) {
        if (octets.capacity() < IPV6_HEADER || octets.get(6) != TCP) {
            return -1;
        }
        octets.limit(IPV6_HEADER + (octets.getShort(4) & 0xffff));
        ttl = octets.get(7) & 0xff;
        trafficClass = octets.getInt(0) >>> 20 & 0xff;
        source = IpAddress.ofIpv6(octets.getLong(8), octets.getLong(16));
        destination = IpAddress.ofIpv6(octets.getLong(24), octets.getLong(32));
        return IPV6_HEADER;
    }

    private boolean parseTcp(ByteBuffer octets, int at) {
        sourcePort = octets.getShort(at) & 0xffff;
        destinationPort = octets.getShort(at + 2) & 0xffff;
        seq = octets.getInt(at + 4);
        ack = octets.getInt(at + 8);
        int header = (octets.get(at + 12) & 0xf0) >>> 2;
        flags = octets.get(at + 13) & 0xff;
        window = octets.getShort(at + 14) & 0xffff;
        urgent = octets.getShort(at + 18) & 0xffff;
        if (header < TCP_HEADER || at + header > octets.limit()) {
            return false;
        }
        parseOptions(octets, at + TCP_HEADER, at + header);
        payload = Arrays.copyOfRange(octets.array(), at + header, octets.limit());
        return transportChecksum(octets, at, octets.limit() - at) == 0;
    }

    private void parseOptions(ByteBuffer octets, int from, int end) {
        for (int at = from; at < end && octets.get(at) != 0; ) {
            if (octets.get(at) == 1) {
                at++;
                continue;
            }
            int length = at + 1 < end ? octets.get(at + 1) & 0xff : 0;
            if (length < 2 || at + length > end) {
                return;
            }
            byte[] data = Arrays.copyOfRange(octets.array(), at + 2, at + length);
            options.add(new Option(octets.get(at) & 0xff, data));
            at += length;
        }
    }

    private byte[] encodeOptions() {
        int length = options.stream().mapToInt(Option::length).sum();
        ByteBuffer encoded = ByteBuffer.allocate(length + 3 & ~3);
        if (encoded.capacity() > 40) {
            throw new IllegalStateException("options take 40 octets at most: " + options);
        }
        for (Option option : options) {
            encoded.put((byte) option.kind()).put((byte) option.length()).put(option.data());
        }
        while (encoded.hasRemaining()) {
            encoded.put((byte) 1);
        }
        return encoded.array();
    }

    private void putIpv4Header(ByteBuffer octets, int tcpLength) {
        octets.put((byte) 0x45).put((byte) trafficClass).putShort((short) (IPV4_HEADER + tcpLength));
        octets.putShort((short) 0).putShort((short) 0x4000);
        octets.put((byte) ttl).put((byte) TCP).putShort((short) 0);
        octets.putInt(source.ipv4Bits()).putInt(destination.ipv4Bits());
        octets.putShort(10, (short) ~sum(octets, 0, IPV4_HEADER));
    }

    private void putIpv6Header(ByteBuffer octets, int tcpLength) {
        octets.putInt(0x60000000 | trafficClass << 20)
                .putShort((short) tcpLength)
                .put((byte) TCP)
                .put((byte) ttl);
        octets.putLong(source.high()).putLong(source.low());
        octets.putLong(destination.high()).putLong(destination.low());
    }

    private int transportChecksum(ByteBuffer octets, int at, int length) {
        ByteBuffer pseudo = ByteBuffer.allocate(IPV6_HEADER);
        if (isIpv4()) {
            pseudo.putInt(source.ipv4Bits()).putInt(destination.ipv4Bits());
        } else {
            pseudo.putLong(source.high()).putLong(source.low());
            pseudo.putLong(destination.high()).putLong(destination.low());
        }
        pseudo.putInt(length).putInt(TCP);
        int total = sum(pseudo, 0, pseudo.capacity()) + sum(octets, at, length);
        return ~fold(total) & 0xffff;
    }

    private static int sum(ByteBuffer octets, int from, int length) {
        int total = 0;
        for (int i = 0; i < length; i++) {
            total = fold(total + ((octets.get(from + i) & 0xff) << (i % 2 == 0 ? 8 : 0)));
        }
        return total;
    }

    private static int fold(int sum) {
        return (sum & 0xffff) + (sum >>> 16);
    }
}
