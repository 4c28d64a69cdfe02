package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures our stack beside the kernel's. The exit code is 1 when a case gives no figure, or our sender gets too little of a path
 * that the kernel's has too, and 2 for wrong arguments.
 */
@Command(
        name = "bench",
        description =
                "Measures this stack and the kernel's MPTCP side by side: Gbit/s and CPU seconds a GB. Needs root,"
                        + " for the network namespaces and TUN devices that it makes and removes; nothing else is touched.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int LONGEST_RUN_SECONDS = 3600;
    private static final int USUAL_RUNS = 5;
    private static final double USUAL_SECONDS = 3;
    private static final double USUAL_AGGREGATION_SECONDS = 4;
    private static final double USUAL_RIVAL_SECONDS = 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--case", "--cases"},
            paramLabel = "NAME",
            split = ",",
            description = "Only this case, or with 'aggregation' or a longer beginning all such cases; may be repeated."
                    + " Default: all with offload, but for those over slow or bad paths.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Name the cases and end.")
    private boolean list;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs of each case that count. Default: 5; 1 where two slow or fast paths are added up.")
    private Integer runs;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            description =
                    "Runs of each case before those that count. Default: 2. Not for aggregation, whose rates are low.")
    private int warmUps = 2;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "How long a run sends. Default: 3. How long octets count where two fast paths are added up."
                    + " Default: 4. How long each of two senders sends over a bad path. Default: 10.")
    private Double seconds;

    @Option(names = "--no-offload", description = "Also the cases without offload.")
    private boolean alsoWithoutOffload;

    @Option(
            names = "--kernel-congestion",
            paramLabel = "NAME",
            description = "Congestion control at the kernel's ends. Default: cubic.")
    private String kernelCongestion = "cubic";

    @Option(
            names = "--netstack",
            paramLabel = "FILE",
            description = "A program that sends by gVisor's netstack over bad paths, beside us and the kernel.")
    private Path netstack;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the same figures there, and all single runs.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        checkNumbers();
        List<BenchCase> chosen = new ArrayList<>();
        List<AggregationCase> aggregation = new ArrayList<>();
        List<RivalCase> rivals = new ArrayList<>();
        choose(chosen, aggregation, rivals);
        if (list) {
            BenchCase.all().forEach(each -> out.printf("%-37s %s%n", each.name(), each.description()));
            AggregationCase.all().forEach(each -> out.printf("%-37s %s%n", each.name(), each.description()));
            RivalCase.all().forEach(each -> out.printf("%-37s %s%n", each.name(), each.description()));
            out.flush();
            return 0;
        }
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isPresent()) {
            progress("bench %s", obstacle.get());
            return FAILED;
        }
        MachineFacts facts = MachineFacts.gather(kernelCongestion);
        Report report = new Report(facts, runs(), seconds(USUAL_SECONDS), measure(chosen));
        AggregationReport added =
                new AggregationReport(facts, seconds(USUAL_AGGREGATION_SECONDS), measureAggregation(aggregation));
        RivalReport compared = new RivalReport(facts, seconds(USUAL_RIVAL_SECONDS), measureRivals(rivals));
        print(out, report, added, compared);
        return report.results().stream().allMatch(CaseResult::hasFigures)
                        && added.results().stream().allMatch(AggregationResult::hasFigures)
                        && compared.results().stream().allMatch(RivalResult::passes)
                ? 0
                : FAILED;
    }

    private void print(PrintWriter out, Report report, AggregationReport added, RivalReport compared)
            throws IOException {
        if (!report.results().isEmpty()) {
            out.print(report.table());
        }
        if (!added.results().isEmpty()) {
            out.print(added.table());
        }
        if (!compared.results().isEmpty()) {
            out.print(compared.table());
        }
        out.flush();
        if (json != null) {
            Map<String, Object> values = report.values();
            if (report.results().isEmpty()) {
                values.keySet().retainAll(List.of("machine"));
            }
            if (!added.results().isEmpty()) {
                values.put("aggregationSeconds", added.seconds());
                values.put("aggregation", added.values());
            }
            if (!compared.results().isEmpty()) {
                values.put("rivalSeconds", compared.seconds());
                values.put("rivals", compared.values());
            }
            Files.writeString(json, Json.write(values));
        }
    }

    private void checkNumbers() {
        if (runs() < 1) {
            throw new ParameterException(spec.commandLine(), "--runs is 1 or more: " + runs);
        }
        if (warmUps < 0) {
            throw new ParameterException(spec.commandLine(), "--warm-ups is not negative: " + warmUps);
        }
        double given = seconds(USUAL_SECONDS);
        if (!(given > 0 && given <= LONGEST_RUN_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--seconds is above 0, at most an hour: " + seconds);
        }
        if (netstack != null && !Files.isExecutable(netstack)) {
            throw new ParameterException(spec.commandLine(), "--netstack: no program " + netstack);
        }
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new ParameterException(spec.commandLine(), "--json: no directory for " + json);
        }
    }

    private int runs() {
        return runs == null ? USUAL_RUNS : runs;
    }

    private double seconds(double usual) {
        return seconds == null ? usual : seconds;
    }

    private void choose(List<BenchCase> chosen, List<AggregationCase> aggregation, List<RivalCase> rivals) {
        if (names.isEmpty()) {
            chosen.addAll(BenchCase.usual(alsoWithoutOffload));
        }
        for (String name : names) {
            Optional<BenchCase> one = BenchCase.named(name);
            List<AggregationCase> several = AggregationCase.named(name);
            Optional<RivalCase> rival = RivalCase.named(name);
            if (one.isEmpty() && several.isEmpty() && rival.isEmpty()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no case '" + name + "'; there are " + BenchCase.names() + ", " + RivalCase.names() + ", "
                                + AggregationCase.GROUP + " and, with --list, its parts");
            }
            one.ifPresent(chosen::add);
            rival.ifPresent(rivals::add);
            several.stream().filter(each -> !aggregation.contains(each)).forEach(aggregation::add);
        }
    }

    /** Run i of all cases comes before run i + 1 of any, so that a drift of the machine hits all alike. */
    private List<CaseResult> measure(List<BenchCase> chosen) {
        List<CaseResult> results = new ArrayList<>();
        chosen.forEach(each -> results.add(new CaseResult(each)));
        try (CaseRunner runner = new CaseRunner(kernelCongestion)) {
            for (int run = 1 - warmUps; run <= runs(); run++) {
                for (CaseResult result : results) {
                    if (result.failure() == null) {
                        runOnce(runner, result, run);
                    }
                }
            }
        }
        return results;
    }

    private void runOnce(CaseRunner runner, CaseResult result, int run) {
        String name = result.benchCase().name();
        try {
            Sample sample = runner.run(result.benchCase(), seconds(USUAL_SECONDS));
            if (run > 0) {
                result.add(sample);
            }
            progress("%s %s: %.2f Gbit/s", run > 0 ? "run " + run : "warm-up", name, sample.gigabitsPerSecond());
        } catch (BenchFailure e) {
            result.fail(e.getMessage());
            progress("%s: failed: %s", name, e.getMessage());
        }
    }

    private List<AggregationResult> measureAggregation(List<AggregationCase> chosen) throws InterruptedException {
        List<AggregationResult> results = new ArrayList<>();
        chosen.forEach(each -> results.add(new AggregationResult(each, runs == null ? each.usualRuns() : runs)));
        int most = results.stream().mapToInt(AggregationResult::runs).max().orElse(0);
        try (AggregationRunner runner = new AggregationRunner(kernelCongestion)) {
            for (int run = 1; run <= most; run++) {
                for (AggregationResult result : results) {
                    if (run <= result.runs() && !result.hasFailed()) {
                        runOnce(runner, result, run);
                    }
                }
            }
        }
        return results;
    }

    private void runOnce(AggregationRunner runner, AggregationResult result, int run) throws InterruptedException {
        AggregationCase benchCase = result.benchCase();
        AggregationCase.Kind kind = benchCase.kind();
        try {
            AggregationResult.Figures figures = runner.run(benchCase, run, seconds(USUAL_AGGREGATION_SECONDS));
            result.add(figures);
            progress("run %d %s: " + kind.format() + " %s", run, benchCase.name(), figures.judged(), kind.unit());
        } catch (BenchFailure e) {
            result.fail(e.getMessage());
            progress("%s: failed: %s", benchCase.name(), e.getMessage());
        }
    }

    private List<RivalResult> measureRivals(List<RivalCase> chosen) {
        List<RivalResult> results = chosen.stream().map(RivalResult::new).toList();
        try (RivalRunner runner = new RivalRunner(kernelCongestion, netstack)) {
            for (int run = 1; run <= runs(); run++) {
                for (RivalResult result : results) {
                    if (run == 1 || result.failure() == null) {
                        runOnce(runner, result, run);
                    }
                }
            }
        }
        return results;
    }

    private void runOnce(RivalRunner runner, RivalResult result, int run) {
        String name = result.rivalCase().name();
        try {
            RivalResult.Run figures = runner.run(result.rivalCase(), seconds(USUAL_RIVAL_SECONDS));
            result.add(figures);
            progress("run %d %s: %.1f Mbit/s, kernel %.1f", run, name, figures.ours(), figures.kernels());
        } catch (BenchFailure e) {
            result.fail(e.getMessage());
            progress("%s: failed: %s", name, e.getMessage());
        }
    }

    private void progress(String format, Object... values) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf(Locale.ROOT, format + "%n", values);
        err.flush();
    }
}
