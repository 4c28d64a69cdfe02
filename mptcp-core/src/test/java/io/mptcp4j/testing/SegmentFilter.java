package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;

/** Says to which segments a middlebox does what it does. */
@FunctionalInterface
public interface SegmentFilter {
    /** Every segment. */
    SegmentFilter ALL = (segment, direction, index) -> true;

    /** The SYN of the handshake. */
    SegmentFilter SYN = (segment, direction, index) -> segment.has(TcpFlags.SYN) && !segment.has(TcpFlags.ACK);

    /** The SYN/ACK of the handshake. */
    SegmentFilter SYN_ACK = (segment, direction, index) -> segment.has(TcpFlags.SYN) && segment.has(TcpFlags.ACK);

    /** The first segment after the SYN from the side that opens the connection, usually the third ACK. */
    SegmentFilter THIRD_ACK = (segment, direction, index) -> direction == Direction.A_TO_B && index == 1;

    /** Segments with payload. */
    SegmentFilter DATA = (segment, direction, index) -> segment.payloadLength() > 0;

    /**
     * Whether a segment is meant.
     *
     * @param index the number of the segment among those of its flow and direction, counted from 0
     */
    boolean matches(Segment segment, Direction direction, int index);

    /** Segments from the n-th of a flow and direction on, counted from 0, the SYN. */
    static SegmentFilter from(int n) {
        return (segment, direction, index) -> index >= n;
    }

    /** Segments that carry an MPTCP option of a subtype. */
    static SegmentFilter mptcp(int subtype) {
        return (segment, direction, index) -> segment.mptcpOption(subtype) != null;
    }

    /** Segments that go one way. */
    static SegmentFilter going(Direction only) {
        return (segment, direction, index) -> direction == only;
    }

    /** Segments that both filters mean. */
    default SegmentFilter and(SegmentFilter other) {
        return (segment, direction, index) ->
                matches(segment, direction, index) && other.matches(segment, direction, index);
    }

    /** Segments that this filter does not mean. */
    default SegmentFilter not() {
        return (segment, direction, index) -> !matches(segment, direction, index);
    }

    /** Of the segments that this filter means the n-th alone, counted from 0 over all flows. */
    default SegmentFilter nth(int n) {
        return numbered(n, n);
    }

    /** Of the segments that this filter means those from the n-th on, counted from 0 over all flows. */
    default SegmentFilter fromNth(int n) {
        return numbered(n, Integer.MAX_VALUE);
    }

    private SegmentFilter numbered(int first, int last) {
        int[] seen = {0};
        return (segment, direction, index) -> {
            if (!matches(segment, direction, index)) {
                return false;
            }
            int number = seen[0]++;
            return number >= first && number <= last;
        };
    }
}
