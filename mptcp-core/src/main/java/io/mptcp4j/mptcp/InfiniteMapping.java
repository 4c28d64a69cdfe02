package io.mptcp4j.mptcp;

import io.mptcp4j.number.SequenceNumber;

/** The mapping of plain TCP: every octet follows its predecessor (RFC 8684 3.3.1, 3.7). */
final class InfiniteMapping implements SequenceMapping {
    private int anchorSsn;
    private long anchorPosition;

    /** Maps {@code ssn} to {@code position} and everything around it accordingly. */
    InfiniteMapping(int ssn, long position) {
        this.anchorSsn = ssn;
        this.anchorPosition = position;
    }

    @Override
    public int run(int ssn, int length) {
        return length;
    }

    @Override
    public long position(int ssn) {
        return anchorPosition + SequenceNumber.distance(anchorSsn, ssn);
    }

    @Override
    public void releaseBelow(int ssn) {
        // The anchor follows, so that the distance stays below 2^31 on streams of any length.
        anchorPosition = position(ssn);
        anchorSsn = ssn;
    }
}
