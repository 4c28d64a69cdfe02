package io.mptcp4j.examples.demo;

import java.time.Duration;

/** The two paths: their rates, and what a ping over them takes when nothing else is there. */
enum DemoPath {
    WIFI("Wi-Fi", 30, 20),
    LTE("LTE", 20, 50);

    /** A queue of twice what is on the way: enough that one flow can fill the path, as home routers have. */
    private static final int QUEUE_IN_PRODUCTS = 2;

    private final String title;
    private final int megabits;
    private final int roundTripMillis;

    DemoPath(String title, int megabits, int roundTripMillis) {
        this.title = title;
        this.megabits = megabits;
        this.roundTripMillis = roundTripMillis;
    }

    String title() {
        return title;
    }

    int megabits() {
        return megabits;
    }

    int roundTripMillis() {
        return roundTripMillis;
    }

    Duration oneWay() {
        return Duration.ofMillis(roundTripMillis).dividedBy(2);
    }

    long bitsPerSecond() {
        return megabits * 1_000_000L;
    }

    int queueOctets() {
        return QUEUE_IN_PRODUCTS * megabits * roundTripMillis * 1000 / Byte.SIZE;
    }
}
