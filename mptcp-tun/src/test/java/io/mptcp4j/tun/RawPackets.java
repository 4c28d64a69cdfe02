package io.mptcp4j.tun;

import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;

/** Packets written by hand, octet by octet, for tests of the device alone. */
final class RawPackets {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int INDEX = 64;

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;

    private RawPackets() {}

    static int ipHeaderLength(IpAddress address) {
        return address.isIpv4() ? IPV4_HEADER : IPV6_HEADER;
    }

    static int headerLength(PacketBuffer packet) {
        return packet.buffer().getByte(packet.index()) >> 4 == 4 ? IPV4_HEADER : IPV6_HEADER;
    }

    /** Where the transport header of an incoming packet lies in its buffer. */
    static int transport(PacketBuffer packet) {
        return packet.index() + headerLength(packet);
    }

    static int protocol(PacketBuffer packet) {
        return packet.buffer().getByte(packet.index() + (headerLength(packet) == IPV4_HEADER ? 9 : 6));
    }

    /** Writes the IP header before a transport header that lies at INDEX + its length. */
    static void writeIp(ByteBuf buffer, IpAddress from, IpAddress to, int protocol, int transportLength) {
        if (from.isIpv4()) {
            buffer.setInt(INDEX, 0x4500_0000 | IPV4_HEADER + transportLength);
            buffer.setInt(INDEX + 4, 0x4000);
            buffer.setInt(INDEX + 8, 0x4000_0000 | protocol << 16);
            buffer.setInt(INDEX + 12, from.ipv4Bits());
            buffer.setInt(INDEX + 16, to.ipv4Bits());
            buffer.setShort(INDEX + 10, ~fold(sum(buffer, INDEX, IPV4_HEADER)));
        } else {
            buffer.setInt(INDEX, 0x6000_0000);
            buffer.setInt(INDEX + 4, transportLength << 16 | protocol << 8 | 64);
            buffer.setLong(INDEX + 8, from.high());
            buffer.setLong(INDEX + 16, from.low());
            buffer.setLong(INDEX + 24, to.high());
            buffer.setLong(INDEX + 32, to.low());
        }
    }

    /** The folded sum of the pseudo-header, not complemented. */
    static int pseudoHeader(IpAddress from, IpAddress to, int protocol, int transportLength) {
        long sum = protocol + (long) transportLength;
        sum += from.isIpv4() ? words(from.ipv4Bits() & 0xffffffffL) : words(from.high()) + words(from.low());
        sum += to.isIpv4() ? words(to.ipv4Bits() & 0xffffffffL) : words(to.high()) + words(to.low());
        return fold(sum);
    }

    static long sum(ByteBuf buffer, int index, int length) {
        long sum = 0;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += buffer.getUnsignedShort(index + i);
        }
        return length % 2 == 0 ? sum : sum + (buffer.getUnsignedByte(index + length - 1) << 8);
    }

    static int fold(long sum) {
        long folded = sum;
        while (folded > 0xffff) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }

    /** An ICMP echo request over IPv4, complete. */
    static void writePing(PacketBuffer packet, IpAddress from, IpAddress to, int sequence) {
        ByteBuf buffer = packet.buffer();
        int icmp = INDEX + IPV4_HEADER;
        buffer.setInt(icmp, 0x0800_0000);
        buffer.setInt(icmp + 4, 0x1234_0000 | sequence);
        buffer.setShort(icmp + 2, ~fold(sum(buffer, icmp, 8)));
        writeIp(buffer, from, to, ICMP, 8);
        packet.setBounds(INDEX, IPV4_HEADER + 8);
    }

    private static long words(long bits) {
        return (bits >>> 48) + (bits >>> 32 & 0xffff) + (bits >>> 16 & 0xffff) + (bits & 0xffff);
    }
}
