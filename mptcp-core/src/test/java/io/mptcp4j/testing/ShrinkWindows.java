package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/**
 * Makes of the second host one that takes its window back (RFC 9293 3.8.6.2.1: "shrinking the window" is discouraged, and to be
 * survived): for a while each window that it offers becomes a part of what it was, or nothing, and octets beyond the edge that
 * it last told are lost, though it had allowed them before.
 */
public final class ShrinkWindows implements Middlebox {
    private static final int SHIFT_MISSING = 0;
    private static final long LONGEST_PHASE_MILLIS = 400;
    private static final int LARGEST_DIVISOR = 8;

    /** As if the host stood so far behind: what it allowed before is on its way to it still when it takes it back. */
    private static final long HELD_BACK_NANOS = 15_000_000L;

    private final Random random;
    private final Queue<Held> held = new ArrayDeque<>();
    private final Map<Integer, Integer> shifts = new HashMap<>();
    private final Map<Integer, Integer> edges = new HashMap<>();
    private final Map<Integer, Integer> acknowledged = new HashMap<>();
    private long phaseEndsAt;
    private int divisor = 1;
    private long shrunk;
    private long lost;

    /** Chances come from a seed. */
    public ShrinkWindows(long seed) {
        random = new Random(seed);
    }

    /** How many octets were lost because they came after their window had been taken back. */
    public long lostOctets() {
        return lost;
    }

    /** How many windows were made smaller. */
    public long shrunkWindows() {
        return shrunk;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        if (direction == Direction.A_TO_B) {
            Integer edge = edges.get(segment.sourcePort());
            boolean isBeyond = edge != null && segment.seq() + segment.payloadLength() - edge > 0;
            if (segment.payloadLength() > 0 && isBeyond) {
                lost += segment.payloadLength();
                refuse(segment);
            }
        } else if (segment.has(TcpFlags.SYN)) {
            Option scale = segment.option(Option.WINDOW_SCALE);
            shifts.put(segment.destinationPort(), scale == null ? SHIFT_MISSING : (int) scale.data()[0]);
        } else {
            shrink(segment, nowNanos);
            held.add(new Held(segment, nowNanos + HELD_BACK_NANOS));
            return;
        }
        output.send(segment, direction);
    }

    @Override
    public void advance(long nowNanos, Output output) {
        while (!held.isEmpty() && held.peek().until <= nowNanos) {
            output.send(held.remove().segment, Direction.B_TO_A);
        }
    }

    @Override
    public long nextDeadline() {
        return held.isEmpty() ? Long.MAX_VALUE : held.peek().until;
    }

    /** Makes of a segment one that has nothing new, so that the host answers as whoever has no room must (RFC 9293 3.10.7.4). */
    private void refuse(Segment segment) {
        segment.seq(acknowledged.get(segment.sourcePort()) - 1)
                .payload(new byte[1])
                .removeOptions();
    }

    private void shrink(Segment segment, long nowNanos) {
        if (nowNanos >= phaseEndsAt) {
            phaseEndsAt = nowNanos + (1 + random.nextLong(LONGEST_PHASE_MILLIS)) * 1_000_000;
            // Every other phase is as the host wants it, so that there is something to take back.
            divisor = divisor != 1 ? 1 : random.nextInt(LARGEST_DIVISOR + 1);
        }
        int window = divisor == 0 ? 0 : segment.window() / divisor;
        shrunk += window < segment.window() ? 1 : 0;
        segment.window(window);
        int port = segment.destinationPort();
        acknowledged.put(port, segment.ack());
        edges.put(port, segment.ack() + (window << shifts.getOrDefault(port, SHIFT_MISSING)));
    }

    private record Held(Segment segment, long until) {}
}
