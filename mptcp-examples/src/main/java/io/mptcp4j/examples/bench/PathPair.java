package io.mptcp4j.examples.bench;

import io.mptcp4j.device.LinkProfile;
import java.time.Duration;

/**
 * Two paths with a rate and a delay each, and queues of 50 packets.
 *
 * @param megabits1 rate of the first path, in Mbit/s
 * @param megabits2 rate of the second
 * @param millis1 one-way delay of the first, in milliseconds
 * @param millis2 one-way delay of the second
 */
record PathPair(int megabits1, int megabits2, int millis1, int millis2) {
    /** How many paths there are. */
    static final int PATHS = 2;

    /** What the queue of a path holds, in packets. */
    static final int QUEUE_PACKETS = 50;

    private static final long MEGA = 1_000_000;

    String name() {
        return megabits1 + "+" + megabits2 + "-" + millis1 + "/" + millis2;
    }

    String description() {
        return megabits1 + "+" + megabits2 + " Mbit/s, " + millis1 + "/" + millis2 + " ms";
    }

    /** The rate of a path, from 0 on, in Mbit/s. */
    int megabits(int path) {
        return path == 0 ? megabits1 : megabits2;
    }

    /** A path, from 0 on. */
    LinkProfile profile(int path) {
        return LinkProfile.IDEAL
                .withRate(megabits(path) * MEGA)
                .withDelay(Duration.ofMillis(path == 0 ? millis1 : millis2))
                .withQueuePackets(QUEUE_PACKETS);
    }

    long bitsPerSecond() {
        return (megabits1 + megabits2) * MEGA;
    }
}
