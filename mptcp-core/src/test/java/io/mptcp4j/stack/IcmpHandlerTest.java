package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.testing.IcmpPacket;
import io.mptcp4j.wire.Checksum;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IcmpHandlerTest {
    private static final int ECHO_REQUEST_V4 = 8;
    private static final int ECHO_REQUEST_V6 = 128;

    private final TestHost host = new TestHost();

    @Test
    void answersAnEchoRequestWithItsOctets() {
        // RFC 1122 3.2.2.6
        byte[] body = new byte[901];
        Arrays.fill(body, (byte) 7);

        host.deliver(IcmpPacket.of(TestHost.PEER_IPV4, TestHost.IPV4, ECHO_REQUEST_V4, 0, 0x12340001, body));

        ByteBuf reply = Unpooled.wrappedBuffer(host.device.sent.get(0));
        assertThat(reply.getByte(20)).isZero();
        assertThat(reply.getInt(24)).isEqualTo(0x12340001);
        assertThat(reply.getInt(16)).isEqualTo(TestHost.PEER_IPV4.ipv4Bits());
        assertThat(Arrays.copyOfRange(host.device.sent.get(0), 28, 929)).isEqualTo(body);
        assertThat(Checksum.sum(reply, 20, 909)).isEqualTo(Checksum.RIGHT);
    }

    @Test
    void answersAnEchoRequestOfIpv6() {
        // RFC 4443 4.2
        host.deliver(IcmpPacket.of(TestHost.PEER_IPV6, TestHost.IPV6, ECHO_REQUEST_V6, 0, 5, new byte[3]));

        ByteBuf reply = Unpooled.wrappedBuffer(host.device.sent.get(0));
        int pseudo = Checksum.pseudoHeader(TestHost.IPV6, TestHost.PEER_IPV6, 58, 11);
        assertThat(reply.getUnsignedByte(40)).isEqualTo((short) 129);
        assertThat(Checksum.add(pseudo, Checksum.sum(reply, 40, 11))).isEqualTo(Checksum.RIGHT);
    }

    @Test
    void aMessageOfAnUnknownTypeIsDroppedInSilence() {
        // RFC 1122 3.2.2, RFC 4443 2.4.
        for (int type = 0; type < 256; type++) {
            if (type != ECHO_REQUEST_V4) {
                host.deliver(IcmpPacket.of(TestHost.PEER_IPV4, TestHost.IPV4, type, 0, 1, new byte[64]));
            }
            if (type != ECHO_REQUEST_V6) {
                host.deliver(IcmpPacket.of(TestHost.PEER_IPV6, TestHost.IPV6, type, 0, 1, new byte[64]));
            }
        }

        assertThat(host.device.sent).isEmpty();
    }

    @Test
    void answersNoMoreThanTheRateAllowsAndNoneIfToldSo() {
        TestHost silent =
                new TestHost(StackSettings.builder().icmpRepliesPerSecond(0).build());
        byte[] request = IcmpPacket.of(TestHost.PEER_IPV4, TestHost.IPV4, ECHO_REQUEST_V4, 0, 1, new byte[8]);

        for (int i = 0; i < 100; i++) {
            host.deliver(request);
        }
        silent.deliver(request);

        assertThat(host.device.sent).hasSize(64);
        assertThat(host.dropped(DropReason.RATE_LIMITED)).isEqualTo(36);
        assertThat(silent.device.sent).isEmpty();
    }

    @Test
    void dropsWhatIsTruncatedOrWrongInItsChecksum() {
        byte[] request = IcmpPacket.of(TestHost.PEER_IPV4, TestHost.IPV4, ECHO_REQUEST_V4, 0, 1, new byte[8]);
        request[30]++;

        host.deliver(request);

        assertThat(host.device.sent).isEmpty();
        assertThat(host.dropped(DropReason.BAD_ICMP)).isEqualTo(1);
    }

    @Test
    void dropsErrorsThatQuoteNothingOfOurs() {
        // RFC 5927 4.1
        byte[] quoted = TestHost.segment(80, 5_000)
                .addresses(TestHost.IPV4, TestHost.PEER_IPV4)
                .toBytes();

        host.deliver(IcmpPacket.error(TestHost.PEER_IPV4, TestHost.IPV4, 3, 4, 600, quoted));
        host.deliver(IcmpPacket.of(TestHost.PEER_IPV4, TestHost.IPV4, 3, 4, 600, new byte[3]));

        assertThat(host.dropped(DropReason.BAD_ICMP)).isEqualTo(2);
        assertThat(host.device.sent).isEmpty();
    }
}
