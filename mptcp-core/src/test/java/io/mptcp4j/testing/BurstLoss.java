package io.mptcp4j.testing;

import java.util.Random;

/**
 * Loses segments of one direction in bursts: a state in which all are lost, and one in which none is (Gilbert's model). How long
 * either lasts is geometrically distributed and counted in segments; but a burst is over after a while even when hardly anything is
 * sent, as on a real path, or a sender that backs off would never see its end.
 */
public final class BurstLoss implements Middlebox {
    private static final long LONGEST_BURST_NANOS = 50_000_000L;

    private final Direction direction;
    private final Random random;
    private final double begins;
    private final double ends;
    private boolean losing;
    private long since;
    private long lost;

    /**
     * A path that loses {@code share} of all segments.
     *
     * @param share 0 up to below 1
     * @param meanLength segments of a burst on average, 1 or more
     */
    public BurstLoss(Direction direction, double share, double meanLength, long seed) {
        if (!(share >= 0 && share < 1 && meanLength >= 1)) {
            throw new IllegalArgumentException(
                    "share is 0 up to below 1, length 1 or more: " + share + ", " + meanLength);
        }
        this.direction = direction;
        this.random = new Random(seed);
        this.ends = 1 / meanLength;
        // In the long run begins / (begins + ends) of the segments meet the bad state.
        this.begins = ends * share / (1 - share);
    }

    @Override
    public void forward(Segment segment, Direction going, long nowNanos, Output output) {
        if (going == direction) {
            boolean goesOn = losing && nowNanos - since < LONGEST_BURST_NANOS;
            losing = random.nextDouble() < (goesOn ? 1 - ends : begins);
            since = goesOn ? since : nowNanos;
            if (losing) {
                lost++;
                return;
            }
        }
        output.send(segment, going);
    }

    /** Segments lost so far. */
    public long lost() {
        return lost;
    }
}
