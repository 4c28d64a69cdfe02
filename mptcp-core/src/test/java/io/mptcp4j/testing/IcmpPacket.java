package io.mptcp4j.testing;

import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.IpHeaderWriter;
import io.mptcp4j.wire.IpProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** Writes ICMP messages for tests. */
public final class IcmpPacket {
    private IcmpPacket() {}

    /** A message in an IP packet, with right checksums. */
    public static byte[] of(IpAddress from, IpAddress to, int type, int code, int rest, byte[] body) {
        ByteBuf packet = Unpooled.buffer(48 + body.length);
        int length = 8 + body.length;
        int protocol = from.isIpv4() ? IpProtocol.ICMP : IpProtocol.ICMPV6;
        int at = from.isIpv4()
                ? IpHeaderWriter.writeIpv4(packet, 0, length, protocol, from.ipv4Bits(), to.ipv4Bits(), 1, 0, 64)
                : IpHeaderWriter.writeIpv6(packet, 0, length, protocol, from, to, 0, 0, 64);
        packet.setByte(at, type).setByte(at + 1, code).setShort(at + 2, 0).setInt(at + 4, rest);
        packet.setBytes(at + 8, body);
        int pseudo = from.isIpv4() ? 0 : Checksum.pseudoHeader(from, to, protocol, length);
        packet.setShort(at + 2, Checksum.complement(Checksum.add(pseudo, Checksum.sum(packet, at, length))));
        return ByteBufUtil.getBytes(packet, 0, at + length);
    }

    /** An error that quotes the beginning of a packet. */
    public static byte[] error(IpAddress from, IpAddress to, int type, int code, int rest, byte[] quoted) {
        int header = to.isIpv4() ? 20 : 40;
        return of(from, to, type, code, rest, Arrays.copyOf(quoted, header + 8));
    }
}
