package io.mptcp4j.testing;

/** Takes TCP options of one kind out of segments. */
public final class StripOptions extends FilteringMiddlebox {
    private final int kind;

    /** Takes the options of {@code kind} out of the segments that the filter means. */
    public StripOptions(int kind, SegmentFilter filter) {
        super(filter);
        this.kind = kind;
    }

    /** Takes MPTCP options out of the segments that the filter means. */
    public static StripOptions mptcp(SegmentFilter filter) {
        return new StripOptions(Option.MPTCP, filter);
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {
        output.send(segment.removeOptions(kind), direction);
    }
}
