package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures, as a table for people and as JSON for programs.
 *
 * @param facts what they were taken on
 * @param runs how many runs of each case
 * @param seconds how long each
 * @param results one for each case
 */
record Report(MachineFacts facts, int runs, double seconds, List<CaseResult> results) {
    private static final String ROW = "%-20s %-52s %7s %15s %9s %13s %9s %7s%n";
    private static final double NANOS = 1e9;

    /** The table. */
    String table() {
        StringBuilder out = new StringBuilder();
        out.append(facts.line());
        out.append(String.format(
                Locale.ROOT,
                "median of %d runs of %s s; processors busy with something else before: %.2f%n%n",
                runs,
                seconds,
                facts.otherLoad()));
        out.append(String.format(ROW, "case", "", "Gbit/s", "(min-max)", "CPU s/GB", "(min-max)", "own s/GB", "ratio"));
        results.forEach(result -> out.append(row(result)));
        return out.toString();
    }

    /** The same figures, and all single runs. */
    String json() {
        return Json.write(values());
    }

    /** The same, to be added to. */
    Map<String, Object> values() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("machine", facts.values());
        root.put("runs", runs);
        root.put("seconds", seconds);
        List<Object> cases = new ArrayList<>();
        results.forEach(result -> cases.add(json(result)));
        root.put("cases", cases);
        return root;
    }

    private String row(CaseResult result) {
        BenchCase benchCase = result.benchCase();
        if (!result.hasFigures()) {
            return String.format("%-20s %-52s failed: %s%n", benchCase.name(), benchCase.description(), why(result));
        }
        Spread speed = result.gigabitsPerSecond();
        Spread machine = result.machineCpuPerGigabyte();
        double ratio = ratio(result);
        return String.format(
                ROW,
                benchCase.name(),
                benchCase.description(),
                number("%.2f", speed.median()),
                range("(%.2f-%.2f)", speed),
                number("%.2f", machine.median()),
                range("(%.2f-%.2f)", machine),
                benchCase.ends().isOurs()
                        ? number("%.2f", result.ownCpuPerGigabyte().median())
                        : "",
                Double.isNaN(ratio) ? "" : number("%.2f", ratio));
    }

    private Map<String, Object> json(CaseResult result) {
        BenchCase benchCase = result.benchCase();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("name", benchCase.name());
        values.put("description", benchCase.description());
        values.put("sender", benchCase.sender());
        values.put("receiver", benchCase.receiver());
        values.put("paths", benchCase.paths());
        values.put("offload", benchCase.offload());
        values.put("reference", benchCase.reference());
        values.put("failure", result.hasFigures() ? null : why(result));
        boolean figures = result.hasFigures();
        values.put("gigabitsPerSecond", figures ? result.gigabitsPerSecond().values() : null);
        values.put(
                "cpuSecondsPerGigabyte",
                figures ? result.machineCpuPerGigabyte().values() : null);
        values.put(
                "ownCpuSecondsPerGigabyte",
                figures && benchCase.ends().isOurs()
                        ? result.ownCpuPerGigabyte().values()
                        : null);
        values.put("ratioToReference", ratio(result));
        List<Object> samples = new ArrayList<>();
        result.samples().forEach(sample -> samples.add(json(sample)));
        values.put("samples", samples);
        return values;
    }

    private static Map<String, Object> json(Sample sample) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("octets", sample.octets());
        values.put("seconds", sample.nanos() / NANOS);
        values.put("gigabitsPerSecond", sample.gigabitsPerSecond());
        values.put("cpuSeconds", sample.machineCpuNanos() / NANOS);
        values.put("ownCpuSeconds", sample.ownCpuNanos() / NANOS);
        values.put("subflows", sample.subflows());
        values.put("pathOctets", sample.pathOctets());
        return values;
    }

    /** NaN where there is nothing to compare with. */
    private double ratio(CaseResult result) {
        CaseResult reference = result.reference(results);
        return reference == null || !result.hasFigures()
                ? Double.NaN
                : result.gigabitsPerSecond().median()
                        / reference.gigabitsPerSecond().median();
    }

    private static String why(CaseResult result) {
        return result.failure() == null ? "was not run" : result.failure();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String range(String format, Spread spread) {
        return String.format(Locale.ROOT, format, spread.minimum(), spread.maximum());
    }
}
