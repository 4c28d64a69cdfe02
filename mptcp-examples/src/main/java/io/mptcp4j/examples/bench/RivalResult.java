package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.List;

/** All runs of one case with several senders. */
final class RivalResult {
    private final RivalCase rivalCase;
    private final List<Run> runs = new ArrayList<>();
    private String failure;

    RivalResult(RivalCase rivalCase) {
        this.rivalCase = rivalCase;
    }

    /**
     * What one run gave, in Mbit/s of the application.
     *
     * @param ours our sender
     * @param kernels the kernel's
     * @param programs that of a program; NaN without one
     */
    record Run(double ours, double kernels, double programs) {}

    void add(Run run) {
        runs.add(run);
    }

    /** Notes why the case gives no figures; it is not run again. */
    void fail(String why) {
        failure = why;
    }

    RivalCase rivalCase() {
        return rivalCase;
    }

    List<Run> runs() {
        return List.copyOf(runs);
    }

    /** Why there are no figures; null when all is well. */
    String failure() {
        return failure == null && runs.isEmpty() ? "was not run" : failure;
    }

    Spread ours() {
        return Spread.of(runs.stream().mapToDouble(Run::ours).toArray());
    }

    Spread kernels() {
        return Spread.of(runs.stream().mapToDouble(Run::kernels).toArray());
    }

    /** Whether a program sent too. */
    boolean hasProgram() {
        return runs.stream().noneMatch(run -> Double.isNaN(run.programs()));
    }

    /** The program's; only where there is one. */
    Spread programs() {
        return Spread.of(runs.stream().mapToDouble(Run::programs).toArray());
    }

    /** Our median to the kernel's, or to the program's where that is higher. */
    double ratio() {
        double best = kernels().median();
        if (hasProgram()) {
            best = Math.max(best, programs().median());
        }
        return ours().median() / best;
    }

    /** Whether there are figures, and ours keep to the bound. */
    boolean passes() {
        return failure() == null && ratio() >= RivalCase.LEAST_RATIO;
    }
}
