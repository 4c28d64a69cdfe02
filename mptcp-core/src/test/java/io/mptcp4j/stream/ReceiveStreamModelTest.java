package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random segments, in and out of order, against a set of bits that says which octets have arrived. */
class ReceiveStreamModelTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryBudget budget = new MemoryBudget(64 << 20);

    @Test
    void theStreamDoesWhatAnArrayDoes() {
        for (int seed = 1; seed <= 200; seed++) {
            new Run(new Random(seed)).run();
            assertThat(budget.used()).as("seed %d", seed).isZero();
            assertThat(allocator.metric().usedDirectMemory())
                    .as("seed %d", seed)
                    .isZero();
        }
    }

    private final class Run {
        private static final int LENGTH = 200_000;

        private final Random random;
        private final int capacity;
        private final int longest;
        private final ReceiveStream stream;
        private final BitSet arrived = new BitSet();
        private final byte[] into = new byte[LENGTH];
        private int consumed;
        private long duplicates;

        Run(Random random) {
            this.random = random;
            this.capacity = 1000 + random.nextInt(LENGTH);
            this.longest = 1 + random.nextInt(random.nextBoolean() ? 200 : 20_000);
            this.stream = new ReceiveStream(allocator, budget, capacity);
        }

        void run() {
            for (int step = 0; step < 400; step++) {
                if (random.nextInt(3) > 0) {
                    accept();
                } else {
                    read();
                }
                checkCounts();
            }
            if (random.nextBoolean()) {
                finish();
            }
            stream.close();
        }

        private void accept() {
            int next = arrived.nextClearBit(0);
            int position = Math.max(0, next + random.nextInt(2 * longest) - longest);
            if (random.nextInt(3) == 0) {
                position = next;
            }
            int length = Math.min(random.nextInt(longest + 1), LENGTH - Math.min(LENGTH, position));
            ByteBuf buffer = Octets.buffer(random.nextBoolean() ? Math.max(1, length) : 65_792, 0, position, length);

            boolean accepted = stream.accept(position, buffer, 0, length);

            buffer.release();
            int end = position + length;
            boolean isNew = arrived.nextClearBit(position) < end;
            assertThat(accepted).isEqualTo(!isNew || end <= consumed + 2L * capacity);
            if (accepted) {
                int before = arrived.cardinality();
                arrived.set(position, Math.max(position, end));
                duplicates += length - (arrived.cardinality() - before);
            }
        }

        private void read() {
            if (random.nextBoolean()) {
                stream.publish();
            }
            int count = stream.read(into, 0, random.nextInt(LENGTH));
            assertThat(count).isNotNegative();
            assertThat(Octets.mismatch(into, 0, count, consumed)).isEqualTo(-1);
            consumed += count;
        }

        private void checkCounts() {
            int next = arrived.nextClearBit(0);
            assertThat(stream.nextPosition()).isEqualTo(next);
            assertThat(stream.consumed()).isEqualTo(consumed);
            assertThat(stream.window()).isEqualTo(Math.max(0, capacity - (next - consumed)));
            assertThat(stream.outOfOrderOctets()).isEqualTo(arrived.cardinality() - next);
            assertThat(stream.duplicateOctets()).isEqualTo(duplicates);
        }

        /** The rest arrives, and all is read. */
        private void finish() {
            stream.setCapacity(2 * LENGTH);
            stream.finish(LENGTH);
            while (!stream.isEnd()) {
                if (!stream.isComplete()) {
                    int next = (int) stream.nextPosition();
                    int length = Math.min(LENGTH - next, 30_000);
                    ByteBuf buffer = Octets.buffer(65_792, 0, next, length);
                    assertThat(stream.accept(next, buffer, 0, length)).isTrue();
                    buffer.release();
                }
                stream.publish();
                int count = stream.read(into, 0, LENGTH);
                assertThat(Octets.mismatch(into, 0, Math.max(0, count), consumed))
                        .isEqualTo(-1);
                consumed += Math.max(0, count);
            }
            assertThat(consumed).isEqualTo(LENGTH);
        }
    }
}
