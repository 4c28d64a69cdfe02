package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.stream.SortedList;

/**
 * The ranges received behind RCV.NXT: sorted, disjoint, never touching, bounded in number. They are known by when they last
 * changed too, for SACK tells of the latest first (RFC 2018 4). Whatever a peer sends, a segment costs O(log n) steps.
 */
final class ReceivedRanges {
    /**
     * The most ranges where the window is small. A slow start that overflows a queue loses every second segment of half a window, and
     * what is not taken then has to come once more.
     */
    static final int LEAST_MOST = 4096;

    /** The octets of window for one more range: two of the smallest full segments, a gap and what lies behind it. */
    static final int WINDOW_A_RANGE = 1024;

    private static final int MOST_POOLED = 1024;

    private final SortedList<ReceivedRange> ranges = new SortedList<>();
    private ReceivedRange oldest;
    private ReceivedRange newest;
    private ReceivedRange oldestUntold;
    private ReceivedRange newestUntold;
    private int untoldCount;
    private ReceivedRange free;
    private int freeCount;

    boolean isEmpty() {
        return ranges.head() == null;
    }

    int count() {
        return ranges.count();
    }

    /** The first range; null for none. */
    ReceivedRange first() {
        return ranges.head();
    }

    /** The last range; null for none. */
    ReceivedRange last() {
        return ranges.tail();
    }

    /** How many ranges were looked at until now. */
    long steps() {
        return ranges.steps();
    }

    /**
     * Whether [from, to), which overlaps no range, can be added: when it touches one, or one more may be.
     *
     * @param window the largest that was ever offered: what a peer can make us remember is in proportion to it
     */
    boolean hasRoomFor(int from, int to, long window) {
        if (ranges.count() < Math.max(LEAST_MOST, window / WINDOW_A_RANGE)) {
            return true;
        }
        ReceivedRange range = firstEndingAtOrAfter(from);
        return range != null && (range.right == from || range.seq == to);
    }

    /** Adds [from, to), which overlaps no range. */
    void add(int from, int to) {
        ReceivedRange range = firstEndingAtOrAfter(from);
        boolean touchesBefore = range != null && range.right == from;
        ReceivedRange following = touchesBefore ? range.next() : range;
        boolean touchesAfter = following != null && following.seq == to;
        if (touchesBefore) {
            range.right = touchesAfter ? following.right : to;
            touch(range);
            if (touchesAfter) {
                remove(following);
            }
        } else if (touchesAfter) {
            following.seq = from;
            touch(following);
        } else {
            insert(following, from, to);
        }
    }

    private void insert(ReceivedRange following, int from, int to) {
        ReceivedRange range = free;
        if (range == null) {
            range = new ReceivedRange();
        } else {
            free = range.newer;
            range.newer = null;
            freeCount--;
        }
        range.seq = from;
        range.right = to;
        ranges.insertAfter(following == null ? ranges.tail() : following.previous(), range);
        append(range);
        appendUntold(range);
    }

    void clear() {
        while (!isEmpty()) {
            remove(first());
        }
    }

    /** Octets arrived once more that lie in this range: SACK tells of it first. */
    void touch(ReceivedRange range) {
        unlink(range);
        append(range);
        onReported(range);
        appendUntold(range);
        ranges.expect(range);
    }

    /** Removes and returns the end of the first range when it begins at {@code number}, else {@code number}. */
    int absorb(int number) {
        ReceivedRange first = ranges.head();
        if (first == null || first.seq != number) {
            return number;
        }
        int end = first.right;
        remove(first);
        return end;
    }

    /** The first range that ends at or after {@code number}; null for none. */
    ReceivedRange firstEndingAtOrAfter(int number) {
        return ranges.find(number - 1);
    }

    /** The range that holds [left, right), or null. */
    ReceivedRange around(int left, int right) {
        ReceivedRange range = firstEndingAtOrAfter(right);
        return range != null && SequenceNumber.greaterOrEqual(left, range.seq) ? range : null;
    }

    /**
     * Writes the ranges that changed last into {@code into}, the latest first.
     *
     * @return how many, at most {@code most}
     */
    int latest(ReceivedRange[] into, int most) {
        int found = 0;
        for (ReceivedRange range = newest; range != null && found < most; range = range.older) {
            into[found++] = range;
        }
        return found;
    }

    /** How many ranges have changed since SACK last told of them. */
    int unreportedCount() {
        return untoldCount;
    }

    /**
     * Writes ranges that SACK has not told of since they changed into {@code into}, the one that changed first first.
     *
     * @return how many, at most {@code most}
     */
    int firstUnreported(ReceivedRange[] into, int most) {
        int found = 0;
        for (ReceivedRange range = oldestUntold; range != null && found < most; range = range.newerUntold) {
            into[found++] = range;
        }
        return found;
    }

    /** SACK has told of this range. */
    void onReported(ReceivedRange range) {
        if (!range.isUntold) {
            return;
        }
        if (range.olderUntold == null) {
            oldestUntold = range.newerUntold;
        } else {
            range.olderUntold.newerUntold = range.newerUntold;
        }
        if (range.newerUntold == null) {
            newestUntold = range.olderUntold;
        } else {
            range.newerUntold.olderUntold = range.olderUntold;
        }
        range.olderUntold = null;
        range.newerUntold = null;
        range.isUntold = false;
        untoldCount--;
    }

    private void appendUntold(ReceivedRange range) {
        range.olderUntold = newestUntold;
        if (newestUntold == null) {
            oldestUntold = range;
        } else {
            newestUntold.newerUntold = range;
        }
        newestUntold = range;
        range.isUntold = true;
        untoldCount++;
    }

    private void append(ReceivedRange range) {
        range.older = newest;
        if (newest == null) {
            oldest = range;
        } else {
            newest.newer = range;
        }
        newest = range;
    }

    private void unlink(ReceivedRange range) {
        if (range.older == null) {
            oldest = range.newer;
        } else {
            range.older.newer = range.newer;
        }
        if (range.newer == null) {
            newest = range.older;
        } else {
            range.newer.older = range.older;
        }
        range.older = null;
        range.newer = null;
    }

    private void remove(ReceivedRange range) {
        ranges.remove(range);
        unlink(range);
        onReported(range);
        if (freeCount < MOST_POOLED) {
            range.newer = free;
            free = range;
            freeCount++;
        }
    }
}
