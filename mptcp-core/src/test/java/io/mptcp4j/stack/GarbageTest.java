package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bad packets are normal: they are counted and dropped, and nothing else happens. */
class GarbageTest {
    /** Where the TCP checksum of an IPv4 packet lies: random octets from there on cannot make the packet right but by chance. */
    private static final int CHECKSUM_INDEX = 36;

    private final TestHost host = new TestHost();
    private final Random random = new Random(11);

    @BeforeEach
    void listen() {
        host.stack.listen(null, 80, 10, ConnectionSettings.DEFAULT, listener -> {});
    }

    @Test
    void countsRandomOctetsAsDrops() {
        for (int i = 0; i < 20_000; i++) {
            byte[] packet = new byte[random.nextInt(200)];
            random.nextBytes(packet);
            host.deliver(packet);
        }

        assertOnlyDrops(20_000);
    }

    @Test
    void countsRandomOctetsBehindAPlausibleBeginningAsDrops() {
        byte[] ipv4 = syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes();
        byte[] ipv6 = syn(TestHost.PEER_IPV6, TestHost.IPV6).toBytes();
        for (int i = 0; i < 20_000; i++) {
            byte[] model = i % 2 == 0 ? ipv4 : ipv6;
            byte[] packet = new byte[model.length + random.nextInt(100)];
            random.nextBytes(packet);
            System.arraycopy(model, 0, packet, 0, random.nextInt(CHECKSUM_INDEX));
            host.deliver(packet);
        }

        assertOnlyDrops(20_000);
    }

    @Test
    void countsEachTruncationOfAValidPacketAsADrop() {
        byte[] ipv4 = syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes();
        byte[] ipv6 = syn(TestHost.PEER_IPV6, TestHost.IPV6).toBytes();
        for (int length = 0; length < ipv4.length; length++) {
            host.deliver(Arrays.copyOf(ipv4, length));
        }
        for (int length = 0; length < ipv6.length; length++) {
            host.deliver(Arrays.copyOf(ipv6, length));
        }

        assertOnlyDrops(ipv4.length + ipv6.length);
    }

    @Test
    void countsAbsurdLengthsAsDrops() {
        for (int length : new int[] {0, 1, 19, 20, 21, 39, 41, 0x7fff, 0x8000, 0xffff}) {
            host.deliver(withIpv4Length(syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes(), length));
            byte[] ipv6 = syn(TestHost.PEER_IPV6, TestHost.IPV6).toBytes();
            ByteBuffer.wrap(ipv6).putShort(4, (short) length);
            host.deliver(ipv6);
        }
        for (int words : new int[] {0, 1, 4, 15}) {
            byte[] packet = syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes();
            packet[32] = (byte) (words << 4);
            host.deliver(true, packet);
        }

        assertOnlyDrops(24);
    }

    @Test
    void survivesEveryFlippedBitEvenWhenTheDeviceVouchesForTheChecksum() {
        byte[] model = syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes();
        for (int bit = 20 * 8; bit < model.length * 8; bit++) {
            byte[] packet = model.clone();
            packet[bit / 8] ^= (byte) (1 << bit % 8);
            host.deliver(packet);
        }
        assertOnlyDrops(model.length * 8L - 160);

        TestHost trusting = new TestHost();
        for (int bit = 20 * 8; bit < model.length * 8; bit++) {
            byte[] packet = model.clone();
            packet[bit / 8] ^= (byte) (1 << bit % 8);
            trusting.deliver(true, packet);
            trusting.stack.output(trusting.now);
        }
        assertThat(trusting.stack.connectionCount()).isZero();
    }

    @Test
    void saysWhyAPacketWasDropped() {
        byte[] good = syn(TestHost.PEER_IPV4, TestHost.IPV4).toBytes();

        host.deliver(syn(TestHost.PEER_IPV4, TestHost.IPV4).wrongChecksum().toBytes());
        host.deliver(syn(TestHost.PEER_IPV4, IpAddress.parse("10.0.0.3")).toBytes());
        for (String source : new String[] {"10.0.0.1", "127.0.0.1", "0.0.0.0", "224.0.0.1", "10.0.0.255"}) {
            host.deliver(syn(IpAddress.parse(source), TestHost.IPV4).toBytes());
        }
        for (String source : new String[] {"::1", "::", "ff02::1", "fd00::1"}) {
            host.deliver(syn(IpAddress.parse(source), TestHost.IPV6).toBytes());
        }
        byte[] fragment = good.clone();
        fragment[6] = 0x20;
        fragment[10] -= 0x20 - 0x40;
        host.deliver(fragment);
        // RFC 1122 3.2.1.2
        byte[] bent = good.clone();
        bent[8]--;
        host.deliver(bent);
        host.deliver(syn(TestHost.PEER_IPV4, TestHost.IPV4).ports(0, 80).toBytes());
        host.deliver(syn(TestHost.PEER_IPV4, TestHost.IPV4).with(TcpFlags.FIN).toBytes());

        assertThat(host.dropped(DropReason.BAD_TCP_CHECKSUM)).isEqualTo(1);
        assertThat(host.dropped(DropReason.NOT_FOR_US)).isEqualTo(1);
        assertThat(host.dropped(DropReason.BAD_SOURCE)).isEqualTo(9);
        assertThat(host.dropped(DropReason.FRAGMENT)).isEqualTo(1);
        assertThat(host.dropped(DropReason.BAD_TCP_HEADER)).isEqualTo(1);
        assertThat(host.dropped(DropReason.BAD_SYN)).isEqualTo(1);
        assertThat(host.dropped(DropReason.BAD_IP_CHECKSUM)).isEqualTo(1);
        assertOnlyDrops(15);
    }

    @Test
    void takesNoMappedAddressForItsIpv4Namesake() {
        byte[] packet = syn(TestHost.PEER_IPV6, TestHost.IPV6).toBytes();
        ByteBuffer.wrap(packet).putLong(24, 0).putLong(32, TestHost.IPV4.low());

        host.deliver(true, packet);

        assertThat(host.dropped(DropReason.NOT_FOR_US)).isEqualTo(1);
        assertOnlyDrops(1);
    }

    private static Segment syn(IpAddress from, IpAddress to) {
        // Kind 2: MSS; kind 30, subtype 0, version 1: MP_CAPABLE.
        return new Segment()
                .addresses(from, to)
                .ports(5_000, 80)
                .seq(1_000)
                .flags(TcpFlags.SYN)
                .option(new Option(2, new byte[] {5, (byte) 0xb4}))
                .option(new Option(30, new byte[] {0x01, 0x01}));
    }

    private static byte[] withIpv4Length(byte[] packet, int length) {
        int old = ByteBuffer.wrap(packet).getShort(2) & 0xffff;
        int checksum = ~ByteBuffer.wrap(packet).getShort(10) & 0xffff;
        int sum = checksum + (~old & 0xffff) + length;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        ByteBuffer.wrap(packet).putShort(2, (short) length).putShort(10, (short) ~sum);
        return packet;
    }

    private void assertOnlyDrops(long count) {
        host.stack.output(host.now);
        assertThat(host.stack.counters().get(Counter.PACKETS_IN)).isEqualTo(count);
        assertThat(host.stack.counters().dropped()).isEqualTo(count);
        assertThat(host.stack.connectionCount()).isZero();
        assertThat(host.stack.subflowCount()).isZero();
        assertThat(host.device.sent).isEmpty();
    }
}
