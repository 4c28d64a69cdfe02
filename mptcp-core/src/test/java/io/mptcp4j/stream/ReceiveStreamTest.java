package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceiveStreamTest {
    private static final int CAPACITY = 100_000;
    private static final int BUFFER = 65_792;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final ReceiveStream stream = new ReceiveStream(allocator, budget, CAPACITY);

    @AfterEach
    void nothingIsLeft() {
        stream.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(budget.used()).isZero();
    }

    // ---- places

    @Test
    void octetsInOrderAreReadAfterTheyAreHandedOn() {
        assertThat(accept(0, 1000)).isTrue();
        assertThat(stream.nextPosition()).isEqualTo(1000);
        assertThat(stream.available()).isZero();
        assertThat(stream.hasUnpublished()).isTrue();

        stream.publish();

        assertThat(stream.hasUnpublished()).isFalse();
        assertThat(stream.available()).isEqualTo(1000);
        assertReads(1000);
        assertThat(stream.read(new byte[1], 0, 1)).isZero();
    }

    @Test
    void octetsBehindAHoleWaitUntilItIsFilled() {
        accept(2000, 500);
        accept(1000, 500);
        assertThat(stream.nextPosition()).isZero();
        assertThat(stream.outOfOrderOctets()).isEqualTo(1000);

        accept(0, 1000);
        assertThat(stream.nextPosition()).isEqualTo(1500);
        assertThat(stream.outOfOrderOctets()).isEqualTo(500);

        accept(1500, 500);
        assertThat(stream.nextPosition()).isEqualTo(2500);
        assertThat(stream.outOfOrderOctets()).isZero();
        assertReads(2500);
    }

    @Test
    void whatIsThereAlreadyIsTrimmedAndCounted() {
        accept(0, 1000);
        accept(1500, 500);

        assertThat(accept(500, 2000)).isTrue();

        assertThat(stream.nextPosition()).isEqualTo(2500);
        assertThat(stream.duplicateOctets()).isEqualTo(1000);
        assertReads(2500);
        assertThat(accept(100, 200)).isTrue();
        assertThat(stream.duplicateOctets()).isEqualTo(1200);
    }

    @Test
    void theFirstCopyWins() {
        accept(1000, 1000);
        ByteBuf other = Unpooled.directBuffer(BUFFER, BUFFER).writeZero(BUFFER);

        assertThat(stream.accept(500, other, 0, 2000)).isTrue();
        accept(0, 500);
        stream.publish();

        byte[] read = new byte[2500];
        assertThat(stream.read(read, 0, 2500)).isEqualTo(2500);
        assertThat(Octets.mismatch(read, 0, 500, 0)).isEqualTo(-1);
        assertThat(read[500]).isZero();
        assertThat(Octets.mismatch(read, 1000, 1000, 1000)).isEqualTo(-1);
        assertThat(read[2000]).isZero();
        assertThat(other.release()).isTrue();
    }

    @Test
    void noOctetsAreNoTrouble() {
        assertThat(accept(0, 0)).isTrue();
        assertThat(accept(CAPACITY, 0)).isTrue();
        assertThat(stream.read(new byte[0], 0, 0)).isZero();
        assertThat(stream.read(ByteBuffer.allocate(0))).isZero();

        assertThat(budget.used()).isZero();
        assertThat(stream.duplicateOctets()).isZero();
    }

    // ---- window

    @Test
    void theWindowClosesWithWhatArrivesAndOpensWithWhatIsRead() {
        assertThat(stream.window()).isEqualTo(CAPACITY);
        accept(0, 30_000);
        accept(50_000, 1_000);
        assertThat(stream.window()).isEqualTo(CAPACITY - 30_000);

        stream.publish();
        assertThat(stream.read(new byte[10_000], 0, 10_000)).isEqualTo(10_000);

        assertThat(stream.window()).isEqualTo(CAPACITY - 20_000);
    }

    @Test
    void octetsBeyondTheWindowAreTakenAsFarAsThePeerMayHaveMiscounted() {
        // RFC 8684 3.3.4: the window is relative to the DATA_ACK; a new one with an old window leads too far
        assertThat(accept(2 * CAPACITY - 10, 11)).isFalse();
        assertThat(stream.outOfOrderOctets()).isZero();
        assertThat(budget.used()).isZero();

        assertThat(accept(2 * CAPACITY - 10, 10)).isTrue();
        assertThat(stream.window()).isEqualTo(CAPACITY);
    }

    @Test
    void aWindowOnceOpenedStaysOpenWhenTheCapacityShrinks() {
        // RFC 9293 3.8.6: a receiver should not shrink the window
        stream.setCapacity(1000);

        assertThat(stream.window()).isEqualTo(1000);
        assertThat(accept(0, 50_000)).isTrue();
        assertThat(stream.window()).isZero();
        assertThat(accept(50_000, 50_000)).isTrue();
        assertThat(accept(101_000, 1)).isFalse();
    }

    @Test
    void tooManyHolesAreRefusedButOctetsInOrderNever() {
        int pieces = ReceiveStream.LEAST_MOST_PIECES;
        for (int i = 0; i < pieces; i++) {
            assertThat(accept(1 + 2 * i, 1)).isTrue();
        }
        assertThat(accept(2 * pieces + 1, 1)).isFalse();

        for (int i = 0; i < pieces; i++) {
            assertThat(accept(2 * i, 1)).isTrue();
        }

        assertThat(stream.nextPosition()).isEqualTo(2 * pieces);
        assertReads(2 * pieces);
    }

    @Test
    void aLargerCapacityTakesMoreHoles() {
        int capacity = 16 << 20;
        int pieces = capacity / ReceiveStream.CAPACITY_A_PIECE;
        MemoryBudget large = new MemoryBudget(64 << 20);
        ReceiveStream wide = new ReceiveStream(allocator, large, capacity);
        ByteBuf buffer = Octets.buffer(BUFFER, 0, 0, 1);
        for (int i = 0; i < pieces; i++) {
            assertThat(wide.accept(1 + 2 * i, buffer, 0, 1)).isTrue();
        }

        assertThat(wide.accept(1 + 2 * pieces, buffer, 0, 1)).isFalse();
        assertThat(wide.accept(0, buffer, 0, 1)).isTrue();

        wide.close();
        buffer.release();
        assertThat(large.used()).isZero();
    }

    @Test
    void holesCostMemoryOfTheBudget() {
        // A peer may send single octets: what is kept of each is more than the octet.
        stream.setCapacity(16 << 20);
        ByteBuf buffer = Octets.buffer(BUFFER, 0, 0, 1);
        int taken = 0;
        while (stream.accept(1 + 2 * taken, buffer, 0, 1)) {
            taken++;
        }

        assertThat(budget.used()).isGreaterThan((taken - Chunks.KEPT) * (long) Piece.OCTETS);
        assertThat(budget.used()).isLessThanOrEqualTo(budget.limit());
        // The next hole had no place; the octets in order have.
        assertThat(taken).isLessThan(stream.mostPieces());
        assertThat(stream.accept(0, buffer, 0, 1)).isTrue();
        buffer.release();
    }

    @Test
    void aPieceCostsAFewStepsInWhateverOrderTheyCome() {
        int capacity = 16 << 20;
        int pieces = capacity / ReceiveStream.CAPACITY_A_PIECE;
        for (int order = 0; order < 4; order++) {
            ReceiveStream wide = new ReceiveStream(allocator, new MemoryBudget(64 << 20), capacity);
            ByteBuf buffer = Octets.buffer(BUFFER, 0, 0, 1);
            for (int i = 0; i < pieces; i++) {
                int place =
                        switch (order) {
                            case 0 -> i;
                            case 1 -> pieces - 1 - i;
                            // From the middle to both ends, and all over the place.
                            case 2 -> pieces / 2 + (i % 2 == 0 ? i / 2 : -1 - i / 2);
                            default -> i * 7_919 % pieces;
                        };
                assertThat(wide.accept(1 + 2L * place, buffer, 0, 1)).isTrue();
            }
            for (int i = 0; i < pieces; i++) {
                assertThat(wide.accept(2L * i, buffer, 0, 1)).isTrue();
            }

            assertThat(wide.nextPosition()).isEqualTo(2 * pieces);
            assertThat(wide.steps()).as("order %d", order).isLessThan(60L * 2 * pieces);
            wide.close();
            buffer.release();
        }
    }

    @Test
    void onePayloadFillsAllHoles() {
        for (int i = 0; i < 1000; i++) {
            accept(10 + 20 * i, 10);
        }

        assertThat(accept(0, 25_000)).isTrue();

        assertThat(stream.duplicateOctets()).isEqualTo(10_000);
        assertReads(25_000);
    }

    // ---- memory

    @Test
    void aLargePayloadIsKeptInItsBuffer() {
        ByteBuf buffer = Octets.buffer(BUFFER, 100, 0, 40_000);

        stream.accept(0, buffer, 100, 40_000);

        assertThat(buffer.refCnt()).isEqualTo(2);
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(budget.used()).isEqualTo(BUFFER);
        assertReads(40_000);
        assertThat(buffer.refCnt()).isEqualTo(1);
        assertThat(budget.used()).isZero();
        buffer.release();
    }

    @Test
    void smallPayloadsAreCopiedTogetherWhereverTheyBelong() {
        for (int i = 0; i < 40; i++) {
            ByteBuf buffer = Octets.buffer(BUFFER, 0, i * 200L, 100);
            stream.accept(i * 200L, buffer, 0, 100);
            assertThat(buffer.release()).isTrue();
        }

        assertThat(budget.used()).isEqualTo(4096);
    }

    @Test
    void whatIsPinnedIsAboutTwiceWhatIsHeld() {
        stream.setCapacity(1 << 20);
        for (int length : new int[] {1, 100, 1460, 8_000, 20_000, 32_000, 33_000, 65_000}) {
            long start = stream.nextPosition();
            for (int i = 0; i < 8; i++) {
                accept(stream.nextPosition(), length);
                long held = stream.nextPosition() - start;
                assertThat(budget.used()).isLessThanOrEqualTo(2 * held + 256 * 1024);
            }
            assertReads(8 * length);
        }
    }

    @Test
    void aStreamThatIsReadToItsEndHoldsNothing() {
        accept(0, 1000);
        stream.finish(1000);

        assertReads(1000);

        assertThat(stream.isEnd()).isTrue();
        assertThat(budget.used()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void anIdleStreamHoldsNothing() {
        accept(0, 1000);
        stream.publish();
        stream.trim();
        assertThat(budget.used()).isPositive();

        assertReads(1000);
        stream.trim();

        assertThat(budget.used()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        accept(1000, 1000);
        assertReads(1000);
    }

    @Test
    void withoutMemoryOctetsAreRefusedUntilSomeAreRead() {
        MemoryBudget small = new MemoryBudget(3 * BUFFER);
        ReceiveStream starved = new ReceiveStream(allocator, small, 1 << 20);
        ByteBuf buffer = Octets.buffer(BUFFER, 0, 0, 60_000);

        assertThat(starved.accept(120_000, buffer, 0, 60_000)).isTrue();
        assertThat(starved.accept(180_000, buffer, 0, 60_000)).isTrue();
        // An eighth is left for octets in order.
        assertThat(starved.accept(240_000, buffer, 0, 60_000)).isFalse();
        assertThat(starved.accept(0, buffer, 0, 60_000)).isTrue();
        assertThat(starved.accept(60_000, buffer, 0, 1)).isFalse();
        assertThat(starved.nextPosition()).isEqualTo(60_000);

        starved.publish();
        assertThat(starved.read(new byte[60_000], 0, 60_000)).isEqualTo(60_000);
        assertThat(starved.accept(60_000, buffer, 0, 60_000)).isTrue();

        starved.close();
        assertThat(small.used()).isZero();
        assertThat(buffer.release()).isTrue();
    }

    // ---- the reader

    @Test
    void whatDoesNotFitIntoTheRingIsHandedOnLater() {
        stream.setCapacity(1 << 20);
        // Payloads that fill their small buffers are kept in them, each a piece of its own.
        for (int i = 0; i < 600; i++) {
            ByteBuf buffer = Octets.buffer(100, 0, i * 100L, 100);
            stream.accept(i * 100L, buffer, 0, 100);
            buffer.release();
        }
        stream.publish();
        assertThat(stream.available()).isEqualTo(25_600);
        assertThat(stream.hasUnpublished()).isTrue();

        assertReads(60_000);
    }

    @Test
    void aByteBufferIsFilledInPart() {
        accept(0, 3000);
        stream.publish();
        for (ByteBuffer into : new ByteBuffer[] {ByteBuffer.allocate(2000), ByteBuffer.allocateDirect(2000)}) {
            into.position(500).limit(1500);
            long from = stream.consumed();

            assertThat(stream.read(into)).isEqualTo(1000);

            assertThat(into.position()).isEqualTo(1500);
            assertThat(into.limit()).isEqualTo(1500);
            byte[] read = new byte[1000];
            into.get(500, read);
            assertThat(Octets.mismatch(read, 0, 1000, from)).isEqualTo(-1);
        }
        assertThat(stream.available()).isEqualTo(1000);
    }

    // ---- the end

    @Test
    void theReaderFindsTheEndBehindTheLastOctet() {
        accept(0, 1000);
        stream.finish(1500);
        assertThat(stream.isComplete()).isFalse();
        accept(1000, 500);
        assertThat(stream.isComplete()).isTrue();

        assertReads(1500);

        assertThat(stream.isEnd()).isTrue();
        assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(stream.read(new byte[0], 0, 0)).isZero();
    }

    @Test
    void anEmptyStreamEndsAtOnce() {
        stream.finish(0);

        assertThat(stream.isComplete()).isTrue();
        assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void octetsBeyondTheEndAreDropped() {
        accept(1000, 1000);
        accept(3000, 1000);

        stream.finish(1500);

        assertThat(stream.outOfOrderOctets()).isEqualTo(500);
        assertThat(accept(0, 5000)).isTrue();
        assertThat(stream.isComplete()).isTrue();
        assertReads(1500);
        assertThat(stream.isEnd()).isTrue();
    }

    @Test
    void afterAnAbortTheReaderKeepsWhatWasHandedOn() {
        accept(0, 1000);
        stream.publish();
        accept(1000, 1000);
        accept(5000, 1000);

        stream.abort();

        assertThat(stream.isAborted()).isTrue();
        assertThat(accept(2000, 100)).isFalse();
        assertReads(1000);
        assertThat(stream.read(new byte[1], 0, 1)).isZero();
        assertThat(stream.isEnd()).isFalse();
    }

    @Test
    void anAbortAfterTheEndTakesNothingFromTheReader() {
        accept(0, 1000);
        stream.publish();
        accept(1000, 1000);
        stream.finish(2000);

        stream.abort();

        assertThat(stream.isAborted()).isTrue();
        assertReads(1000);
        assertThat(stream.isEnd()).isFalse();
        stream.publish();
        assertReads(1000);
        assertThat(stream.isEnd()).isTrue();
    }

    @Test
    void afterTheReaderIsClosedOctetsCountAsConsumed() {
        accept(0, 1000);
        stream.publish();

        stream.closeReader();
        assertThat(stream.consumed()).isEqualTo(1000);
        accept(1000, 50_000);
        stream.publish();

        assertThat(stream.isReaderClosed()).isTrue();
        assertThat(stream.consumed()).isEqualTo(51_000);
        assertThat(stream.window()).isEqualTo(CAPACITY);
        assertThat(stream.read(new byte[1], 0, 1)).isZero();
    }

    @Test
    void closingFreesWhatNobodyHasRead() {
        ByteBuf buffer = Octets.buffer(BUFFER, 0, 0, 40_000);
        stream.accept(0, buffer, 0, 40_000);
        stream.publish();
        stream.read(new byte[10], 0, 10);
        stream.accept(40_000, buffer, 0, 100);
        stream.accept(50_000, buffer, 0, 40_000);

        stream.close();
        stream.close();

        assertThat(buffer.refCnt()).isEqualTo(1);
        assertThat(budget.used()).isZero();
        assertThat(stream.accept(0, buffer, 0, 50_000)).isFalse();
        buffer.release();
    }

    @Test
    void aReaderWhoseLastOctetsAreThrownAwayDoesNotFindTheEnd() {
        accept(0, 1000);
        stream.finish(1000);
        stream.publish();
        assertThat(stream.read(new byte[999], 0, 999)).isEqualTo(999);

        stream.close();

        assertThat(stream.consumed()).isEqualTo(1000);
        assertThat(stream.isEnd()).isFalse();
        assertThat(stream.read(new byte[1], 0, 1)).isZero();
    }

    @Test
    void aReaderWhoHasAllFindsTheEndAlsoAfterTheStreamIsClosed() {
        accept(0, 1000);
        stream.finish(1000);
        assertReads(1000);

        stream.close();

        assertThat(stream.isEnd()).isTrue();
        assertThat(stream.read(new byte[1], 0, 1)).isNegative();
    }

    @Test
    void positionsGoOnBeyondFourGibibytes() {
        stream.setCapacity(1 << 20);
        ByteBuf buffer = Octets.buffer(60_000, 0, 0, 60_000);
        byte[] into = new byte[60_000];
        while (stream.nextPosition() <= 1L << 32) {
            assertThat(stream.accept(stream.nextPosition(), buffer, 0, 60_000)).isTrue();
            stream.publish();
            assertThat(stream.read(into, 0, 60_000)).isEqualTo(60_000);
        }
        assertThat(buffer.release()).isTrue();
        long start = stream.nextPosition();

        accept(start + 500, 1000);
        accept(start - 100, 700);

        assertThat(stream.nextPosition()).isEqualTo(start + 1500);
        assertReads(1500);
    }

    private boolean accept(long position, int length) {
        ByteBuf buffer = Octets.buffer(BUFFER, 64, position, length);
        boolean accepted = stream.accept(position, buffer, 64, length);
        buffer.release();
        return accepted;
    }

    private void assertReads(int length) {
        byte[] into = new byte[length];
        int done = 0;
        while (done < length) {
            stream.publish();
            long position = stream.consumed();
            int count = stream.read(into, done, length - done);
            assertThat(count).isPositive();
            assertThat(Octets.mismatch(into, done, count, position)).isEqualTo(-1);
            done += count;
        }
    }
}
