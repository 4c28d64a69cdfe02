package io.mptcp4j.mptcp;

/**
 * The last octets that a subflow was given, as far back as they are one piece of the stream: what an infinite mapping can
 * describe (RFC 8684 3.7).
 */
final class SentRun {
    private int firstSsn = 1;
    private long from;
    private long to;

    /** The end of all that was given to it before. */
    private long earlier;

    /**
     * Octets were given to the subflow for the first time.
     *
     * @param ssn the relative subflow sequence number of the first
     */
    void onSent(int ssn, long position, int octets) {
        if (position != to) {
            earlier = Math.max(earlier, to);
            firstSsn = ssn;
            from = position;
        }
        to = position + octets;
    }

    /** Whether all octets of the stream from {@code una} up to {@code nxt} are of this run, and of no other before it. */
    boolean covers(long una, long nxt) {
        return from <= una && to == nxt && earlier <= una;
    }

    /** The subflow sequence number of a position in the run. */
    int ssn(long position) {
        return firstSsn + (int) (position - from);
    }
}
