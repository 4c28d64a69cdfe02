package io.mptcp4j.examples.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of several senders on one path, as a table for people and as values for JSON.
 *
 * @param facts what they were taken on
 * @param seconds how long each sender sent
 * @param results one for each case
 */
record RivalReport(MachineFacts facts, double seconds, List<RivalResult> results) {
    private static final String ROW = "%-11s %-70s %4s %21s %21s %21s %6s %8s %s%n";

    /** The table. */
    String table() {
        StringBuilder out = new StringBuilder(facts.line());
        out.append(String.format(
                Locale.ROOT,
                "medians of Mbit/s, %s s each; kernel: %s, mptcp4j: %s; no offload; processors busy with something else"
                        + " before: %.2f%n%n",
                seconds,
                facts.kernelCongestion(),
                RivalRunner.ours(facts.kernelCongestion()),
                facts.otherLoad()));
        out.append(String.format(
                ROW,
                "case",
                "",
                "runs",
                "mptcp4j (min-max)",
                "kernel (min-max)",
                "netstack (min-max)",
                "ratio",
                "bound",
                ""));
        results.forEach(result -> out.append(row(result)));
        return out.toString();
    }

    /** The same figures, and all single runs. */
    List<Object> values() {
        List<Object> values = new ArrayList<>();
        for (RivalResult result : results) {
            boolean figures = result.failure() == null;
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", result.rivalCase().name());
            one.put("description", result.rivalCase().description());
            one.put("failure", result.failure());
            one.put("bound", RivalCase.LEAST_RATIO);
            one.put("passes", result.passes());
            one.put("ratio", figures ? result.ratio() : null);
            one.put("oursMbps", figures ? result.ours().values() : null);
            one.put("kernelMbps", figures ? result.kernels().values() : null);
            one.put(
                    "netstackMbps",
                    figures && result.hasProgram() ? result.programs().values() : null);
            List<Object> runs = new ArrayList<>();
            for (RivalResult.Run run : result.runs()) {
                Map<String, Object> single = new LinkedHashMap<>();
                single.put("oursMbps", run.ours());
                single.put("kernelMbps", run.kernels());
                single.put("netstackMbps", Double.isNaN(run.programs()) ? null : run.programs());
                runs.add(single);
            }
            one.put("samples", runs);
            values.add(one);
        }
        return values;
    }

    private static String row(RivalResult result) {
        RivalCase rivalCase = result.rivalCase();
        if (result.failure() != null) {
            return String.format(
                    "%-11s %-70s failed: %s%n", rivalCase.name(), rivalCase.description(), result.failure());
        }
        return String.format(
                Locale.ROOT,
                ROW,
                rivalCase.name(),
                rivalCase.description(),
                result.runs().size(),
                show(result.ours()),
                show(result.kernels()),
                result.hasProgram() ? show(result.programs()) : "",
                String.format(Locale.ROOT, "%.3f", result.ratio()),
                String.format(Locale.ROOT, ">= %.2f", RivalCase.LEAST_RATIO),
                result.passes() ? "pass" : "MISS");
    }

    private static String show(Spread spread) {
        return String.format(Locale.ROOT, "%.1f (%.1f-%.1f)", spread.median(), spread.minimum(), spread.maximum());
    }
}
