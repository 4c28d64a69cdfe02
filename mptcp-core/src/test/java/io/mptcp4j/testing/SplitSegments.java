package io.mptcp4j.testing;

import io.mptcp4j.wire.TcpFlags;
import java.util.Arrays;

/** Cuts segments with much payload into several. */
public final class SplitSegments implements Middlebox {
    private final int maxPayload;
    private final boolean repeatsOptions;

    /**
     * Cuts segments with more than {@code maxPayload} octets.
     *
     * @param repeatsOptions whether each piece has the options, as segmentation offload does it, or the first alone
     */
    public SplitSegments(int maxPayload, boolean repeatsOptions) {
        this.maxPayload = maxPayload;
        this.repeatsOptions = repeatsOptions;
    }

    @Override
    public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
        if (segment.payloadLength() <= maxPayload || segment.has(TcpFlags.SYN)) {
            output.send(segment, direction);
            return;
        }
        byte[] octets = segment.payload();
        for (int from = 0; from < octets.length; from += maxPayload) {
            int end = Math.min(octets.length, from + maxPayload);
            Segment piece = segment.copy().seq(segment.seq() + from).payload(Arrays.copyOfRange(octets, from, end));
            if (end < octets.length) {
                piece.without(TcpFlags.FIN | TcpFlags.PSH);
            }
            if (from > 0 && !repeatsOptions) {
                piece.removeOptions(Option.MPTCP);
            }
            output.send(piece, direction);
        }
    }
}
