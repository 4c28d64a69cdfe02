package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SendStreamTest {
    private static final int MIB = 1 << 20;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryBudget budget = new MemoryBudget(16 * MIB);
    private final SendStream stream = new SendStream(allocator, budget, MIB);
    private final Spans spans = new Spans(8 * MIB);

    @AfterEach
    void nothingIsLeft() {
        stream.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void whatIsWrittenCanBeRead() {
        assertThat(stream.write(Octets.array(0, 1000), 0, 1000)).isEqualTo(1000);

        assertThat(stream.written()).isEqualTo(1000);
        assertReads(stream, 0, 1000);
        assertReads(stream, 999, 1);
    }

    @Test
    void aByteBufferIsDrained() {
        for (ByteBuffer source : new ByteBuffer[] {ByteBuffer.allocate(5000), ByteBuffer.allocateDirect(5000)}) {
            source.put(Octets.array(stream.written(), 5000)).flip();

            assertThat(stream.write(source)).isEqualTo(5000);

            assertThat(source.hasRemaining()).isFalse();
        }
        assertReads(stream, 0, 10_000);
    }

    @Test
    void writingNothingDoesNothing() {
        assertThat(stream.write(new byte[0], 0, 0)).isZero();
        assertThat(stream.write(ByteBuffer.allocate(0))).isZero();

        assertThat(stream.written()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aRangeOutsideTheArrayIsAnError() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> stream.write(new byte[4], 2, 3));
        assertThat(stream.write(new byte[4], 2, 2)).isEqualTo(2);
    }

    @Test
    void writesStopAtTheCapacityUntilOctetsAreReleased() {
        SendStream small = new SendStream(allocator, budget, 10_000);

        assertThat(small.write(Octets.array(0, 12_000), 0, 12_000)).isEqualTo(10_000);
        assertThat(small.room()).isZero();
        assertThat(small.write(new byte[1], 0, 1)).isZero();

        small.release(4_000);
        assertThat(small.room()).isEqualTo(4_000);
        assertThat(small.write(Octets.array(10_000, 5_000), 0, 5_000)).isEqualTo(4_000);
        assertReads(small, 4_000, 10_000);
        small.close();
    }

    @Test
    void whatIsAcknowledgedMakesRoomThoughItStaysUntilTwiceTheCapacityIsHeld() {
        SendStream small = new SendStream(allocator, budget, 10_000);
        small.write(Octets.array(0, 10_000), 0, 10_000);

        small.acknowledge(8_000);
        assertThat(small.room()).isEqualTo(8_000);
        small.write(Octets.array(10_000, 8_000), 0, 8_000);
        assertReads(small, 0, 10_000);
        small.acknowledge(18_000);
        assertThat(small.room()).isEqualTo(2_000);
        assertThat(small.write(new byte[9_000], 0, 9_000)).isEqualTo(2_000);
        assertThat(small.room()).isZero();

        small.release(18_000);
        assertThat(small.room()).isEqualTo(8_000);
        small.close();
    }

    @Test
    void aShrunkenCapacityLeavesNoRoomAndTakesNothingAway() {
        stream.write(Octets.array(0, 5_000), 0, 5_000);

        stream.setCapacity(1_000);

        assertThat(stream.room()).isZero();
        assertReads(stream, 0, 5_000);
        stream.release(4_500);
        assertThat(stream.room()).isEqualTo(500);
    }

    @Test
    void aBudgetThatIsUsedUpStopsWritesUntilPagesAreFreed() {
        MemoryBudget small = new MemoryBudget(64 * 1024 + 4096);
        SendStream starved = new SendStream(allocator, small, MIB);

        assertThat(starved.write(Octets.array(0, 200_000), 0, 200_000)).isEqualTo(64 * 1024 + 4096);
        assertThat(starved.write(new byte[1], 0, 1)).isZero();
        assertReads(starved, 0, 64 * 1024 + 4096);

        starved.release(64 * 1024);
        assertThat(starved.write(Octets.array(64 * 1024 + 4096, 100), 0, 100)).isEqualTo(100);
        assertReads(starved, 64 * 1024, 4196);
        starved.close();
        assertThat(small.used()).isZero();
    }

    @Test
    void aStreamWhoseOctetsAreAllReleasedHoldsNoPage() {
        for (int length : new int[] {1, 4095, 4096, 4097, 100_000}) {
            stream.write(new byte[length], 0, length);
            assertThat(budget.used()).isGreaterThanOrEqualTo(length);

            stream.release(stream.written());

            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void smallWritesThatPileUpShareLargePages() {
        for (int i = 0; i < 10_000; i++) {
            stream.write(Octets.array(i * 100L, 100), 0, 100);
        }

        assertThat(budget.used()).isLessThan(MIB + 64 * 1024);
        assertThat(stream.readable(500_000, 65_000, 3)).isEqualTo(65_000);
        assertReads(stream, 0, 1_000_000);
    }

    @Test
    void readableStopsAtTheSpansThatAreLeft() {
        stream.write(Octets.array(0, 64 * 1024), 0, 64 * 1024);
        stream.write(Octets.array(64 * 1024, 64 * 1024), 0, 64 * 1024);

        assertThat(stream.readable(1000, 100_000, 1)).isEqualTo(64 * 1024 - 1000);
        assertThat(stream.readable(1000, 100_000, 2)).isEqualTo(100_000);
        assertThat(stream.readable(1000, 100_000, 0)).isZero();
        assertThat(stream.readable(128 * 1024, 1, 1)).isZero();
    }

    @Test
    void theEndIsKnownOnceTheStreamIsFinished() {
        stream.write(new byte[10], 0, 10);
        assertThat(stream.isFinished()).isFalse();

        stream.finish();
        stream.finish();

        assertThat(stream.isFinished()).isTrue();
        assertThat(stream.endPosition()).isEqualTo(10);
        assertThat(stream.write(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(stream.room()).isZero();
    }

    @Test
    void aClosedStreamTakesAndGivesNothing() {
        stream.write(new byte[10_000], 0, 10_000);

        stream.close();

        assertThat(stream.write(new byte[1], 0, 1)).isEqualTo(-1);
        assertThat(stream.readable(0, 10_000, 32)).isZero();
        assertThat(stream.isClosed()).isTrue();
        assertThat(stream.room()).isZero();
        stream.release(10_000);
        assertThat(budget.used()).isZero();
    }

    @Test
    void positionsGoOnBeyondFourGibibytes() {
        byte[] octets = new byte[64 * 1024 - 1];
        SendStream large = new SendStream(allocator, budget, 64 * 1024);
        while (large.written() <= 1L << 32) {
            assertThat(large.write(octets, 0, octets.length)).isEqualTo(octets.length);
            large.release(large.written());
        }
        long start = large.written();

        large.write(Octets.array(start, 50_000), 0, 50_000);

        assertReads(large, start, 50_000);
        assertReads(large, start + 49_000, 1_000);
        large.close();
    }

    @Test
    void theStreamDoesWhatAnArrayDoes() {
        for (int seed = 1; seed <= 100; seed++) {
            compareWithArray(new Random(seed));
        }
    }

    private void compareWithArray(Random random) {
        int capacity = 1 + random.nextInt(300_000);
        SendStream tested = new SendStream(allocator, budget, capacity);
        long written = 0;
        long released = 0;
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    int wanted = random.nextInt(random.nextInt(10) == 0 ? 200_000 : 3_000);
                    int fits = (int) Math.min(wanted, capacity - (written - released));
                    assertThat(tested.write(Octets.array(written, wanted), 0, wanted))
                            .isEqualTo(fits);
                    written += fits;
                }
                case 2 -> {
                    // Reads run forward, backward and anywhere, as retransmissions do.
                    long position = released + (long) (random.nextDouble() * (written - released));
                    int wanted = random.nextInt(100_000);
                    int length = tested.readable(position, wanted, 1 + random.nextInt(32));
                    assertThat(length).isLessThanOrEqualTo(wanted);
                    assertThat(length > 0).isEqualTo(wanted > 0 && position < written);
                    assertReads(tested, position, length);
                }
                default -> {
                    released += (long) (random.nextDouble() * (written - released + 1));
                    tested.release(released);
                }
            }
            assertThat(tested.written()).isEqualTo(written);
            assertThat(tested.room()).isEqualTo((int) (capacity - (written - released)));
        }
        tested.release(written);
        assertThat(budget.used()).isZero();
        tested.close();
    }

    private void assertReads(SendStream from, long position, int length) {
        from.read(position, length, spans.clear());
        assertThat(spans.length).isEqualTo(length);
        assertThat(Octets.mismatch(spans.octets, 0, length, position)).isEqualTo(-1);
    }
}
