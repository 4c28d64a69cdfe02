package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.Checksum;
import io.mptcp4j.wire.SpanSum;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HeldOctetsTest {
    private static final int CAPACITY = 100_000;

    private final MemoryBudget budget = new MemoryBudget(4 << 20);
    private final ReceiveStream stream = new ReceiveStream(UnpooledByteBufAllocator.DEFAULT, budget, CAPACITY);
    private final HeldOctets held = stream.hold();

    @Test
    void whatIsHeldIsReadOnceItIsCommitted() {
        byte[] octets = octets(5_000, 1);
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(octets);

        assertThat(held.hold(70, true, 0, buffer, 0, 5_000)).isEqualTo(5_000);
        stream.publish();
        assertThat(stream.available()).isZero();
        held.commit(70, 5_070, 0);
        stream.publish();

        assertThat(read(5_000)).isEqualTo(octets);
        assertThat(held.octets()).isZero();
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void slicesInAnyOrderAreHeldOnceAndSumUp() {
        byte[] octets = octets(3_001, 2);
        ByteBuf buffer = Unpooled.directBuffer(64 << 10).writeBytes(octets);
        SplittableRandom random = new SplittableRandom(3);
        int placed = 0;
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(octets.length);
            int length = 1 + random.nextInt(Math.min(300, octets.length - from));
            placed += held.hold(from, from == 0, from, buffer, from, length);
        }
        placed += held.hold(0, true, 0, buffer, 0, octets.length);

        SpanSum sum = new SpanSum();
        held.read(0, octets.length, sum);
        held.commit(0, octets.length, 0);
        stream.publish();

        assertThat(placed).isEqualTo(octets.length);
        assertThat(sum.octets()).isEqualTo(octets.length);
        assertThat(sum.sum()).isEqualTo(Checksum.sum(buffer, 0, octets.length));
        assertThat(read(octets.length)).isEqualTo(octets);
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void rangesAreCommittedOneByOneEvenWhenTheyWereCopiedTogether() {
        byte[] octets = octets(400, 4);
        ByteBuf buffer = Unpooled.directBuffer(64 << 10).writeBytes(octets);
        for (int from = 0; from < 400; from += 100) {
            held.hold(from, true, from, buffer, from, 50);
            held.hold(from + 50, false, from + 50, buffer, from + 50, 50);
        }

        held.commit(300, 400, 300);
        held.drop(100, 200);
        held.commit(0, 100, 0);
        held.commit(200, 300, 200);
        stream.publish();
        assertThat(stream.available()).isEqualTo(100);
        stream.accept(100, buffer, 100, 100);
        stream.publish();

        assertThat(read(400)).isEqualTo(octets);
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void whatTheStreamHasAlreadyStaysAsItIs() {
        ByteBuf ones = Unpooled.directBuffer().writeBytes(filled(1, 1_000));
        ByteBuf twos = Unpooled.directBuffer().writeBytes(filled(2, 1_000));
        stream.accept(100, ones, 0, 200);
        stream.accept(600, ones, 0, 100);
        held.hold(0, true, 0, twos, 0, 1_000);

        held.commit(0, 1_000, 0);
        stream.publish();

        byte[] read = read(1_000);
        for (int i = 0; i < 1_000; i++) {
            boolean first = i >= 100 && i < 300 || i >= 600 && i < 700;
            assertThat(read[i]).as("octet " + i).isEqualTo((byte) (first ? 1 : 2));
        }
        assertThat(stream.duplicateOctets()).isEqualTo(300);
        ones.release();
        twos.release();
        assertNothingLeft();
    }

    @Test
    void noMoreIsHeldThanTwiceTheCapacityAndOneMappingInFront() {
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(octets(50_000, 5));
        for (int i = 0; i < 4; i++) {
            assertThat(held.hold(50_000L * i, true, 1 + i, buffer, 0, 50_000)).isEqualTo(50_000);
        }

        assertThat(held.hold(300_000, true, 1, buffer, 0, 1)).isNegative();
        assertThat(held.hold(400_000, true, 0, buffer, 0, 50_000)).isEqualTo(50_000);
        assertThat(held.hold(500_000, true, 0, buffer, 0, 20_000)).isNegative();

        held.release();
        assertThat(held.octets()).isZero();
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void nothingIsHeldThatIsFarBeyondTheWindow() {
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(octets(100, 6));

        assertThat(held.hold(0, true, 2L * CAPACITY - 100, buffer, 0, 100)).isEqualTo(100);
        assertThat(held.hold(100, true, 2L * CAPACITY - 99, buffer, 0, 100)).isNegative();

        held.release();
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void piecesHaveABoundAsWell() {
        ByteBuf buffer = Unpooled.directBuffer(64 << 10).writeBytes(octets(100, 7));
        for (int i = 0; i < ReceiveStream.LEAST_MOST_PIECES; i++) {
            assertThat(held.hold(2L * i, true, 10, buffer, 0, 1)).isEqualTo(1);
        }

        assertThat(held.hold(90_000, true, 10, buffer, 0, 1)).isNegative();
        assertThat(held.hold(90_000, true, 0, buffer, 0, 1)).isEqualTo(1);

        held.release();
        buffer.release();
        assertNothingLeft();
    }

    @Test
    void octetsOutOfOrderLeaveMemoryToThoseInOrder() {
        MemoryBudget small = new MemoryBudget(64 << 10);
        ReceiveStream tight = new ReceiveStream(UnpooledByteBufAllocator.DEFAULT, small, CAPACITY);
        HeldOctets inTight = tight.hold();
        ByteBuf buffer = Unpooled.directBuffer(30_000, 30_000).writeBytes(octets(30_000, 8));

        assertThat(inTight.hold(0, true, 1, buffer, 0, 30_000)).isEqualTo(30_000);
        assertThat(inTight.hold(30_000, true, 1, buffer, 0, 30_000)).isNegative();
        assertThat(inTight.hold(30_000, true, 0, buffer, 0, 30_000)).isEqualTo(30_000);

        inTight.release();
        tight.close();
        assertThat(small.used()).isZero();
        buffer.release();
    }

    @Test
    void whatIsCommittedToAClosedStreamIsReleased() {
        ByteBuf buffer = Unpooled.directBuffer().writeBytes(octets(100, 9));
        held.hold(0, true, 0, buffer, 0, 100);
        stream.abort();

        held.commit(0, 100, 0);

        assertThat(held.hold(100, true, 100, buffer, 0, 100)).isNegative();
        buffer.release();
        assertNothingLeft();
    }

    private byte[] read(int length) {
        byte[] into = new byte[length + 1];
        int count = stream.read(into, 0, into.length);
        stream.publish();
        return Arrays.copyOf(into, count);
    }

    private void assertNothingLeft() {
        stream.close();
        assertThat(budget.used()).isZero();
    }

    private static byte[] octets(int length, int seed) {
        byte[] octets = new byte[length];
        new SplittableRandom(seed).nextBytes(octets);
        return octets;
    }

    private static byte[] filled(int value, int length) {
        byte[] octets = new byte[length];
        Arrays.fill(octets, (byte) value);
        return octets;
    }
}
