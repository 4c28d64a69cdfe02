package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of aggregation, as a table for people and as values for JSON.
 *
 * @param facts what they were taken on
 * @param seconds how long each part of a fast case counted
 * @param results one for each case
 */
record AggregationReport(MachineFacts facts, double seconds, List<AggregationResult> results) {
    private static final String ROW = "%-37s %-54s %4s %9s %15s %9s %-4s  %s%n";

    /** The table. */
    String table() {
        StringBuilder out = new StringBuilder();
        out.append(facts.line());
        out.append(String.format(
                Locale.ROOT,
                "medians; two paths, queues of %d packets, no offload; processors busy with something else before: %.2f%n"
                        + "slow: %d MiB one way and %d KiB the other, from when both subflows are there; fast: %s s each way, after"
                        + " %s s;%ncut: one path of two while we send, the longest time in which nothing arrives%n%n",
                PathPair.QUEUE_PACKETS,
                facts.otherLoad(),
                AggregationCase.MANY >> 20,
                AggregationCase.FEW >> 10,
                seconds,
                AggregationRunner.warmUp(seconds)));
        out.append(String.format(ROW, "case", "", "runs", "median", "(min-max)", "bound", "", ""));
        results.forEach(result -> out.append(row(result)));
        return out.toString();
    }

    /** The same figures, and all single runs. */
    List<Object> values() {
        List<Object> values = new ArrayList<>();
        results.forEach(result -> values.add(values(result)));
        return values;
    }

    private static String row(AggregationResult result) {
        AggregationCase benchCase = result.benchCase();
        if (!result.hasFigures()) {
            return String.format(
                    "%-37s %-54s failed: %s%n", benchCase.name(), benchCase.description(), result.failure());
        }
        AggregationCase.Kind kind = benchCase.kind();
        Spread judged = result.judged();
        String unit = kind.unit().isEmpty() ? "" : " " + kind.unit();
        Boolean passes = result.passes();
        return String.format(
                ROW,
                benchCase.name(),
                benchCase.description(),
                result.samples().size(),
                number(kind.format(), judged.median()) + unit,
                "(" + number(kind.format(), judged.minimum()) + "-" + number(kind.format(), judged.maximum()) + ")",
                passes == null ? "" : (kind.isLeast() ? ">= " : "<= ") + number(kind.format(), benchCase.bound()),
                passes == null ? "" : passes ? "pass" : "MISS",
                beside(result));
    }

    private static String beside(AggregationResult result) {
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i < result.benchCase().kind().beside().size(); i++) {
            medians.add(result.beside(i).median());
        }
        return switch (result.benchCase().kind()) {
            case SLOW -> number("%.2f s with the joins", medians.get(0));
            case FAST ->
                number("%.1f Mbit/s together, ", medians.get(0))
                        + number("%.1f and ", medians.get(1))
                        + number("%.1f alone", medians.get(2));
            case CUT -> number("%.0f ms before the cut", medians.get(0));
        };
    }

    private static Map<String, Object> values(AggregationResult result) {
        AggregationCase benchCase = result.benchCase();
        AggregationCase.Kind kind = benchCase.kind();
        boolean figures = result.hasFigures();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", benchCase.name());
        values.put("description", benchCase.description());
        values.put("sender", benchCase.ends().sender());
        values.put("receiver", benchCase.ends().receiver());
        values.put("failure", result.failure());
        values.put("bound", benchCase.bound());
        values.put("passes", result.passes());
        values.put(kind.judged(), figures ? result.judged().values() : null);
        for (int i = 0; i < kind.beside().size(); i++) {
            values.put(kind.beside().get(i), figures ? result.beside(i).values() : null);
        }
        List<Object> samples = new ArrayList<>();
        for (AggregationResult.Figures sample : result.samples()) {
            Map<String, Object> single = new LinkedHashMap<>();
            single.put(kind.judged(), sample.judged());
            for (int i = 0; i < kind.beside().size(); i++) {
                single.put(kind.beside().get(i), sample.beside().get(i));
            }
            samples.add(single);
        }
        values.put("samples", samples);
        return values;
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
