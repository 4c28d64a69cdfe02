package io.mptcp4j.testing;

import java.util.List;
import java.util.function.UnaryOperator;

/** Alters the MPTCP options of one subtype. */
public final class AlterMptcp extends FilteringMiddlebox {
    private final int subtype;
    private final UnaryOperator<byte[]> change;

    /**
     * Alters options of {@code subtype} in the segments that the filter means.
     *
     * @param change from the option's octets after kind and length to others
     */
    public AlterMptcp(int subtype, SegmentFilter filter, UnaryOperator<byte[]> change) {
        super(filter);
        this.subtype = subtype;
        this.change = change;
    }

    @Override
    void touch(Segment segment, Direction direction, Output output) {
        List<Option> altered = segment.options().stream()
                .map(option -> option.mptcpSubtype() == subtype
                        ? new Option(option.kind(), change.apply(option.data().clone()))
                        : option)
                .toList();
        output.send(segment.options(altered), direction);
    }
}
