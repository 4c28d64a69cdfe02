package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All runs of one case. */
final class CaseResult {
    private final BenchCase benchCase;
    private final List<Sample> samples = new ArrayList<>();
    private String failure;

    CaseResult(BenchCase benchCase) {
        this.benchCase = benchCase;
    }

    void add(Sample sample) {
        samples.add(sample);
    }

    /** Notes why the case gives no figures; it is not run again. */
    void fail(String why) {
        failure = why;
    }

    BenchCase benchCase() {
        return benchCase;
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** Why there are no figures; null when all is well. */
    String failure() {
        return failure;
    }

    boolean hasFigures() {
        return failure == null && !samples.isEmpty();
    }

    Spread gigabitsPerSecond() {
        return spread(Sample::gigabitsPerSecond);
    }

    Spread machineCpuPerGigabyte() {
        return spread(Sample::machineCpuPerGigabyte);
    }

    Spread ownCpuPerGigabyte() {
        return spread(Sample::ownCpuPerGigabyte);
    }

    /** The reference's result among these; null where the case has none, or it has no figures. */
    CaseResult reference(List<CaseResult> all) {
        for (CaseResult each : all) {
            if (each.benchCase.name().equals(benchCase.reference()) && each.hasFigures()) {
                return each;
            }
        }
        return null;
    }

    private Spread spread(ToDoubleFunction<Sample> figure) {
        return Spread.of(samples.stream().mapToDouble(figure).toArray());
    }
}
