package io.mptcp4j.wire;

import io.mptcp4j.wire.mptcp.MptcpReencoder;
import io.mptcp4j.wire.mptcp.PacketPrinter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Reads everything that can be read in a packet, through every view that takes it. */
final class EveryGetter {
    private final Ipv4View ipv4 = new Ipv4View();
    private final Ipv6View ipv6 = new Ipv6View();
    private final TcpView tcp = new TcpView();
    private final IcmpView icmp = new IcmpView();
    private final TcpOptions options = new TcpOptions();
    private final MptcpReencoder reencoder = new MptcpReencoder();
    private final ByteBuf scratch = Unpooled.buffer(256, 256);

    /** Reads a packet whose octets fill the buffer, as IPv4, as IPv6, as TCP and as ICMP. */
    void read(ByteBuf packet) {
        int length = packet.readableBytes();
        if (ipv4.wrap(packet, 0, length) == null) {
            readIpv4();
        }
        if (ipv6.wrap(packet, 0, length) == null) {
            readIpv6();
        }
        readTransport(packet, 0, length);
        PacketPrinter.print(packet, 0, length);
    }

    /** Looks at the TCP segment of a whole packet; false when there is none. */
    boolean wrapTcp(ByteBuf packet) {
        int length = packet.readableBytes();
        if (ipv4.wrap(packet, 0, length) == null) {
            return ipv4.protocol() == IpProtocol.TCP
                    && tcp.wrap(packet, ipv4.transportIndex(), ipv4.transportLength()) == null;
        }
        return ipv6.wrap(packet, 0, length) == null
                && ipv6.protocol() == IpProtocol.TCP
                && tcp.wrap(packet, ipv6.transportIndex(), ipv6.transportLength()) == null;
    }

    TcpView tcp() {
        return tcp;
    }

    /** Reads all options through their views. */
    void readOptions(TcpOptions parsed) {
        for (int i = 0; i < parsed.sackCount(); i++) {
            parsed.sackLeft(i);
            parsed.sackRight(i);
        }
        for (int i = 0; i < parsed.mptcpCount(); i++) {
            int own = parsed.mptcpSubtype(i);
            for (int subtype = 0; subtype < 16; subtype++) {
                int length = reencoder.reencode(
                        subtype, parsed.buffer(), parsed.mptcpIndex(i), parsed.mptcpLength(i), scratch);
                assert subtype == own || length == MptcpReencoder.MALFORMED : subtype;
            }
        }
    }

    private void readIpv4() {
        ipv4.isHeaderChecksumRight();
        ipv4.trafficClass();
        ipv4.identification();
        ipv4.isDontFragment();
        ipv4.isFragment();
        ipv4.fragmentOffset();
        ipv4.timeToLive();
        ipv4.pseudoHeaderSum();
        readTransport(ipv4.buffer(), ipv4.transportIndex(), ipv4.transportLength());
    }

    private void readIpv6() {
        ipv6.trafficClass();
        ipv6.flowLabel();
        ipv6.hopLimit();
        ipv6.isFragment();
        ipv6.fragmentOffset();
        ipv6.pseudoHeaderSum();
        readTransport(ipv6.buffer(), ipv6.transportIndex(), ipv6.transportLength());
    }

    private void readTransport(ByteBuf buffer, int index, int length) {
        if (tcp.wrap(buffer, index, length) == null) {
            tcp.sourcePort();
            tcp.destinationPort();
            tcp.sequenceNumber();
            tcp.acknowledgmentNumber();
            tcp.window();
            tcp.checksum();
            tcp.urgentPointer();
            tcp.segmentLength();
            Checksum.sum(buffer, tcp.payloadIndex(), tcp.payloadLength());
            options.parse(tcp);
            readOptions(options);
        }
        readIcmp(buffer, index, length, false);
        readIcmp(buffer, index, length, true);
    }

    private void readIcmp(ByteBuf buffer, int index, int length, boolean isIpv6) {
        if (icmp.wrap(buffer, index, length, isIpv6) != null) {
            return;
        }
        icmp.isChecksumRight(0);
        icmp.isEchoRequest();
        icmp.isEchoReply();
        icmp.isPacketTooBig();
        icmp.isUnreachable();
        icmp.isTimeExceeded();
        icmp.isParameterProblem();
        icmp.mtu();
        if (icmp.hasQuoted()) {
            icmp.quotedSource();
            icmp.quotedDestination();
        }
        if (icmp.hasQuotedTcp()) {
            icmp.quotedSourcePort();
            icmp.quotedDestinationPort();
            icmp.quotedSequenceNumber();
        }
    }
}
