package io.mptcp4j.testing;

import java.util.HashMap;
import java.util.Map;

/** A middlebox that lets most segments by and does something to those that a filter means. */
abstract class FilteringMiddlebox implements Middlebox {
    private final SegmentFilter filter;
    private final Map<String, Integer> seen = new HashMap<>();
    private int touched;

    FilteringMiddlebox(SegmentFilter filter) {
        this.filter = filter;
    }

    @Override
    public final void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        int index = seen.merge(segment.flow(), 1, Integer::sum) - 1;
        if (filter.matches(segment, direction, index)) {
            touched++;
            touch(segment, direction, output);
        } else {
            output.send(segment, direction);
        }
    }

    /** How many segments the filter meant. */
    public final int touched() {
        return touched;
    }

    abstract void touch(Segment segment, Direction direction, Output output);
}
