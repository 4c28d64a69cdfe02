package io.mptcp4j.wire.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Pcap;
import io.mptcp4j.wire.Captures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketPrinterTest {
    @Test
    void aHandshakeReadsLikeTcpdumps() {
        List<Pcap.Packet> packets = Captures.packets("mptcp-v1");

        assertThat(print(packets.get(0)))
                .isEqualTo("10.0.1.1:33306 > 10.0.2.1:10004 [S] seq 2180756989 win 65535 <mss 1460, wscale 8, sackOK,"
                        + " TS 464494241 0, capable v1 H> length 0");
        assertThat(print(packets.get(3)))
                .isEqualTo("10.0.1.1:33306 > 10.0.2.1:10004 [P.] seq 2180756990:2180764090 ack 791415662 win 256"
                        + " <TS 464494241 3275212179, capable v1 H key 1fdb5df328bc3def 29a6c86981ad933c length 8192>"
                        + " length 7100");
    }

    @Test
    void everyOptionOfTheCapturesHasItsName() {
        List<String> lines =
                Captures.ipPackets().stream().map(PacketPrinterTest::print).toList();

        assertThat(lines)
                .anyMatch(line -> line.contains("join backup id 3 token "))
                .anyMatch(line -> line.contains("dss fin ack "))
                .anyMatch(line -> line.contains("add-addr id 7 10.77.2.2 port 5099 hmac "))
                .anyMatch(line -> line.contains("add-addr echo id 7 10.77.2.2 port 5099"))
                .anyMatch(line -> line.contains("remove-addr id 3"))
                .anyMatch(line -> line.contains("prio regular"))
                .anyMatch(line -> line.contains("prio backup"))
                .anyMatch(line -> line.contains("fastclose key "))
                .anyMatch(line -> line.contains("tcprst reason 1 transient"))
                .anyMatch(line -> line.contains("dss malformed, 3 octets"))
                .anyMatch(line -> line.contains("] > [") || line.startsWith("[fd77:"));
    }

    @Test
    void payloadThatLiesElsewhereCounts() {
        ByteBuf packet = Captures.packets("mptcp-v1").get(3).ip();

        String headersAlone = PacketPrinter.print(packet, 0, 20 + 56, 7100);

        assertThat(headersAlone).isEqualTo(PacketPrinter.print(packet, 0, packet.readableBytes()));
    }

    @Test
    void whatIsNoPacketSaysWhy() {
        assertThat(PacketPrinter.print(Unpooled.wrappedBuffer(new byte[50]), 0, 50))
                .isEqualTo("[NOT_IP] length 50");
        assertThat(PacketPrinter.print(Unpooled.wrappedBuffer(new byte[] {0x45}), 0, 1))
                .isEqualTo("[TRUNCATED] length 1");
    }

    private static String print(Pcap.Packet packet) {
        ByteBuf octets = packet.ip();
        return PacketPrinter.print(octets, 0, octets.readableBytes());
    }
}
