package io.mptcp4j.examples.bench;

/** A run that gives no figure; the message says why. */
final class BenchFailure extends Exception {
    private static final long serialVersionUID = 1L;

    BenchFailure(String why) {
        super(why);
    }
}
