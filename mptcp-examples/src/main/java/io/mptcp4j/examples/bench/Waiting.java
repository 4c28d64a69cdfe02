package io.mptcp4j.examples.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Waits for what comes soon. */
final class Waiting {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_MILLIS = 2;

    private Waiting() {}

    /** What is waited for. */
    interface Condition {
        boolean holds() throws IOException, BenchFailure;
    }

    /** Waits until it holds, at most half a minute. */
    static void until(String what, Condition condition) throws IOException, BenchFailure, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new BenchFailure("no " + what + " in time");
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    static void seconds(double seconds) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep((long) (seconds * TimeUnit.SECONDS.toNanos(1)));
    }
}
