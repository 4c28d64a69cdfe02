package io.mptcp4j.mptcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * The mappings that the peer declared with checksums (RFC 8684 3.3.1), sorted by subflow sequence number. Each stays what it
 * is, for its checksum covers all of it: none is joined with another, and none may overlap another.
 *
 * <p>Bounded: of a peer that declares more than {@link #CAPACITY} mappings ahead of its octets only the one is believed that
 * the next octet of the subflow belongs to. The others come again with their octets.
 */
final class SummedMappings implements SequenceMapping {
    /** The most mappings of one subflow, the one in front aside. */
    static final int CAPACITY = 4096;

    private static final int INITIAL_CAPACITY = 8;

    /** From {@code first} on those that are known, in order; before and behind, those that can be used again. */
    private MappedUnit[] units = new MappedUnit[INITIAL_CAPACITY];

    private int first;
    private int count;

    /**
     * Notes a mapping.
     *
     * @param length octets of the subflow that it maps, above 0
     * @param rcvNxt the next octet of the subflow
     */
    Declared declare(int ssn, int length, long position, int checksum, boolean dataFin, int rcvNxt) {
        int at = search(ssn);
        if (at >= first && SequenceNumber.lessThan(ssn, units[at].end())) {
            return declareAgain(units[at], ssn, length, position, checksum, dataFin);
        }
        int next = at + 1;
        if (next < first + count && SequenceNumber.greaterThan(ssn + length, units[next].ssn)) {
            return Declared.CONFLICT;
        }
        boolean inFront = SequenceNumber.lessOrEqual(ssn, rcvNxt);
        if (count >= CAPACITY && !inFront) {
            return Declared.FULL;
        }
        insert(next).set(ssn, length, position, checksum, dataFin);
        return Declared.NEW;
    }

    private static Declared declareAgain(
            MappedUnit unit, int ssn, int length, long position, int checksum, boolean dataFin) {
        boolean contradicts = position - unit.position != SequenceNumber.distance(unit.ssn, ssn);
        // A longer one cannot be checked: what has arrived of it counted for another.
        if (contradicts || SequenceNumber.greaterThan(ssn + length, unit.end())) {
            return Declared.CONFLICT;
        }
        boolean same = ssn == unit.ssn && length == unit.length;
        if (same && dataFin && !unit.dataFin && !unit.committed) {
            // Linux adds the DATA_FIN to a mapping that it sends again.
            unit.dataFin = true;
            unit.checksum = checksum;
        }
        return Declared.KNOWN;
    }

    @Override
    public int run(int ssn, int length) {
        int at = search(ssn);
        if (at >= first && SequenceNumber.lessThan(ssn, units[at].end())) {
            return Math.min(length, SequenceNumber.distance(ssn, units[at].end()));
        }
        int next = at + 1;
        if (next < first + count && SequenceNumber.lessThan(units[next].ssn, ssn + length)) {
            return -SequenceNumber.distance(ssn, units[next].ssn);
        }
        return -length;
    }

    @Override
    public long position(int ssn) {
        MappedUnit unit = unitOf(ssn);
        return unit.position + SequenceNumber.distance(unit.ssn, ssn);
    }

    /** The mapping of an octet that has one. */
    MappedUnit unitOf(int ssn) {
        int at = search(ssn);
        assert at >= first && SequenceNumber.lessThan(ssn, units[at].end()) : "no mapping at " + ssn;
        return units[at];
    }

    @Override
    public void releaseBelow(int ssn) {
        while (count > 0 && SequenceNumber.lessOrEqual(units[first].end(), ssn)) {
            first++;
            count--;
        }
        if (count == 0) {
            first = 0;
        }
    }

    /** The first mapping; null when there is none. */
    MappedUnit head() {
        return count == 0 ? null : units[first];
    }

    int count() {
        return count;
    }

    /** The i-th mapping in order. */
    MappedUnit get(int i) {
        return units[first + i];
    }

    /** The last mapping that begins at or before {@code ssn}; {@code first - 1} when there is none. */
    private int search(int ssn) {
        int low = first;
        int high = first + count - 1;
        // Mostly it is the newest.
        if (count > 0 && SequenceNumber.lessOrEqual(units[high].ssn, ssn)) {
            return high;
        }
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (SequenceNumber.lessOrEqual(units[middle].ssn, ssn)) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return low - 1;
    }

    private MappedUnit insert(int at) {
        int index = at;
        boolean isFull = first + count == units.length;
        // Those that can be used again are better than new ones.
        if (isFull || units[first + count] == null && first > 0 && first >= count) {
            index -= makeRoom();
        }
        int end = first + count;
        MappedUnit free = units[end] == null ? new MappedUnit() : units[end];
        System.arraycopy(units, index, units, index + 1, end - index);
        units[index] = free;
        count++;
        return free;
    }

    /** Makes room at the end: turns the array round, or grows it; returns by how much the indices have shrunk. */
    private int makeRoom() {
        int turned = first;
        if (first >= count) {
            for (int i = 0; i < count; i++) {
                MappedUnit free = units[i];
                units[i] = units[first + i];
                units[first + i] = free;
            }
        } else {
            MappedUnit[] larger = new MappedUnit[2 * units.length];
            System.arraycopy(units, first, larger, 0, count);
            System.arraycopy(units, 0, larger, count, first);
            units = larger;
        }
        first = 0;
        return turned;
    }
}
