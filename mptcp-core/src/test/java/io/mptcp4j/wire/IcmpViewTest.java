package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.testing.Pcap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class IcmpViewTest {
    private static final IpAddress A = IpAddress.parse("2001:db8::a");
    private static final IpAddress B = IpAddress.parse("2001:db8::b");

    private final IcmpView icmp = new IcmpView();
    private final ByteBuf message = Unpooled.buffer(128, 128);

    @Test
    void fragmentationNeededTellsTheMtuAndTheSegment() {
        // RFC 1191 4; RFC 792: at least 8 octets of the transport are quoted.
        message.setInt(0, 0x03040000).setInt(4, 1400);
        int ip = IpHeaderWriter.writeIpv4(message, 8, 1480, IpProtocol.TCP, 0x0a000001, 0x0a000002, 1, 0, 64);
        writeTcp(8 + ip);

        assertThat(icmp.wrap(message, 0, 8 + ip + 8, false)).isNull();
        assertThat(icmp.isPacketTooBig()).isTrue();
        assertThat(icmp.isUnreachable()).isFalse();
        assertThat(icmp.mtu()).isEqualTo(1400);
        assertThat(icmp.hasQuotedTcp()).isTrue();
        assertThat(icmp.quotedSource()).isEqualTo(IpAddress.parse("10.0.0.1"));
        assertThat(icmp.quotedDestination()).isEqualTo(IpAddress.parse("10.0.0.2"));
        assertThat(icmp.quotedSourcePort()).isEqualTo(4000);
        assertThat(icmp.quotedDestinationPort()).isEqualTo(80);
        assertThat(icmp.quotedSequenceNumber()).isEqualTo(-7);
    }

    @Test
    void packetTooBigTellsTheMtuAndTheSegment() {
        // RFC 4443 3.2
        message.setInt(0, 0x02000000).setInt(4, 1280);
        int ip = IpHeaderWriter.writeIpv6(message, 8, 1460, IpProtocol.TCP, A, B, 0, 0, 64);
        writeTcp(8 + ip);

        assertThat(icmp.wrap(message, 0, 8 + ip + 20, true)).isNull();
        assertThat(icmp.isPacketTooBig()).isTrue();
        assertThat(icmp.mtu()).isEqualTo(1280);
        assertThat(icmp.hasQuotedTcp()).isTrue();
        assertThat(icmp.quotedSource()).isEqualTo(A);
        assertThat(icmp.quotedDestination()).isEqualTo(B);
        assertThat(icmp.quotedSequenceNumber()).isEqualTo(-7);
    }

    @Test
    void aQuoteThatIsTooShortIsNoSegment() {
        message.setInt(0, 0x03030000);
        int ip = IpHeaderWriter.writeIpv4(message, 8, 1480, IpProtocol.TCP, 1, 2, 1, 0, 64);

        assertThat(icmp.wrap(message, 0, 8 + ip + 7, false)).isNull();
        assertThat(icmp.isUnreachable()).isTrue();
        assertThat(icmp.hasQuoted()).isTrue();
        assertThat(icmp.hasQuotedTcp()).isFalse();

        assertThat(icmp.wrap(message, 0, 8 + ip - 1, false)).isNull();
        assertThat(icmp.hasQuoted()).isFalse();
    }

    @Test
    void anEchoRequestQuotesNothing() {
        message.setInt(0, 0x08000000);
        message.setShort(IcmpView.CHECKSUM_OFFSET, Checksum.complement(Checksum.sum(message, 0, 64)));

        assertThat(icmp.wrap(message, 0, 64, false)).isNull();
        assertThat(icmp.isEchoRequest()).isTrue();
        assertThat(icmp.isChecksumRight(0)).isTrue();
        assertThat(icmp.hasQuoted()).isFalse();
    }

    @Test
    void anMtuBeyondAnyPacketIsNotNegative() {
        message.setInt(0, 0x02000000).setInt(4, -1);

        assertThat(icmp.wrap(message, 0, 8, true)).isNull();
        assertThat(icmp.mtu()).isPositive();
    }

    @Test
    void aHeaderThatIsCutIsRefused() {
        assertThat(icmp.wrap(message, 0, 7, false)).isEqualTo(DropReason.BAD_ICMP);
    }

    @Test
    void theKernelsIcmpv6MessagesHaveTheirChecksum() {
        Ipv6View ipv6 = new Ipv6View();
        int messages = 0;
        for (Pcap.Packet packet : Captures.packets("linux-v1-ipv6")) {
            ByteBuf octets = packet.ip();
            assertThat(ipv6.wrap(octets, 0, octets.readableBytes())).isNull();
            if (ipv6.protocol() == IpProtocol.ICMPV6) {
                assertThat(icmp.wrap(octets, ipv6.transportIndex(), ipv6.transportLength(), true))
                        .isNull();
                assertThat(icmp.isChecksumRight(ipv6.pseudoHeaderSum())).isTrue();
                messages++;
            }
        }
        assertThat(messages).isGreaterThan(5);
    }

    private void writeTcp(int index) {
        TcpWriter.writeHeader(message, index, 4000, 80, -7, 0, 20, TcpFlags.ACK, 100);
    }
}
