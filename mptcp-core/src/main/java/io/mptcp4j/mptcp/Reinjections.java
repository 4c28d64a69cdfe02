package io.mptcp4j.mptcp;

import io.mptcp4j.stream.RangeSet;

/** Positions that are to go again on another subflow than the one that has them (RFC 8684 3.3.6). */
final class Reinjections {
    private final DataLevel data;
    private final SubflowList subflows;
    private final RangeSet positions = new RangeSet();
    private final RangeSet elsewhere = new RangeSet();

    Reinjections(DataLevel data, SubflowList subflows) {
        this.data = data;
        this.subflows = subflows;
    }

    /** What a subflow has outstanding, less what healthy ones have as well. */
    void add(Subflow from) {
        from.tcp().outstandingRanges(positions);
        for (int i = 0; i < subflows.count(); i++) {
            Subflow other = subflows.get(i);
            if (other != from && other.isHealthy()) {
                elsewhere.clear();
                other.tcp().outstandingRanges(elsewhere);
                positions.removeAll(elsewhere);
            }
        }
        trim();
    }

    void add(long from, long to) {
        positions.add(from, to);
    }

    /** Forgets what the peer has. */
    void trim() {
        positions.removeBelow(data.sndUna());
    }

    boolean isEmpty() {
        return positions.isEmpty();
    }

    long total() {
        return positions.total();
    }

    /** Where the first of them begin. */
    long from() {
        return positions.from(0);
    }

    /** How many octets follow each other there. */
    int length() {
        return (int) Math.min(positions.to(0) - positions.from(0), Integer.MAX_VALUE);
    }

    void onSent(int octets) {
        long from = positions.from(0);
        positions.remove(from, from + octets);
    }
}
