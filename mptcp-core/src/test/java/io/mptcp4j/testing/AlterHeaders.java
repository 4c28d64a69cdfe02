package io.mptcp4j.testing;

import java.util.function.Consumer;

/** Changes something in the headers of segments. */
public final class AlterHeaders extends FilteringMiddlebox {
    private final Consumer<Segment> change;

    /** Changes the segments that the filter means. */
    public AlterHeaders(SegmentFilter filter, Consumer<Segment> change) {
        super(filter);
        this.change = change;
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {
        change.accept(segment);
        output.send(segment, direction);
    }
}
