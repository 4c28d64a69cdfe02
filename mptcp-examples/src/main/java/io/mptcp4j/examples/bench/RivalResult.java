package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.List;

/** All runs of one case with two senders. */
final class RivalResult {
    private final RivalCase rivalCase;
    private final List<Pair> pairs = new ArrayList<>();
    private String failure;

    RivalResult(RivalCase rivalCase) {
        this.rivalCase = rivalCase;
    }

    /**
     * What one run gave, in Mbit/s of the application.
     *
     * @param ours our sender
     * @param kernels the kernel's
     */
    record Pair(double ours, double kernels) {}

    void add(Pair pair) {
        pairs.add(pair);
    }

    /** Notes why the case gives no figures; it is not run again. */
    void fail(String why) {
        failure = why;
    }

    RivalCase rivalCase() {
        return rivalCase;
    }

    List<Pair> pairs() {
        return List.copyOf(pairs);
    }

    /** Why there are no figures; null when all is well. */
    String failure() {
        return failure == null && pairs.isEmpty() ? "was not run" : failure;
    }

    Spread ours() {
        return Spread.of(pairs.stream().mapToDouble(Pair::ours).toArray());
    }

    Spread kernels() {
        return Spread.of(pairs.stream().mapToDouble(Pair::kernels).toArray());
    }

    /** Our median to the kernel's. */
    double ratio() {
        return ours().median() / kernels().median();
    }

    /** Whether there are figures, and ours keep to the bound. */
    boolean passes() {
        return failure() == null && ratio() >= RivalCase.LEAST_RATIO;
    }
}
