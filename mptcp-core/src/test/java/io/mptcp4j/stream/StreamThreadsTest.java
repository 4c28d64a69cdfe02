package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The application on a thread of its own, as it will be; this test's thread is the loop. */
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamThreadsTest {
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final MemoryBudget budget = new MemoryBudget(4 << 20);
    private final ExecutorService application = Executors.newSingleThreadExecutor();

    @AfterEach
    void nothingIsLeft() {
        application.shutdownNow();
        assertThat(budget.used()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void whatOneThreadWritesTheOtherReads() throws Exception {
        long total = 30_000_000;
        SendStream stream = new SendStream(allocator, budget, 300_000);
        Future<Long> writer = application.submit(() -> write(stream, total, new Random(1), 10_000));

        readAll(stream, total, new Random(2));

        assertThat(writer.get()).isEqualTo(total);
        assertThat(stream.isFinished()).isTrue();
        assertThat(budget.used()).isZero();
        stream.close();
    }

    @Test
    void pagesOfLoneOctetsAreFreedUnderTheWriter() throws Exception {
        // Each write may find that the loop has just taken its page away.
        // Where the threads share a processor each of its turns is one of a few octets: not for ever.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Random random = new Random(3);
        for (int round = 0; round < 400 && System.nanoTime() - end < 0; round++) {
            long total = 500 + random.nextInt(1_000);
            SendStream stream = new SendStream(allocator, budget, 4);
            Future<Long> writer = application.submit(() -> write(stream, total, new Random(1), 4));

            readAll(stream, total, new Random(2));

            assertThat(writer.get()).isEqualTo(total);
            assertThat(budget.used()).isZero();
            stream.close();
        }
    }

    @Test
    void closingUnderTheWriterFreesAllOnce() throws Exception {
        Random random = new Random(3);
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < 3_000; round++) {
            SendStream stream = new SendStream(allocator, budget, 200_000);
            int seed = round;
            Future<Long> writer = application.submit(() -> {
                start.await();
                return write(stream, Long.MAX_VALUE, new Random(seed), 5_000);
            });
            start.await();
            for (int turn = random.nextInt(30); turn > 0; turn--) {
                stream.release(stream.written() - random.nextInt((int) stream.held() + 1));
            }

            stream.close();

            assertThat(writer.get()).isNegative();
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void whatTheLoopPlacesTheOtherThreadReads() throws Exception {
        long total = 30_000_000;
        ReceiveStream stream = new ReceiveStream(allocator, budget, 300_000);
        Future<Long> reader = application.submit(() -> read(stream, new Random(1)));

        placeAll(stream, total, new Random(2));

        assertThat(reader.get()).isEqualTo(total);
        assertThat(stream.isEnd()).isTrue();
        stream.close();
    }

    @Test
    void closingUnderTheReaderFreesAllOnce() throws Exception {
        closeInRounds(ReceiveStream::close);
    }

    @Test
    void aReaderClosedUnderTheLoopLeavesNothingBehind() throws Exception {
        Random random = new Random(4);
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < 3_000; round++) {
            ReceiveStream stream = new ReceiveStream(allocator, budget, 300_000);
            int reads = random.nextInt(5);
            Future<Long> reader = application.submit(() -> {
                start.await();
                byte[] into = new byte[20_000];
                for (int i = 0; i < reads; i++) {
                    stream.read(into, 0, into.length);
                }
                stream.closeReader();
                return stream.consumed();
            });
            start.await();
            for (int i = 0; i < 10; i++) {
                placeNext(stream, random, Long.MAX_VALUE);
                stream.publish();
            }

            reader.get();

            // The ring is empty although nobody reads; what lies behind holes goes with the abort.
            assertThat(stream.consumed()).isEqualTo(stream.nextPosition());
            stream.abort();
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void closingOnBothSidesFreesAllOnce() throws Exception {
        closeInRounds(stream -> {
            stream.abort();
            stream.closeReader();
            stream.close();
        });
    }

    private interface Closing {
        void close(ReceiveStream stream);
    }

    private void closeInRounds(Closing closing) throws Exception {
        Random random = new Random(5);
        CyclicBarrier start = new CyclicBarrier(2);
        for (int round = 0; round < 3_000; round++) {
            ReceiveStream stream = new ReceiveStream(allocator, budget, 300_000);
            boolean readerCloses = random.nextBoolean();
            Callable<Long> reading = () -> {
                start.await();
                long count = read(stream, new Random(6));
                if (readerCloses) {
                    stream.closeReader();
                }
                return count;
            };
            Future<Long> reader = application.submit(reading);
            start.await();
            for (int turn = random.nextInt(20); turn > 0; turn--) {
                placeNext(stream, random, Long.MAX_VALUE);
                stream.publish();
            }

            closing.close(stream);

            assertThat(reader.get()).isLessThanOrEqualTo(stream.nextPosition());
            assertThat(budget.used()).isZero();
        }
    }

    // ---- the application

    /** Writes until all is written, and finishes; returns what was written, or -1 when the loop closed the stream. */
    private static long write(SendStream stream, long total, Random random, int longest) {
        long position = 0;
        while (position < total) {
            int wanted = (int) Math.min(total - position, 1 + random.nextInt(longest));
            byte[] octets = Octets.array(position, wanted);
            int done = 0;
            while (done < wanted) {
                int count = stream.write(octets, done, wanted - done);
                if (count < 0) {
                    return -1;
                }
                if (count == 0) {
                    Thread.yield();
                }
                done += count;
            }
            position += wanted;
        }
        stream.finish();
        return position;
    }

    /** Reads until the end, or until the stream is closed; returns the octets read. */
    private static long read(ReceiveStream stream, Random random) {
        byte[] into = new byte[50_000];
        long position = 0;
        while (true) {
            int count = stream.read(into, 0, 1 + random.nextInt(into.length));
            if (count < 0 || (count == 0 && stream.isReaderClosed())) {
                return position;
            }
            int wrong = Octets.mismatch(into, 0, count, position);
            if (wrong >= 0) {
                throw new AssertionError("wrong octet at " + (position + wrong));
            }
            if (count == 0) {
                Thread.yield();
            }
            position += count;
        }
    }

    // ---- the loop

    private static void readAll(SendStream stream, long total, Random random) {
        Spans spans = new Spans(70_000);
        long position = 0;
        while (position < total) {
            int length = stream.readable(position, 65_000, 16);
            if (length == 0) {
                Thread.yield();
                continue;
            }
            stream.read(position, length, spans.clear());
            assertThat(spans.length).isEqualTo(length);
            assertThat(Octets.mismatch(spans.octets, 0, length, position)).isEqualTo(-1);
            position += length;
            long held = position - stream.released();
            stream.release(position - (random.nextBoolean() ? 0 : random.nextInt((int) held)));
        }
        stream.release(total);
    }

    private static void placeAll(ReceiveStream stream, long total, Random random) {
        stream.finish(total);
        while (!stream.isComplete()) {
            if (stream.window() == 0) {
                Thread.yield();
            }
            for (int i = random.nextInt(8); i >= 0; i--) {
                placeNext(stream, random, total);
            }
            stream.publish();
        }
        while (stream.hasUnpublished()) {
            stream.publish();
        }
    }

    /** Octets at the next position or near it, in a buffer that they fill or one that they do not. */
    private static void placeNext(ReceiveStream stream, Random random, long total) {
        int longest = random.nextInt(4) == 0 ? 60_000 : 1_500;
        long position = stream.nextPosition();
        if (random.nextInt(3) == 0) {
            position = Math.max(0, position + random.nextInt(20_000) - 5_000);
        }
        int length = (int) Math.max(0, Math.min(total - position, 1 + random.nextInt(longest)));
        ByteBuf buffer = Octets.buffer(random.nextBoolean() ? 65_792 : length + 64, 64, position, length);
        stream.accept(position, buffer, 64, length);
        buffer.release();
    }
}
