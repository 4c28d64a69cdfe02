package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Joins segments whose payloads are neighbours into one, with the options of the first. A segment waits a short time for
 * its neighbour.
 */
public final class CoalesceSegments implements Middlebox {
    private final int maxPayload;
    private final long holdNanos;
    private final Map<String, Held> held = new LinkedHashMap<>();

    /**
     * Joins up to {@code maxPayload} octets.
     *
     * @param hold how long a segment waits
     */
    public CoalesceSegments(int maxPayload, Duration hold) {
        this.maxPayload = maxPayload;
        this.holdNanos = hold.toNanos();
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        Held before = held.remove(segment.flow());
        if (before != null && fits(before.segment, segment)) {
            hold(join(before.segment, segment), direction, before.deadline, output);
            return;
        }
        if (before != null) {
            output.send(before.segment, direction);
        }
        hold(segment, direction, nowNanos + holdNanos, output);
    }

    @Override
    public void advance(long nowNanos, Output output) {
        List<Held> due = new ArrayList<>(held.values());
        due.removeIf(each -> each.deadline > nowNanos);
        held.values().removeAll(due);
        due.forEach(each -> output.send(each.segment, each.direction));
    }

    @Override
    public long nextDeadline() {
        return held.values().stream().mapToLong(Held::deadline).min().orElse(Long.MAX_VALUE);
    }

    private void hold(Segment segment, Direction direction, long deadline, Output output) {
        boolean mayGrow = segment.payloadLength() > 0
                && segment.payloadLength() < maxPayload
                && !segment.has(TcpFlags.SYN | TcpFlags.FIN | TcpFlags.RST);
        if (mayGrow) {
            held.put(segment.flow(), new Held(segment, direction, deadline));
        } else {
            output.send(segment, direction);
        }
    }

    private boolean fits(Segment first, Segment second) {
        return second.payloadLength() > 0
                && second.seq() == first.seq() + first.payloadLength()
                && first.payloadLength() + second.payloadLength() <= maxPayload
                && !second.has(TcpFlags.SYN | TcpFlags.RST);
    }

    private static Segment join(Segment first, Segment second) {
        byte[] octets = new byte[first.payloadLength() + second.payloadLength()];
        System.arraycopy(first.payload(), 0, octets, 0, first.payloadLength());
        System.arraycopy(second.payload(), 0, octets, first.payloadLength(), second.payloadLength());
        return first.with(second.flags())
                .ack(second.ack())
                .window(second.window())
                .payload(octets);
    }

    private record Held(Segment segment, Direction direction, long deadline) {}
}
