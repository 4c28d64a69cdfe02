package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;
import java.util.Arrays;

/**
 * The ranges received behind RCV.NXT: sorted, disjoint, never touching, bounded in number. Each remembers when it last
 * changed, for SACK tells of the latest first (RFC 2018 4).
 */
final class ReceivedRanges {
    /**
     * The most ranges: what a hostile peer can make us remember. A slow start that overflows a queue loses every second segment of half
     * a window, and what is not taken then has to come once more.
     */
    static final int MOST = 4096;

    private static final int INITIAL = 8;

    private int[] left = new int[INITIAL];
    private int[] right = new int[INITIAL];
    private int[] changed = new int[INITIAL];
    private int[] reported = new int[INITIAL];
    private int count;
    private int clock;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    int left(int i) {
        return left[i];
    }

    int right(int i) {
        return right[i];
    }

    /** Whether [from, to), which overlaps no range, can be added: when it touches one, or one more may be. */
    boolean hasRoomFor(int from, int to) {
        if (count < MOST) {
            return true;
        }
        int i = firstEndingAtOrAfter(from);
        return i < count && (right[i] == from || left[i] == to);
    }

    /** Adds [from, to), which overlaps no range. */
    void add(int from, int to) {
        int i = firstEndingAtOrAfter(from);
        boolean touchesBefore = i < count && right[i] == from;
        int following = touchesBefore ? i + 1 : i;
        boolean touchesAfter = following < count && left[following] == to;
        clock++;
        if (touchesBefore && touchesAfter) {
            right[i] = right[following];
            changed[i] = clock;
            remove(following);
        } else if (touchesBefore) {
            right[i] = to;
            changed[i] = clock;
        } else if (touchesAfter) {
            left[following] = from;
            changed[following] = clock;
        } else {
            insert(i, from, to);
        }
    }

    void clear() {
        count = 0;
    }

    /** Octets arrived once more that lie in this range: SACK tells of it first. */
    void touch(int i) {
        changed[i] = ++clock;
    }

    /** Removes and returns the end of the first range when it begins at {@code number}, else {@code number}. */
    int absorb(int number) {
        if (count == 0 || left[0] != number) {
            return number;
        }
        int end = right[0];
        remove(0);
        return end;
    }

    /** The index of the first range that ends at or after {@code number}; {@link #count()} when there is none. */
    int firstEndingAtOrAfter(int number) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            if (SequenceNumber.lessThan(right[middle], number)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Writes the indices of the ranges that changed last into {@code into}, the latest first.
     *
     * @return how many, at most {@code most}
     */
    int latest(int[] into, int most) {
        int found = 0;
        // The latest are mostly the last ones.
        for (int i = count - 1; i >= 0; i--) {
            int place = found;
            while (place > 0 && changed[into[place - 1]] - changed[i] < 0) {
                place--;
            }
            if (place < most) {
                found = Math.min(found + 1, most);
                for (int k = found - 1; k > place; k--) {
                    into[k] = into[k - 1];
                }
                into[place] = i;
            }
        }
        return found;
    }

    /** How many ranges have changed since SACK last told of them. */
    int unreportedCount() {
        int unreported = 0;
        for (int i = 0; i < count; i++) {
            unreported += reported[i] != changed[i] ? 1 : 0;
        }
        return unreported;
    }

    /**
     * Writes the indices of ranges that SACK has not told of since they changed into {@code into}, the one that changed first
     * first.
     *
     * @return how many, at most {@code most}
     */
    int firstUnreported(int[] into, int most) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (reported[i] == changed[i]) {
                continue;
            }
            int place = found;
            while (place > 0 && changed[into[place - 1]] - changed[i] > 0) {
                place--;
            }
            if (place < most) {
                found = Math.min(found + 1, most);
                System.arraycopy(into, place, into, place + 1, found - 1 - place);
                into[place] = i;
            }
        }
        return found;
    }

    /** SACK has told of this range. */
    void onReported(int i) {
        reported[i] = changed[i];
    }

    private void insert(int at, int from, int to) {
        if (count == left.length) {
            grow();
        }
        shift(at, at + 1);
        left[at] = from;
        right[at] = to;
        changed[at] = clock;
        reported[at] = clock - 1;
        count++;
    }

    private void remove(int at) {
        shift(at + 1, at);
        count--;
    }

    private void shift(int from, int to) {
        int moved = count - from;
        System.arraycopy(left, from, left, to, moved);
        System.arraycopy(right, from, right, to, moved);
        System.arraycopy(changed, from, changed, to, moved);
        System.arraycopy(reported, from, reported, to, moved);
    }

    private void grow() {
        int capacity = left.length * 2;
        left = Arrays.copyOf(left, capacity);
        right = Arrays.copyOf(right, capacity);
        changed = Arrays.copyOf(changed, capacity);
        reported = Arrays.copyOf(reported, capacity);
    }
}
