package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * Octets that arrived once more and of which the peer has not been told yet (RFC 2883): in the order of their arrival, neighbours
 * as one range, bounded in number. What does not fit is not told, which does no harm.
 */
final class ReceivedDuplicates {
    /** The most ranges that wait for an acknowledgment: those of one batch of segments. */
    static final int MOST = 16;

    private final int[] left = new int[MOST];
    private final int[] right = new int[MOST];
    private int first;
    private int count;

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Octets [from, to) were here before. */
    void add(int from, int to) {
        if (SequenceNumber.greaterOrEqual(from, to)) {
            return;
        }
        int last = (first + count - 1) % MOST;
        if (count > 0 && right[last] == from) {
            right[last] = to;
        } else if (count < MOST) {
            int place = (first + count) % MOST;
            left[place] = from;
            right[place] = to;
            count++;
        }
    }

    /** Where the first range begins. */
    int left() {
        return left[first];
    }

    /** The number just after the first range. */
    int right() {
        return right[first];
    }

    /** The peer is told of the first range: once and no more (RFC 2883 4). */
    void removeFirst() {
        first = (first + 1) % MOST;
        count--;
    }

    /** Of the others the peer is not told. */
    void keepFirst() {
        count = Math.min(count, 1);
    }

    void clear() {
        count = 0;
    }
}
