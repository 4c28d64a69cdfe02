package io.mptcp4j.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlineQueueTest {
    private final DeadlineQueue<Waiter> queue = new DeadlineQueue<>(1);

    @Test
    void anEmptyQueueWaitsForEver() {
        assertThat(queue.next()).isEqualTo(Deadlines.NEVER);
        assertThat(queue.pollExpired(Long.MAX_VALUE - 1)).isNull();
    }

    @Test
    void entriesComeOutInTheOrderOfTheirDeadlines() {
        Waiter late = schedule(30);
        Waiter early = schedule(10);
        Waiter middle = schedule(20);

        assertThat(queue.next()).isEqualTo(10);
        assertThat(queue.pollExpired(30)).isSameAs(early);
        assertThat(queue.pollExpired(30)).isSameAs(middle);
        assertThat(queue.pollExpired(30)).isSameAs(late);
        assertThat(queue.pollExpired(30)).isNull();
    }

    @Test
    void anEntryStaysUntilItsDeadlineHasCome() {
        Waiter waiter = schedule(10);

        assertThat(queue.pollExpired(9)).isNull();
        assertThat(queue.pollExpired(10)).isSameAs(waiter);
    }

    @Test
    void schedulingAgainMovesTheEntry() {
        Waiter moved = schedule(10);
        Waiter other = schedule(20);

        queue.schedule(moved, 30);

        assertThat(queue.count()).isEqualTo(2);
        assertThat(queue.deadline(moved)).isEqualTo(30);
        assertThat(queue.pollExpired(40)).isSameAs(other);
        assertThat(queue.pollExpired(40)).isSameAs(moved);
    }

    @Test
    void neverRemovesTheEntry() {
        Waiter waiter = schedule(10);

        queue.schedule(waiter, Deadlines.NEVER);

        assertThat(queue.count()).isZero();
        assertThat(waiter.heapIndex()).isZero();
        assertThat(queue.deadline(waiter)).isEqualTo(Deadlines.NEVER);
    }

    @Test
    void cancellingWhatDoesNotWaitChangesNothing() {
        schedule(10);

        queue.cancel(new Waiter());

        assertThat(queue.count()).isEqualTo(1);
    }

    @Test
    void timesBeforeZeroAreOrderedToo() {
        // System.nanoTime may be negative.
        Waiter after = schedule(-5);
        Waiter before = schedule(Long.MIN_VALUE);

        assertThat(queue.pollExpired(-5)).isSameAs(before);
        assertThat(queue.pollExpired(-5)).isSameAs(after);
    }

    @Test
    void theQueueDoesWhatASortedListDoes() {
        for (int seed = 1; seed <= 50; seed++) {
            compareWithList(new Random(seed), new DeadlineQueue<>());
        }
    }

    private static void compareWithList(Random random, DeadlineQueue<Waiter> queue) {
        List<Waiter> waiters = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            waiters.add(new Waiter());
        }
        long now = 0;
        for (int step = 0; step < 1000; step++) {
            Waiter waiter = waiters.get(random.nextInt(waiters.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    waiter.expected = now + random.nextInt(100);
                    queue.schedule(waiter, waiter.expected);
                }
                case 2 -> {
                    waiter.expected = Deadlines.NEVER;
                    queue.cancel(waiter);
                }
                default -> {
                    now += random.nextInt(10);
                    pollAll(queue, waiters, now);
                }
            }
            assertThat(queue.next()).isEqualTo(earliestOf(waiters));
        }
    }

    private static void pollAll(DeadlineQueue<Waiter> queue, List<Waiter> waiters, long now) {
        for (Waiter expired = queue.pollExpired(now); expired != null; expired = queue.pollExpired(now)) {
            assertThat(expired.expected).isEqualTo(earliestOf(waiters)).isLessThanOrEqualTo(now);
            expired.expected = Deadlines.NEVER;
        }
        assertThat(earliestOf(waiters)).isGreaterThan(now);
    }

    private static long earliestOf(List<Waiter> waiters) {
        long earliest = Deadlines.NEVER;
        for (Waiter waiter : waiters) {
            earliest = Deadlines.earliest(earliest, waiter.expected);
        }
        return earliest;
    }

    private Waiter schedule(long deadline) {
        Waiter waiter = new Waiter();
        queue.schedule(waiter, deadline);
        return waiter;
    }

    private static final class Waiter implements DeadlineQueue.Entry {
        private int heapIndex;
        private long expected = Deadlines.NEVER;

        @Override
        public int heapIndex() {
            return heapIndex;
        }

        @Override
        public void setHeapIndex(int index) {
            heapIndex = index;
        }
    }
}
