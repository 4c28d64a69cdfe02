package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;
import java.util.List;

/** Adds a constant to the sequence numbers of each direction, as a firewall does that mistrusts initial sequence numbers. */
public final class ShiftSequenceNumbers implements Middlebox {
    private final int shiftFromA;
    private final int shiftFromB;

    /** Adds {@code shiftFromA} to the sequence numbers of host A, {@code shiftFromB} to those of host B. */
    public ShiftSequenceNumbers(int shiftFromA, int shiftFromB) {
        this.shiftFromA = shiftFromA;
        this.shiftFromB = shiftFromB;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        int own = direction == Direction.A_TO_B ? shiftFromA : shiftFromB;
        int others = direction == Direction.A_TO_B ? shiftFromB : shiftFromA;
        segment.seq(segment.seq() + own);
        if (segment.has(TcpFlags.ACK)) {
            segment.ack(segment.ack() - others);
        }
        List<Option> options = segment.options().stream()
                .map(option -> option.kind() == Option.SACK ? shift(option, -others) : option)
                .toList();
        output.send(segment.options(options), direction);
    }

    static Option shift(Option sack, int by) {
        int[] edges = new int[sack.data().length / 4];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = sack.intAt(4 * i) + by;
        }
        return Option.sack(edges);
    }
}
