package io.mptcp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VirtualLinkTest {
    private static final long MILLISECOND = 1_000_000;
    private static final LinkProfile TEN_MILLISECONDS = LinkProfile.IDEAL.withDelay(Duration.ofMillis(10));

    private final NumberedPackets packets = new NumberedPackets();

    @AfterEach
    void release() {
        packets.close();
    }

    @Test
    void aPacketArrivesWholeAfterTheDelay() throws IOException {
        VirtualLink link = new VirtualLink("wifi", TEN_MILLISECONDS, 1);

        packets.send(link.endA(), 42, 1, 1234, 5 * MILLISECOND);

        assertThat(link.endB().nextArrival()).isEqualTo(15 * MILLISECOND);
        assertThat(packets.receive(link.endB(), 15 * MILLISECOND - 1)).isEmpty();
        PacketBatch arrived = packets.receiveBatch(link.endB(), 15 * MILLISECOND);
        assertThat(arrived.count()).isEqualTo(1);
        assertThat(arrived.get(0).totalLength()).isEqualTo(1234);
        assertThat(arrived.get(0).isChecksumTrusted()).isFalse();
        assertThat(link.endB().nextArrival()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void gathersHeadersAndSpansInOrder() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL, 1);
        PacketBatch batch = PacketBatch.forSending(1, UnpooledByteBufAllocator.DEFAULT);
        PacketBuffer packet = batch.next();
        packet.buffer().setBytes(64, new byte[] {1, 2, 3});
        packet.setBounds(64, 3);
        packet.addSpan(Unpooled.wrappedBuffer(new byte[] {9, 4, 5, 9}), 1, 2);
        ByteBuf direct = Unpooled.directBuffer().writeBytes(new byte[] {6, 7});
        packet.addSpan(direct, 0, 2);

        link.endA().transmit(batch, 0);
        batch.release();
        direct.release();

        PacketBuffer arrived = packets.receiveBatch(link.endB(), 0).get(0);
        byte[] octets = new byte[arrived.totalLength()];
        arrived.buffer().getBytes(arrived.index(), octets);
        assertThat(octets).containsExactly(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void theRateSpacesPackets() throws IOException {
        // 12 Mbit/s: 1500 octets in one millisecond.
        VirtualLink link = new VirtualLink("wifi", TEN_MILLISECONDS.withRate(12_000_000), 1);

        packets.send(link.endA(), 0, 3, 0);

        assertThat(packets.receive(link.endB(), 11 * MILLISECOND)).containsExactly(0);
        assertThat(link.endB().nextArrival()).isEqualTo(12 * MILLISECOND);
        assertThat(packets.receive(link.endB(), 13 * MILLISECOND)).containsExactly(1, 2);
    }

    @Test
    void aFullQueueDropsWhatComesLast() throws IOException {
        LinkProfile inOctets = LinkProfile.IDEAL.withRate(12_000_000).withQueueOctets(4_500);
        LinkProfile inPackets = LinkProfile.IDEAL.withRate(12_000_000).withQueuePackets(2);
        VirtualLink link = new VirtualLink("wifi", inOctets, inPackets, 1);

        packets.send(link.endA(), 0, 5, 0);
        packets.send(link.endB(), 0, 5, 0);

        assertThat(link.endA().queuedOctets(0)).isEqualTo(4_500);
        assertThat(packets.receive(link.endB(), 9 * MILLISECOND)).containsExactly(0, 1, 2);
        assertThat(packets.receive(link.endA(), 9 * MILLISECOND)).containsExactly(0, 1);
        assertThat(link.endA().counters().overflowed()).isEqualTo(2);
        assertThat(link.endB().counters().overflowed()).isEqualTo(3);
    }

    @Test
    void theQueueHasRoomAgainAfterItHasDrained() throws IOException {
        LinkProfile profile = LinkProfile.IDEAL.withRate(12_000_000).withQueuePackets(2);
        VirtualLink link = new VirtualLink("wifi", profile, 1);

        packets.send(link.endA(), 0, 3, 0);
        packets.send(link.endA(), 3, 3, MILLISECOND);

        assertThat(packets.receive(link.endB(), 9 * MILLISECOND)).containsExactly(0, 1, 3);
    }

    @Test
    void losesTheShareAskedFor() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL.withLoss(0.1), 7);

        List<Integer> arrived = exchange(link, 10_000);

        assertThat(arrived).hasSizeBetween(8_800, 9_200).isSorted();
        assertThat(link.endA().counters().lost()).isEqualTo(10_000 - arrived.size());
        assertThat(link.endA().counters().delivered()).isEqualTo(arrived.size());
    }

    @Test
    void duplicatesTheShareAskedFor() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL.withDuplication(0.1), 7);

        List<Integer> arrived = exchange(link, 10_000);

        assertThat(arrived).hasSizeBetween(10_800, 11_200).isSorted();
        assertThat(arrived.stream().distinct()).hasSize(10_000);
        assertThat(link.endA().counters().duplicated()).isEqualTo(arrived.size() - 10_000);
    }

    @Test
    void laterPacketsOvertakeTheOnesHeldBack() throws IOException {
        LinkProfile profile = TEN_MILLISECONDS.withReordering(0.2, Duration.ofMillis(3));
        VirtualLink link = new VirtualLink("wifi", profile, 7);

        for (int i = 0; i < 1_000; i++) {
            packets.send(link.endA(), i, 1, i * MILLISECOND);
        }
        List<Integer> arrived = packets.receive(link.endB(), 2_000 * MILLISECOND);

        assertThat(arrived).hasSize(1_000).isNotEqualTo(sorted(arrived));
        assertThat(sorted(arrived)).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        assertThat(link.endA().counters().reordered()).isBetween(150L, 250L);
    }

    @Test
    void theSameSeedMeansTheSameFate() throws IOException {
        LinkProfile profile =
                LinkProfile.IDEAL.withLoss(0.1).withDuplication(0.1).withReordering(0.1, Duration.ofMillis(1));

        List<Integer> once = exchange(new VirtualLink("wifi", profile, 3), 1_000);
        List<Integer> again = exchange(new VirtualLink("wifi", profile, 3), 1_000);
        List<Integer> otherwise = exchange(new VirtualLink("wifi", profile, 4), 1_000);

        assertThat(again).isEqualTo(once);
        assertThat(otherwise).isNotEqualTo(once);
    }

    @Test
    void aCutLinkDeliversNothingUntilItIsHealed() throws IOException {
        VirtualLink link = new VirtualLink("wifi", TEN_MILLISECONDS, 1);

        packets.send(link.endA(), 1, 1, 0);
        link.cut();
        packets.send(link.endA(), 2, 1, MILLISECOND);
        List<Integer> whileCut = packets.receive(link.endB(), 10 * MILLISECOND);
        link.heal();
        packets.send(link.endA(), 3, 1, 11 * MILLISECOND);
        List<Integer> afterwards = packets.receive(link.endB(), 40 * MILLISECOND);

        assertThat(whileCut).isEmpty();
        assertThat(afterwards).containsExactly(3);
        assertThat(link.endA().counters().cutOff()).isEqualTo(2);
    }

    @Test
    void oneDirectionCanBeCutAlone() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL, 1);

        link.cutFromA();
        packets.send(link.endA(), 1, 1, 0);
        packets.send(link.endB(), 2, 1, 0);

        assertThat(packets.receive(link.endB(), 0)).isEmpty();
        assertThat(packets.receive(link.endA(), 0)).containsExactly(2);
    }

    @Test
    void aProfileChangesForThePacketsSentFromThenOn() throws IOException {
        VirtualLink link = new VirtualLink("wifi", TEN_MILLISECONDS, 1);

        packets.send(link.endA(), 1, 1, 0);
        LinkProfile faster = LinkProfile.IDEAL.withDelay(Duration.ofMillis(1));
        link.setProfiles(faster, faster);
        packets.send(link.endA(), 2, 1, 0);

        assertThat(packets.receive(link.endB(), MILLISECOND)).containsExactly(2);
        assertThat(packets.receive(link.endB(), 10 * MILLISECOND)).containsExactly(1);
    }

    @Test
    void packetsAboveTheMtuAreLost() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL.withMtu(1400), 1);

        packets.send(link.endA(), 1, 1, 1401, 0);
        packets.send(link.endA(), 2, 1, 1400, 0);

        assertThat(link.endA().mtu()).isEqualTo(1400);
        assertThat(packets.receive(link.endB(), 0)).containsExactly(2);
        assertThat(link.endA().counters().oversized()).isEqualTo(1);
    }

    @Test
    void refusesWhatNeedsOffload() {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL, 1);
        PacketBatch batch = PacketBatch.forSending(1, UnpooledByteBufAllocator.DEFAULT);
        batch.next().setPartialChecksum(20, 16);

        assertThat(link.endA().capabilities()).isEqualTo(DeviceCapabilities.NONE);
        assertThatIllegalArgumentException().isThrownBy(() -> link.endA().transmit(batch, 0));
        batch.release();
    }

    @Test
    void ringsTheDoorbellOfTheOtherEnd() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL, 1);
        List<String> rung = new ArrayList<>();
        link.endA().attach(() -> rung.add("a"));
        link.endB().attach(() -> rung.add("b"));

        packets.send(link.endA(), 1, 3, 0);

        assertThat(rung).containsExactly("b");
    }

    @Test
    void aClosedEndIsGoneAndTheOtherFindsSilence() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL, 1);

        link.endB().close();
        link.endB().close();

        packets.send(link.endA(), 1, 1, 0);
        assertThat(packets.receive(link.endA(), 0)).isEmpty();
        assertThatIOException()
                .isThrownBy(() -> packets.receive(link.endB(), 0))
                .withMessageContaining("wifi-b");
        assertThatIOException().isThrownBy(() -> packets.send(link.endB(), 1, 1, 0));
    }

    @Test
    void aLongAndQuickLinkHoldsWhatItsProfileSaysWithinBounds() throws IOException {
        LinkProfile profile =
                LinkProfile.IDEAL.withMtu(576).withRate(1_000_000_000).withQueueOctets(2_500_000);
        VirtualLink satellite = new VirtualLink("satellite", profile.withDelay(Duration.ofMillis(140)), 1);
        VirtualLink moon = new VirtualLink("moon", profile.withDelay(Duration.ofSeconds(3)), 1);

        sendWithoutReading(satellite, 25_000);
        sendWithoutReading(moon, 140_000);

        assertThat(satellite.endA().counters().accepted()).isBetween(19_900L, 20_000L);
        assertThat(moon.endA().counters().accepted()).isBetween(131_000L, 131_072L);
    }

    private void sendWithoutReading(VirtualLink link, int count) throws IOException {
        for (int i = 0; i < count; i += 50) {
            packets.send(link.endA(), i, 50, 576, i * MILLISECOND);
        }
    }

    @Test
    void aReceiverThatNeverLooksCostsBoundedMemory() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL.withMtu(576), 1);

        for (int i = 0; i < 20_000; i += 50) {
            packets.send(link.endA(), i, 50, 576, 0);
        }

        assertThat(link.endA().counters().overflowed()).isPositive();
        assertThat(packets.receive(link.endB(), 0)).isSorted().hasSizeBetween(16_000, 16_384);
        assertThat(exchange(link, 1_000)).as("and is well afterwards").hasSize(1_000);
    }

    private List<Integer> exchange(VirtualLink link, int count) throws IOException {
        List<Integer> arrived = new ArrayList<>();
        for (int i = 0; i < count; i += 50) {
            packets.send(link.endA(), i, 50, 576, i);
            arrived.addAll(packets.receive(link.endB(), i));
        }
        arrived.addAll(packets.receive(link.endB(), Long.MAX_VALUE - 1));
        return arrived;
    }

    private static List<Integer> sorted(List<Integer> numbers) {
        return numbers.stream().sorted().toList();
    }
}
