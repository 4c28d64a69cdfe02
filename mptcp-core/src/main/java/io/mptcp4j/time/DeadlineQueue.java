package io.mptcp4j.time;

import java.util.Arrays;

/**
 * The entries that wait for a moment, in a binary heap ordered by deadline. An entry knows its place, so moving and
 * cancelling need no search.
 *
 * <p>For one thread. An entry is in one queue at most. Nothing is allocated but when more entries wait than ever before.
 *
 * @param <T> what waits
 */
public final class DeadlineQueue<T extends DeadlineQueue.Entry> {
    private static final int ROOT = 1;

    private Entry[] entries;
    private long[] deadlines;
    private int count;

    /** What can wait in a queue: it keeps one number for it. */
    public interface Entry {
        /** What the queue stored last; 0 at first. */
        int heapIndex();

        /** Stores the entry's place for the queue; 0: it is in none. */
        void setHeapIndex(int index);
    }

    /** An empty queue. */
    public DeadlineQueue() {
        this(16);
    }

    /** An empty queue that takes so many entries before it allocates. */
    public DeadlineQueue(int initialCapacity) {
        entries = new Entry[initialCapacity + ROOT];
        deadlines = new long[initialCapacity + ROOT];
    }

    /** Enters the entry, or moves it when it is here already. {@link Deadlines#NEVER} removes it. */
    public void schedule(T entry, long deadlineNanos) {
        if (deadlineNanos == Deadlines.NEVER) {
            cancel(entry);
            return;
        }
        int place = entry.heapIndex();
        if (place == 0) {
            place = ++count;
            if (place == entries.length) {
                entries = Arrays.copyOf(entries, 2 * place);
                deadlines = Arrays.copyOf(deadlines, 2 * place);
            }
        } else {
            assert entries[place] == entry : "the entry is in another queue";
        }
        settle(entry, deadlineNanos, place);
    }

    /** Removes the entry, if it is here. */
    public void cancel(T entry) {
        int place = entry.heapIndex();
        if (place != 0) {
            assert entries[place] == entry : "the entry is in another queue";
            removeAt(place);
        }
    }

    /**
     * Removes and returns an entry whose deadline has come, the earliest first; null when there is none. An entry that is
     * scheduled again for a moment not after {@code nowNanos} is returned again: loops need a limit.
     */
    @SuppressWarnings("unchecked")
    public T pollExpired(long nowNanos) {
        if (count == 0 || deadlines[ROOT] > nowNanos) {
            return null;
        }
        Entry earliest = entries[ROOT];
        removeAt(ROOT);
        return (T) earliest;
    }

    /** The earliest deadline; {@link Deadlines#NEVER} when nothing waits. */
    public long next() {
        return count == 0 ? Deadlines.NEVER : deadlines[ROOT];
    }

    /** The deadline of the entry; {@link Deadlines#NEVER} when it is not here. */
    public long deadline(T entry) {
        int place = entry.heapIndex();
        return place == 0 ? Deadlines.NEVER : deadlines[place];
    }

    /** How many entries wait. */
    public int count() {
        return count;
    }

    private void removeAt(int place) {
        entries[place].setHeapIndex(0);
        int last = count--;
        Entry moved = entries[last];
        long deadline = deadlines[last];
        entries[last] = null;
        if (place != last) {
            settle(moved, deadline, place);
        }
    }

    /** Puts the entry where the heap's order wants it, beginning at a place that is free for it. */
    private void settle(Entry entry, long deadline, int place) {
        int hole = place;
        while (hole > ROOT && deadlines[hole >> 1] > deadline) {
            put(hole, entries[hole >> 1], deadlines[hole >> 1]);
            hole >>= 1;
        }
        while (2 * hole <= count) {
            int child = 2 * hole;
            if (child < count && deadlines[child + 1] < deadlines[child]) {
                child++;
            }
            if (deadlines[child] >= deadline) {
                break;
            }
            put(hole, entries[child], deadlines[child]);
            hole = child;
        }
        put(hole, entry, deadline);
    }

    private void put(int place, Entry entry, long deadline) {
        entries[place] = entry;
        deadlines[place] = deadline;
        entry.setHeapIndex(place);
    }
}
