package io.mptcp4j.stream;

import java.util.Arrays;

/**
 * A set of stream positions, kept as sorted ranges {@code [from, to)} that neither overlap nor touch.
 *
 * <p>For one thread. Nothing is allocated but when the set has more ranges than ever before.
 */
public final class RangeSet {
    private static final int DEFAULT_MAX_RANGES = 65_536;
    private static final int INITIAL_RANGES = 8;

    private final int maxRanges;
    private long[] from;
    private long[] to;
    private int count;
    private long total;

    /** An empty set of at most 65,536 ranges. */
    public RangeSet() {
        this(DEFAULT_MAX_RANGES);
    }

    /**
     * An empty set.
     *
     * @param maxRanges a change that would need more ranges is refused
     */
    public RangeSet(int maxRanges) {
        if (maxRanges < 1) {
            throw new IllegalArgumentException("a range set needs room for a range: " + maxRanges);
        }
        this.maxRanges = maxRanges;
        from = new long[Math.min(maxRanges, INITIAL_RANGES)];
        to = new long[from.length];
    }

    /** Adds {@code [start, end)}; false, and nothing changed, when that would need too many ranges. */
    public boolean add(long start, long end) {
        if (start >= end) {
            return true;
        }
        // The ranges first to last - 1 overlap the new one, or touch it: all become one.
        int first = firstEndingFrom(start);
        int last = first;
        long mergedStart = start;
        long mergedEnd = end;
        while (last < count && from[last] <= end) {
            mergedStart = Math.min(mergedStart, from[last]);
            mergedEnd = Math.max(mergedEnd, to[last]);
            total -= to[last] - from[last];
            last++;
        }
        if (first == last && count == maxRanges) {
            return false;
        }
        replace(first, last, 1);
        from[first] = mergedStart;
        to[first] = mergedEnd;
        total += mergedEnd - mergedStart;
        return true;
    }

    /** Removes {@code [start, end)}; false, and nothing changed, when a range would break in two and there is no room. */
    public boolean remove(long start, long end) {
        if (start >= end || count == 0) {
            return true;
        }
        int first = firstEndingFrom(start + 1);
        int last = first;
        while (last < count && from[last] < end) {
            last++;
        }
        if (first == last) {
            return true;
        }
        long leftStart = from[first];
        long rightEnd = to[last - 1];
        boolean keepsLeft = leftStart < start;
        boolean keepsRight = rightEnd > end;
        if (keepsLeft && keepsRight && last - first == 1 && count == maxRanges) {
            return false;
        }
        for (int i = first; i < last; i++) {
            total -= to[i] - from[i];
        }
        replace(first, last, (keepsLeft ? 1 : 0) + (keepsRight ? 1 : 0));
        int at = first;
        if (keepsLeft) {
            from[at] = leftStart;
            to[at] = start;
            total += start - leftStart;
            at++;
        }
        if (keepsRight) {
            from[at] = end;
            to[at] = rightEnd;
            total += rightEnd - end;
        }
        return true;
    }

    /** Removes all that is in another set; false when a range would break in two and there is no room. */
    public boolean removeAll(RangeSet other) {
        boolean done = true;
        for (int i = 0; i < other.count; i++) {
            done &= remove(other.from[i], other.to[i]);
        }
        return done;
    }

    /** Removes all before {@code position}. */
    public void removeBelow(long position) {
        if (count == 0 || from[0] >= position) {
            return;
        }
        int gone = 0;
        while (gone < count && to[gone] <= position) {
            total -= to[gone] - from[gone];
            gone++;
        }
        replace(0, gone, 0);
        if (count > 0 && from[0] < position) {
            total -= position - from[0];
            from[0] = position;
        }
    }

    /** Removes all. */
    public void clear() {
        count = 0;
        total = 0;
    }

    /** Whether the set is empty. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** The lowest position of a set that is not empty. */
    public long first() {
        assert count > 0;
        return from[0];
    }

    /** The end of the last range of a set that is not empty. */
    public long end() {
        assert count > 0;
        return to[count - 1];
    }

    /** Whether {@code position} is in the set. */
    public boolean contains(long position) {
        return contains(position, position + 1);
    }

    /** Whether all of {@code [start, end)} is in the set. */
    public boolean contains(long start, long end) {
        if (start >= end) {
            return true;
        }
        int i = firstEndingFrom(start + 1);
        return i < count && from[i] <= start && end <= to[i];
    }

    /** How many ranges there are. */
    public int count() {
        return count;
    }

    /** Where range {@code i} begins. */
    public long from(int i) {
        assert i < count;
        return from[i];
    }

    /** Where range {@code i} ends. */
    public long to(int i) {
        assert i < count;
        return to[i];
    }

    /** How many positions are in the set. */
    public long total() {
        return total;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "[" : " [")
                    .append(from[i])
                    .append(", ")
                    .append(to[i])
                    .append(')');
        }
        return text.toString();
    }

    /** The first range whose end is not before {@code position}. */
    private int firstEndingFrom(long position) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (to[middle] < position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Makes the ranges {@code first} to {@code last - 1} into {@code places} places for the caller to fill. */
    private void replace(int first, int last, int places) {
        int newCount = count - (last - first) + places;
        if (newCount > from.length) {
            int capacity = Math.min(maxRanges, 2 * from.length);
            from = Arrays.copyOf(from, capacity);
            to = Arrays.copyOf(to, capacity);
        }
        System.arraycopy(from, last, from, first + places, count - last);
        System.arraycopy(to, last, to, first + places, count - last);
        count = newCount;
    }
}
