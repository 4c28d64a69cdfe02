package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.List;

/** All runs of one case of aggregation. */
final class AggregationResult {
    private final AggregationCase benchCase;
    private final int runs;
    private final List<Figures> samples = new ArrayList<>();
    private String failure;

    AggregationResult(AggregationCase benchCase, int runs) {
        this.benchCase = benchCase;
        this.runs = runs;
    }

    /**
     * What one run gave.
     *
     * @param judged the figure that has a bound
     * @param beside the others, in the order of their names in the case's kind
     */
    record Figures(double judged, List<Double> beside) {}

    void add(Figures figures) {
        samples.add(figures);
    }

    /** Notes why the case gives no figures; it is not run again. */
    void fail(String why) {
        failure = why;
    }

    AggregationCase benchCase() {
        return benchCase;
    }

    /** How often it is to be run. */
    int runs() {
        return runs;
    }

    List<Figures> samples() {
        return List.copyOf(samples);
    }

    /** Why there are no figures; null when all is well. */
    String failure() {
        return failure == null && samples.isEmpty() ? "was not run" : failure;
    }

    boolean hasFailed() {
        return failure != null;
    }

    boolean hasFigures() {
        return failure() == null;
    }

    /** The figure that has a bound. */
    Spread judged() {
        return Spread.of(samples.stream().mapToDouble(Figures::judged).toArray());
    }

    /** The figure beside it at this place. */
    Spread beside(int index) {
        return Spread.of(
                samples.stream().mapToDouble(each -> each.beside().get(index)).toArray());
    }

    /** Whether the median keeps to the bound; null where there is none. */
    Boolean passes() {
        return !hasFigures() || Double.isNaN(benchCase.bound()) ? null : benchCase.passes(judged().median());
    }
}
