package io.mptcp4j.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Notes what comes by, a line a segment; for the eyes of whoever looks into a test that fails. */
public final class Trace implements Middlebox {
    private final int maxLines;
    private final List<String> lines = new ArrayList<>();

    /** Notes the first {@code maxLines} segments. */
    public Trace(int maxLines) {
        this.maxLines = maxLines;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        if (lines.size() < maxLines) {
            double milliseconds = (nowNanos - SimulatedNetwork.BEGIN) / 1e6;
            String arrow = direction == Direction.A_TO_B ? "->" : "<-";
            lines.add(String.format(Locale.ROOT, "%10.3f %s %s", milliseconds, arrow, segment));
        }
        output.send(segment, direction);
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
