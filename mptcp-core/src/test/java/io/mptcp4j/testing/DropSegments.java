package io.mptcp4j.testing;

/** Drops segments. */
public final class DropSegments extends FilteringMiddlebox {
    /** Drops the segments that the filter means. */
    public DropSegments(SegmentFilter filter) {
        super(filter);
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {}
}
