package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Pcap;
import io.mptcp4j.wire.mptcp.MptcpReencoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class CapturesEncodeTest {
    private static final int ROOM = 64;

    private final Ipv4View ipv4 = new Ipv4View();
    private final Ipv6View ipv6 = new Ipv6View();
    private final TcpView tcp = new TcpView();
    private final TcpOptions options = new TcpOptions();
    private final ByteBuf written = Unpooled.buffer(ROOM, ROOM);
    private int checked;

    @Test
    void everyMptcpOptionEncodesBackToTheSameOctets() {
        MptcpReencoder reencoder = new MptcpReencoder();
        for (Pcap.Packet packet : Captures.ipPackets()) {
            if (isTcp(packet) && options.parse(tcp)) {
                for (int i = 0; i < options.mptcpCount(); i++) {
                    int length = reencoder.reencode(
                            options.mptcpSubtype(i),
                            options.buffer(),
                            options.mptcpIndex(i),
                            options.mptcpLength(i),
                            written);
                    if (length != MptcpReencoder.MALFORMED) {
                        assertSameOctets(options.buffer(), options.mptcpIndex(i), options.mptcpLength(i), length);
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(400);
    }

    @Test
    void everyOtherOptionEncodesBackToTheSameOctets() {
        for (Pcap.Packet packet : Captures.ipPackets()) {
            if (isTcp(packet) && options.parse(tcp)) {
                int at = tcp.optionsIndex();
                int end = at + tcp.optionsLength();
                while (at < end && tcp.buffer().getByte(at) != 0) {
                    at += reencodeOption(at);
                }
            }
        }
        assertThat(checked).isGreaterThan(400);
    }

    private int reencodeOption(int at) {
        int kind = tcp.buffer().getUnsignedByte(at);
        int length = kind == 1 ? 1 : tcp.buffer().getUnsignedByte(at + 1);
        int encoded =
                switch (kind) {
                    case 1 -> TcpOptionsWriter.pad(written, 0, 1);
                    case 2 -> TcpOptionsWriter.writeMaximumSegmentSize(written, 0, options.maximumSegmentSize());
                    case 3 -> TcpOptionsWriter.writeWindowScale(written, 0, options.windowScale());
                    case 4 -> TcpOptionsWriter.writeSackPermitted(written, 0);
                    case 8 -> TcpOptionsWriter.writeTimestamps(written, 0, options.tsVal(), options.tsEcr());
                    default -> 0;
                };
        if (encoded != 0) {
            assertSameOctets(tcp.buffer(), at, length, encoded);
        }
        return length;
    }

    @Test
    void everyTcpHeaderEncodesBackToTheSameOctets() {
        for (Pcap.Packet packet : Captures.ipPackets()) {
            if (isTcp(packet)) {
                TcpWriter.writeHeader(
                        written,
                        0,
                        tcp.sourcePort(),
                        tcp.destinationPort(),
                        tcp.sequenceNumber(),
                        tcp.acknowledgmentNumber(),
                        tcp.headerLength(),
                        tcp.flags(),
                        tcp.window());
                written.setShort(TcpView.CHECKSUM_OFFSET, tcp.checksum());
                assertSameOctets(tcp.buffer(), tcp.index(), TcpView.MINIMUM_HEADER, TcpView.MINIMUM_HEADER);
            }
        }
        assertThat(checked).isGreaterThan(400);
    }

    @Test
    void everyIpv4HeaderEncodesBackToTheSameOctets() {
        for (Pcap.Packet packet : Captures.ipPackets()) {
            ByteBuf octets = packet.ip();
            if (ipv4.wrap(octets, 0, octets.readableBytes()) == null && ipv4.isDontFragment()) {
                int length = IpHeaderWriter.writeIpv4(
                        written,
                        0,
                        ipv4.transportLength(),
                        ipv4.protocol(),
                        ipv4.source(),
                        ipv4.destination(),
                        ipv4.identification(),
                        ipv4.trafficClass(),
                        ipv4.timeToLive());
                assertSameOctets(octets, 0, ipv4.headerLength(), length);
            }
        }
        assertThat(checked).isGreaterThan(300);
    }

    @Test
    void everyIpv6HeaderEncodesBackToTheSameOctets() {
        for (Pcap.Packet packet : Captures.ipPackets()) {
            ByteBuf octets = packet.ip();
            if (ipv6.wrap(octets, 0, octets.readableBytes()) == null) {
                int length = IpHeaderWriter.writeIpv6(
                        written,
                        0,
                        ipv6.transportLength(),
                        ipv6.protocol(),
                        IpAddress.ofIpv6(ipv6.sourceHigh(), ipv6.sourceLow()),
                        IpAddress.ofIpv6(ipv6.destinationHigh(), ipv6.destinationLow()),
                        ipv6.flowLabel(),
                        ipv6.trafficClass(),
                        ipv6.hopLimit());
                assertSameOctets(octets, 0, ipv6.headerLength(), length);
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    private boolean isTcp(Pcap.Packet packet) {
        ByteBuf octets = packet.ip();
        int length = octets.readableBytes();
        if (ipv4.wrap(octets, 0, length) == null) {
            return ipv4.protocol() == IpProtocol.TCP
                    && tcp.wrap(octets, ipv4.transportIndex(), ipv4.transportLength()) == null;
        }
        return ipv6.wrap(octets, 0, length) == null
                && ipv6.protocol() == IpProtocol.TCP
                && tcp.wrap(octets, ipv6.transportIndex(), ipv6.transportLength()) == null;
    }

    private void assertSameOctets(ByteBuf expected, int index, int length, int writtenLength) {
        assertThat(ByteBufUtil.hexDump(written, 0, writtenLength))
                .isEqualTo(ByteBufUtil.hexDump(expected, index, length));
        checked++;
    }
}
