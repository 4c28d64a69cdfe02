package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.tcp.SegmentOutput;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.TcpWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EgressTest {
    private static final FourTuple IPV4 =
            new FourTuple(IpAddress.parse("10.0.0.1"), 40_000, IpAddress.parse("10.0.0.2"), 80);
    private static final FourTuple IPV6 =
            new FourTuple(IpAddress.parse("fd00::1"), 40_000, IpAddress.parse("fd00::2"), 80);
    private static final DeviceCapabilities OFFLOAD = new DeviceCapabilities(true, true, true, 65_535);

    private final StackCounters counters = new StackCounters();
    private final ByteBuf payload = Unpooled.directBuffer().writeBytes(octets(5_000));

    private final List<Egress> opened = new ArrayList<>();

    @AfterEach
    void release() {
        opened.forEach(Egress::release);
        payload.release();
    }

    @Test
    void sumsHeaderAndSpansWithOddJoinsInSoftwareForBothFamilies() {
        for (FourTuple tuple : new FourTuple[] {IPV4, IPV6}) {
            MemoryDevice device = new MemoryDevice("m");
            Egress egress = egress(device);

            send(egress, tuple, 0, 701, 1, 300);
            egress.flush();

            Segment segment = Segment.parse(device.sent.get(0));
            assertThat(segment).as("checksums are right").isNotNull();
            assertThat(segment.source()).isEqualTo(tuple.localAddress());
            assertThat(segment.destination()).isEqualTo(tuple.remoteAddress());
            assertThat(segment.payload()).isEqualTo(Arrays.copyOf(octets(5_000), 1_002));
            assertThat(device.checksumStarts).containsExactly(-1);
        }
    }

    @Test
    void leavesTheChecksumPartialWhenTheDeviceOffloadsIt() {
        MemoryDevice device = new MemoryDevice("m", 1500, OFFLOAD);
        Egress egress = egress(device);

        send(egress, IPV4, 1_000, 3_000);
        egress.flush();

        byte[] packet = device.sent.get(0);
        ByteBuf octets = Unpooled.wrappedBuffer(packet);
        int pseudo = Checksum.pseudoHeader(IPV4.localAddress(), IPV4.remoteAddress(), 6, packet.length - 20);
        assertThat(octets.getUnsignedShort(20 + 16)).isEqualTo(pseudo);
        assertThat(device.checksumStarts).containsExactly(20);
        assertThat(device.segmentSizes).containsExactly(1_000);
        octets.setShort(36, Checksum.complement(Checksum.sum(octets, 20, packet.length - 20)));
        assertThat(Segment.parse(packet)).isNotNull();
    }

    @Test
    void setsDontFragmentAndADifferentIdentificationEachTime() {
        // RFC 1191 3: path MTU discovery needs DF.
        MemoryDevice device = new MemoryDevice("m");
        Egress egress = egress(device);

        send(egress, IPV4, 0);
        send(egress, IPV4, 0);
        egress.flush();

        assertThat(device.sent.get(0)[6]).isEqualTo((byte) 0x40);
        assertThat(device.sent.get(0)[5]).isNotEqualTo(device.sent.get(1)[5]);
    }

    @Test
    void limitsSuperSegmentsToWhatTheDeviceTakesAndAnIpPacketHolds() {
        Egress whole = egress(new MemoryDevice("m", 1500, OFFLOAD));
        Egress small = egress(new MemoryDevice("m", 1500, new DeviceCapabilities(true, true, false, 20_000)));

        assertThat(whole.maxSuperSegmentPayload(IPV4)).isEqualTo(65_535 - 20 - 60);
        assertThat(whole.maxSuperSegmentPayload(IPV6)).isEqualTo(65_535 - 40 - 60);
        assertThat(small.maxSuperSegmentPayload(IPV4)).isEqualTo(20_000 - 20 - 60);
        assertThat(small.maxSuperSegmentPayload(IPV6)).isZero();
        assertThat(small.pathMtu(IPV4)).isEqualTo(1500);
    }

    @Test
    void flushesByItselfWhenTheBatchIsFull() {
        MemoryDevice device = new MemoryDevice("m");
        Egress egress = egress(device);

        for (int i = 0; i < 9; i++) {
            send(egress, IPV4, 0);
        }

        assertThat(device.sent).hasSize(8);
        assertThat(counters.get(Counter.PACKETS_OUT)).isEqualTo(8);
    }

    @Test
    void sendsNothingForAPacketThatWasGivenBack() {
        MemoryDevice device = new MemoryDevice("m");
        Egress egress = egress(device);

        PacketBuffer packet = egress.begin(IPV4);
        egress.cancel(IPV4, packet);
        egress.flush();

        assertThat(device.sent).isEmpty();
    }

    @Test
    void countsWhatTheDeviceDidNotTakeAndWhatItCouldNotWhenGone() {
        MemoryDevice device = new MemoryDevice("m");
        Egress egress = egress(device);
        device.room = 1;
        send(egress, IPV4, 0);
        send(egress, IPV4, 0);
        egress.flush();
        assertThat(counters.dropped(DropReason.DEVICE_FULL)).isEqualTo(1);

        device.gone = true;
        send(egress, IPV4, 0);
        egress.flush();

        assertThat(egress.hasFailed()).isTrue();
        assertThat(counters.dropped(DropReason.DEVICE_FULL)).isEqualTo(2);
    }

    private Egress egress(MemoryDevice device) {
        Egress egress = new Egress(device, counters, null, UnpooledByteBufAllocator.DEFAULT, 8, 64);
        opened.add(egress);
        return egress;
    }

    private void send(Egress egress, FourTuple tuple, int segmentSize, int... spans) {
        PacketBuffer packet = egress.begin(tuple);
        TcpWriter.writeHeader(
                packet.buffer(),
                SegmentOutput.TRANSPORT_INDEX,
                tuple.localPort(),
                tuple.remotePort(),
                1,
                2,
                20,
                TcpFlags.ACK,
                100);
        int at = 0;
        for (int span : spans) {
            packet.addSpan(payload, at, span);
            at += span;
        }
        egress.send(tuple, packet, 20, segmentSize);
    }

    private static byte[] octets(int count) {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) (i * 31 + i / 256);
        }
        return octets;
    }
}
