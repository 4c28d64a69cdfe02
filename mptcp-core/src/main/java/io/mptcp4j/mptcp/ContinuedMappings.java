package io.mptcp4j.mptcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * The mapping while both ends know of altered octets, and the peer may still declare mappings or be plain TCP already
 * (RFC 8684 3.7): every octet follows its predecessor, except where the peer says that octets come again.
 *
 * <p>Linux says so: it probes a closed window with the last octet that was DATA_ACKed, on a new subflow sequence number.
 */
final class ContinuedMappings implements SequenceMapping {
    /** The most places at which octets come again, of those that are not received up to there. */
    static final int CAPACITY = 16;

    /** Pieces in order: from {@code ssns[i]} on, and up to the next, octets follow {@code positions[i]}. */
    private final int[] ssns = new int[CAPACITY];

    private final long[] positions = new long[CAPACITY];
    private int count = 1;

    /** What the newest segment declared. */
    private int declaredFrom;

    private int declaredTo;

    /** Whether it is plain TCP from {@code declaredFrom} on. */
    private boolean plain;

    /** Maps {@code ssn} to {@code position} and everything around it accordingly. */
    ContinuedMappings(int ssn, long position) {
        ssns[0] = ssn;
        positions[0] = position;
        declaredFrom = ssn;
        declaredTo = ssn;
    }

    /** The peer declares a mapping; false when it leaves octets out, or when there are too many. */
    boolean declare(int ssn, int length, long position) {
        if (!follow(ssn, position)) {
            return false;
        }
        if (!plain) {
            declaredFrom = ssn;
            declaredTo = ssn + length;
        }
        return true;
    }

    /** The octets from here on follow this one; false when that is not possible. */
    boolean follow(int ssn, long position) {
        long expected = position(ssn);
        if (position >= expected || count == CAPACITY || plain) {
            return position == expected;
        }
        int at = pieceOf(ssn) + 1;
        if (SequenceNumber.lessThan(ssn, ssns[0])) {
            return false;
        }
        System.arraycopy(ssns, at, ssns, at + 1, count - at);
        System.arraycopy(positions, at, positions, at + 1, count - at);
        ssns[at] = ssn;
        positions[at] = position;
        count++;
        return true;
    }

    /** From here on the peer declares nothing any more. */
    void becomePlain(int ssn) {
        if (!plain) {
            plain = true;
            declaredFrom = ssn;
        }
    }

    boolean isPlain() {
        return plain;
    }

    /** Whether this octet's place is certain: the newest segment declared it, or it belongs to a peer that is plain TCP. */
    boolean isDeclared(int ssn) {
        return SequenceNumber.greaterOrEqual(ssn, declaredFrom) && (plain || SequenceNumber.lessThan(ssn, declaredTo));
    }

    @Override
    public int run(int ssn, int length) {
        int next = pieceOf(ssn) + 1;
        return next == count ? length : Math.min(length, SequenceNumber.distance(ssn, ssns[next]));
    }

    @Override
    public long position(int ssn) {
        int piece = pieceOf(ssn);
        return positions[piece] + SequenceNumber.distance(ssns[piece], ssn);
    }

    @Override
    public void releaseBelow(int ssn) {
        int piece = pieceOf(ssn);
        if (piece > 0) {
            count -= piece;
            System.arraycopy(ssns, piece, ssns, 0, count);
            System.arraycopy(positions, piece, positions, 0, count);
        }
        if (SequenceNumber.lessThan(ssns[0], ssn)) {
            positions[0] += SequenceNumber.distance(ssns[0], ssn);
            ssns[0] = ssn;
        }
        if (plain && SequenceNumber.lessThan(declaredFrom, ssn)) {
            declaredFrom = ssn;
        }
    }

    /** The last piece that begins at or before {@code ssn}; the first when none does. */
    private int pieceOf(int ssn) {
        int piece = count - 1;
        while (piece > 0 && SequenceNumber.greaterThan(ssns[piece], ssn)) {
            piece--;
        }
        return piece;
    }
}
