package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.TcpFlags;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IP fragments are dropped and counted, and nothing of them is kept (docs/adr/0015). */
class FragmentsTest {
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int IPV6_FRAGMENT = 44;

    private final TestHost host = new TestHost();

    @ParameterizedTest
    @ValueSource(ints = {MORE_FRAGMENTS, MORE_FRAGMENTS | 100, 100, 0x1fff})
    void anIpv4FragmentIsDropped(int flagsAndOffset) {
        host.deliver(asFragment(syn(), flagsAndOffset));

        assertThat(host.dropped(DropReason.FRAGMENT)).isEqualTo(1);
        assertThat(host.device.sent).isEmpty();
    }

    @Test
    void dontFragmentAloneIsNoFragment() {
        host.deliver(asFragment(syn(), 0x4000));
        host.deliver(asFragment(syn(), 0));
        host.stack.output(host.now);

        assertThat(host.dropped(DropReason.FRAGMENT)).isZero();
        // A RST each: nobody listens.
        assertThat(host.device.sent).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 9, 0xfff9})
    void anIpv6FragmentIsDropped(int offsetAndMore) {
        host.deliver(withFragmentHeader(offsetAndMore));

        assertThat(host.dropped(DropReason.FRAGMENT)).isEqualTo(1);
        assertThat(host.device.sent).isEmpty();
    }

    @Test
    void anAtomicFragmentIsAWholePacket() {
        // RFC 8200 4.5, RFC 6946
        host.deliver(withFragmentHeader(0));
        host.stack.output(host.now);

        assertThat(host.dropped(DropReason.FRAGMENT)).isZero();
        assertThat(host.device.sent).hasSize(1);
    }

    private static byte[] withFragmentHeader(int offsetAndMore) {
        byte[] whole = new Segment()
                .addresses(TestHost.PEER_IPV6, TestHost.IPV6)
                .ports(5_000, 80)
                .flags(TcpFlags.SYN)
                .toBytes();
        ByteBuf packet = Unpooled.buffer();
        packet.writeBytes(whole, 0, 40)
                .writeByte(6)
                .writeByte(0)
                .writeShort(offsetAndMore)
                .writeInt(77);
        packet.writeBytes(whole, 40, whole.length - 40);
        packet.setShort(4, whole.length - 40 + 8).setByte(6, IPV6_FRAGMENT);
        return Arrays.copyOf(packet.array(), packet.writerIndex());
    }

    @Test
    void aFloodOfFragmentsHoldsNothing() {
        byte[] first = asFragment(syn(), MORE_FRAGMENTS);
        for (int i = 0; i < 100_000; i++) {
            first[4] = (byte) (i >> 8);
            first[5] = (byte) i;
            ByteBuf header = Unpooled.wrappedBuffer(first);
            header.setShort(10, 0).setShort(10, Checksum.complement(Checksum.sum(header, 0, 20)));
            host.deliver(first);
        }

        assertThat(host.dropped(DropReason.FRAGMENT)).isEqualTo(100_000);
        assertThat(host.stack.memory().used()).isZero();
        assertThat(host.stack.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    private static byte[] syn() {
        return TestHost.segment(5_000, 80).flags(TcpFlags.SYN).toBytes();
    }

    private static byte[] asFragment(byte[] packet, int flagsAndOffset) {
        ByteBuf header = Unpooled.wrappedBuffer(packet);
        header.setShort(6, flagsAndOffset).setShort(10, 0);
        header.setShort(10, Checksum.complement(Checksum.sum(header, 0, 20)));
        return packet;
    }
}
