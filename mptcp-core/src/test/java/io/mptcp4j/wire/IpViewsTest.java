package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpViewsTest {
    private static final IpAddress A = IpAddress.parse("2001:db8::a");
    private static final IpAddress B = IpAddress.parse("2001:db8::b");
    private static final int SEGMENT = 20;

    private final Ipv4View ipv4 = new Ipv4View();
    private final Ipv6View ipv6 = new Ipv6View();

    @ParameterizedTest
    @CsvSource({
        "'', 6",
        "3a00010400000000, 0", // hop-by-hop with PadN, then ICMPv6 as next header
        "0600010400000000, 60", // destination options
        "0600000000000000, 43", // routing header without segments left
        "06000000deadbeef, 44", // atomic fragment
        "0604" + "0000" + "00000001" + "00000002" + "000000000000000000000000, 51", // authentication, 24 octets
        "0600000000000000, 135",
        "3c00010400000000 2b00010400000000 0600000000000000, 0", // three in a row
    })
    void extensionHeadersAreSkipped(String extensions, int first) {
        // RFC 8200 4
        byte[] octets = HexFormat.of().parseHex(extensions.replace(" ", ""));
        ByteBuf packet = ipv6Packet(octets, first);

        assertThat(ipv6.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv6.transportIndex()).isEqualTo(Ipv6View.HEADER + octets.length);
        assertThat(ipv6.transportLength()).isEqualTo(SEGMENT);
        assertThat(ipv6.protocol()).isIn(IpProtocol.TCP, IpProtocol.ICMPV6);
        assertThat(ipv6.isFragment()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "06ff010400000000, 0, longer than the packet",
        "06000104000000, 60, nothing behind it",
        "0600000100000000, 43, segments left",
        "0600c20400000000, 0, an option that asks to be understood",
        "0600010500000000, 60, an option longer than its header",
        "0000010400000000 0600010400000000, 60, hop-by-hop not first",
    })
    void badExtensionHeadersAreRefused(String extensions, int first, String why) {
        // RFC 8200 4.1, 4.2, 4.4
        byte[] octets = HexFormat.of().parseHex(extensions.replace(" ", ""));
        ByteBuf packet = ipv6Packet(octets, first);
        int length = octets.length < 8 ? Ipv6View.HEADER + octets.length : packet.readableBytes();
        packet.setShort(4, length - Ipv6View.HEADER);

        assertThat(ipv6.wrap(packet, 0, length)).as(why).isEqualTo(DropReason.BAD_EXTENSION_HEADER);
    }

    @Test
    void aChainOfManyExtensionHeadersIsRefused() {
        // RFC 8200 4.1 would have any number of them taken.
        byte[] octets = new byte[9 * 8];
        for (int i = 0; i < 9; i++) {
            octets[i * 8] = (byte) (i < 8 ? 60 : 6);
            octets[i * 8 + 2] = 1;
            octets[i * 8 + 3] = 4;
        }
        ByteBuf packet = ipv6Packet(octets, 60);

        assertThat(ipv6.wrap(packet, 0, packet.readableBytes())).isEqualTo(DropReason.BAD_EXTENSION_HEADER);
    }

    @Test
    void aLaterFragmentIsRecognisedAndItsOctetsAreNotTakenForHeaders() {
        // RFC 8200 4.5
        ByteBuf packet = ipv6Packet(HexFormat.of().parseHex("3c00" + "0591" + "00000007"), 44);

        assertThat(ipv6.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv6.isFragment()).isTrue();
        assertThat(ipv6.fragmentOffset()).isEqualTo(0x590);
        assertThat(ipv6.protocol()).isEqualTo(60);
    }

    @Test
    void anIpv4FragmentIsRecognised() {
        ByteBuf packet = ipv4Packet();
        packet.setShort(6, 0x2000 | 185);

        assertThat(ipv4.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv4.isFragment()).isTrue();
        assertThat(ipv4.fragmentOffset()).isEqualTo(1480);
    }

    @Test
    void anIpv4PacketWithOptionsBeginsItsTransportBehindThem() {
        ByteBuf packet = ipv4Packet();
        packet.setByte(0, 0x47);

        assertThat(ipv4.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv4.transportIndex()).isEqualTo(28);
        assertThat(ipv4.transportLength()).isEqualTo(SEGMENT - 8);
    }

    @Test
    void octetsBehindTheTotalLengthAreLeftAside() {
        // Ethernet pads short packets.
        ByteBuf packet = ipv4Packet().writeZero(6);

        assertThat(ipv4.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv4.transportLength()).isEqualTo(SEGMENT);
    }

    @ParameterizedTest
    @CsvSource({"0, 0x55, NOT_IP", "0, 0x44, BAD_IP_HEADER", "3, 19, BAD_IP_HEADER", "3, 41, TRUNCATED"})
    void anIpv4HeaderThatCannotBeIsRefused(int at, String octet, DropReason reason) {
        ByteBuf packet = ipv4Packet();
        packet.setByte(at, Integer.decode(octet));

        assertThat(ipv4.wrap(packet, 0, packet.readableBytes())).isEqualTo(reason);
    }

    private static ByteBuf ipv4Packet() {
        ByteBuf packet = Unpooled.buffer(64, 64);
        IpHeaderWriter.writeIpv4(packet, 0, SEGMENT, IpProtocol.TCP, 1, 2, 3, 0, 64);
        return packet.writerIndex(Ipv4View.MINIMUM_HEADER + SEGMENT);
    }

    private static ByteBuf ipv6Packet(byte[] extensions, int first) {
        ByteBuf packet = Unpooled.buffer(256, 256);
        IpHeaderWriter.writeIpv6(packet, 0, extensions.length + SEGMENT, first, A, B, 0x12345, 0xab, 64);
        packet.setBytes(Ipv6View.HEADER, extensions);
        return packet.writerIndex(Ipv6View.HEADER + extensions.length + SEGMENT);
    }

    @Test
    void anIpv6HeaderReadsAsWritten() {
        ByteBuf packet = ipv6Packet(new byte[0], IpProtocol.TCP);

        assertThat(ipv6.wrap(packet, 0, packet.readableBytes())).isNull();
        assertThat(ipv6.flowLabel()).isEqualTo(0x12345);
        assertThat(ipv6.trafficClass()).isEqualTo(0xab);
        assertThat(ipv6.hopLimit()).isEqualTo(64);
        assertThat(IpAddress.ofIpv6(ipv6.sourceHigh(), ipv6.sourceLow())).isEqualTo(A);
        assertThat(IpAddress.ofIpv6(ipv6.destinationHigh(), ipv6.destinationLow()))
                .isEqualTo(B);
    }
}
