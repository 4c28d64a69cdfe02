package io.mptcp4j.examples.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A path that our sender and the kernel's have, one after the other, to a receiver that is the kernel's.
 *
 * @param name what {@code --case} takes
 * @param obstacle what stands in the way
 * @param mptcp whether they speak MPTCP, with one subflow, or plain TCP
 * @param oneWay the delay in each direction
 * @param queuePackets what the queue before a limited rate holds
 */
record RivalCase(String name, Obstacle obstacle, boolean mptcp, Duration oneWay, int queuePackets) {
    /** The least share of the kernel's goodput. */
    static final double LEAST_RATIO = 0.95;

    /** Of so many packets to the receiver one is lost, on average. */
    static final int ONE_LOST_OF = 100;

    static final int MEGABITS = 100;

    /** A bandwidth-delay product of the limited rate and 20 ms. */
    private static final int PRODUCT = 170;

    // A round trip of 2 ms brings some hundred losses in a run, enough for a median that stays.
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofMillis(10);
    private static final Duration FAR = Duration.ofMillis(25);

    private static final List<RivalCase> ALL = List.of(
            new RivalCase("loss", Obstacle.LOSS, false, SHORT, 0),
            new RivalCase("rate", Obstacle.RATE, false, LONG, PRODUCT),
            new RivalCase("rate-short", Obstacle.RATE, false, FAR, PRODUCT / 4),
            new RivalCase("loss-mptcp", Obstacle.LOSS, true, SHORT, 0),
            new RivalCase("rate-mptcp", Obstacle.RATE, true, LONG, PRODUCT));

    /** What stands in the way. */
    enum Obstacle {
        /** Random loss. */
        LOSS,
        /** A rate with a queue. */
        RATE
    }

    /** All cases, in the order of the table. */
    static List<RivalCase> all() {
        return ALL;
    }

    static Optional<RivalCase> named(String name) {
        return ALL.stream().filter(each -> each.name.equals(name)).findFirst();
    }

    static String names() {
        return ALL.stream().map(RivalCase::name).collect(Collectors.joining(", "));
    }

    /** What it is, in a line. */
    String description() {
        return (mptcp ? "MPTCP" : "TCP") + ", mptcp4j and kernel -> kernel, "
                + (obstacle == Obstacle.LOSS
                        ? "1 of " + ONE_LOST_OF + " packets lost"
                        : MEGABITS + " Mbit/s, queue " + queuePackets)
                + ", " + 2 * oneWay.toMillis() + " ms";
    }

    String protocol() {
        return mptcp ? "mptcp" : "tcp";
    }
}
