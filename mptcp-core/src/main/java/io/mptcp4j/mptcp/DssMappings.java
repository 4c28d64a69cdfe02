package io.mptcp4j.mptcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * The mappings that the peer declared by DSS and whose octets may still come (RFC 8684 3.3.1), sorted by subflow sequence
 * number. Neighbours that continue each other are kept as one.
 *
 * <p>Bounded: of a peer that declares more than {@link #CAPACITY} disjoint mappings ahead of its octets those in front are
 * believed, which let the stream go on. The others come again with their octets.
 */
final class DssMappings implements SequenceMapping {
    /** The most disjoint mappings of one subflow. */
    static final int CAPACITY = 4096;

    private static final int INITIAL_CAPACITY = 8;

    private int[] ssns = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    private long[] positions = new long[INITIAL_CAPACITY];
    private int first;
    private int count;

    /**
     * Notes a mapping.
     *
     * @param length octets of the subflow that it maps, above 0
     */
    Declared declare(int ssn, int length, long position) {
        int at = search(ssn);
        // `at` is the last mapping that begins at or before ssn.
        if (at >= first && SequenceNumber.lessThan(ssn, end(at))) {
            return declareOver(at, ssn, length, position);
        }
        int next = at + 1;
        if (next < first + count && SequenceNumber.greaterThan(ssn + length, ssns[next])) {
            return declareBefore(next, ssn, length, position);
        }
        if (at >= first && end(at) == ssn && positions[at] + lengths[at] == position && fits(lengths[at], length)) {
            lengths[at] += length;
            return Declared.NEW;
        }
        return insert(next, ssn, length, position) ? Declared.NEW : Declared.FULL;
    }

    private Declared declareOver(int at, int ssn, int length, long position) {
        if (position - positions[at] != SequenceNumber.distance(ssns[at], ssn)) {
            return Declared.CONFLICT;
        }
        int known = SequenceNumber.distance(ssn, end(at));
        return known >= length ? Declared.KNOWN : declare(ssn + known, length - known, position + known);
    }

    private Declared declareBefore(int next, int ssn, int length, long position) {
        int fresh = SequenceNumber.distance(ssn, ssns[next]);
        if (positions[next] - position != fresh) {
            return Declared.CONFLICT;
        }
        int known = lengths[next];
        if (!insert(next, ssn, fresh, position)) {
            return Declared.FULL;
        }
        int rest = length - fresh - known;
        return rest <= 0 ? Declared.NEW : declare(ssn + fresh + known, rest, position + fresh + known);
    }

    @Override
    public int run(int ssn, int length) {
        int at = search(ssn);
        if (at >= first && SequenceNumber.lessThan(ssn, end(at))) {
            return Math.min(length, SequenceNumber.distance(ssn, end(at)));
        }
        int next = at + 1;
        if (next < first + count && SequenceNumber.lessThan(ssns[next], ssn + length)) {
            return -SequenceNumber.distance(ssn, ssns[next]);
        }
        return -length;
    }

    @Override
    public long position(int ssn) {
        int at = search(ssn);
        assert at >= first && SequenceNumber.lessThan(ssn, end(at)) : "no mapping at " + ssn;
        return positions[at] + SequenceNumber.distance(ssns[at], ssn);
    }

    @Override
    public void releaseBelow(int ssn) {
        while (count > 0 && SequenceNumber.lessOrEqual(end(first), ssn)) {
            first++;
            count--;
        }
        if (count == 0) {
            first = 0;
        } else if (SequenceNumber.lessThan(ssns[first], ssn)) {
            // Trimmed, so that a merged mapping on a long stream does not outgrow an int.
            int done = SequenceNumber.distance(ssns[first], ssn);
            ssns[first] = ssn;
            positions[first] += done;
            lengths[first] -= done;
        }
    }

    int count() {
        return count;
    }

    private static boolean fits(int length, int more) {
        return length <= Integer.MAX_VALUE / 2 - more;
    }

    private int end(int at) {
        return ssns[at] + lengths[at];
    }

    /** The last mapping that begins at or before {@code ssn}; {@code first - 1} when there is none. */
    private int search(int ssn) {
        int low = first;
        int high = first + count - 1;
        // Mostly it is the newest.
        if (count > 0 && SequenceNumber.lessOrEqual(ssns[high], ssn)) {
            return high;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (SequenceNumber.lessOrEqual(ssns[middle], ssn)) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low - 1;
    }

    private boolean insert(int at, int ssn, int length, long position) {
        if (count == CAPACITY) {
            if (at >= first + count - 1) {
                return false;
            }
            // The furthest gives way: refused, a hole in front would stay for ever.
            count--;
        }
        int index = at;
        if (first + count == ssns.length) {
            index -= first;
            makeRoom();
        }
        int behind = first + count - index;
        System.arraycopy(ssns, index, ssns, index + 1, behind);
        System.arraycopy(lengths, index, lengths, index + 1, behind);
        System.arraycopy(positions, index, positions, index + 1, behind);
        ssns[index] = ssn;
        lengths[index] = length;
        positions[index] = position;
        count++;
        return true;
    }

    /** Moves everything to the front, into larger arrays when less than half was free. */
    private void makeRoom() {
        int capacity = 2 * count > ssns.length ? 2 * ssns.length : ssns.length;
        int[] newSsns = capacity == ssns.length ? ssns : new int[capacity];
        int[] newLengths = capacity == lengths.length ? lengths : new int[capacity];
        long[] newPositions = capacity == positions.length ? positions : new long[capacity];
        System.arraycopy(ssns, first, newSsns, 0, count);
        System.arraycopy(lengths, first, newLengths, 0, count);
        System.arraycopy(positions, first, newPositions, 0, count);
        ssns = newSsns;
        lengths = newLengths;
        positions = newPositions;
        first = 0;
    }
}
