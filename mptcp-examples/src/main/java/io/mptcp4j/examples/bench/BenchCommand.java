package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures our stack beside the kernel's. The exit code is 1 when a case gives no figure, 2 for wrong arguments. */
@Command(
        name = "bench",
        description =
                "Measures this stack and the kernel's MPTCP side by side: Gbit/s and CPU seconds a GB. Needs root,"
                        + " for the network namespaces and TUN devices that it makes and removes; nothing else is touched.",
        mixinStandardHelpOptions = true)
public final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int LONGEST_RUN_SECONDS = 3600;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--case",
            paramLabel = "NAME",
            split = ",",
            description = "Only this case; may be repeated. Default: all with offload.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Name the cases and end.")
    private boolean list;

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each case that count. Default: 5.")
    private int runs = 5;

    @Option(
            names = "--warm-ups",
            paramLabel = "N",
            description = "Runs of each case before those that count. Default: 2.")
    private int warmUps = 2;

    @Option(names = "--seconds", paramLabel = "S", description = "How long a run sends. Default: 3.")
    private double seconds = 3;

    @Option(names = "--no-offload", description = "Also the cases without offload.")
    private boolean alsoWithoutOffload;

    @Option(
            names = "--kernel-congestion",
            paramLabel = "NAME",
            description = "Congestion control at the kernel's ends. Default: cubic.")
    private String kernelCongestion = "cubic";

    @Option(names = "--json", paramLabel = "FILE", description = "Write the same figures there, and all single runs.")
    private Path json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<BenchCase> chosen = chosen();
        if (list) {
            BenchCase.all().forEach(each -> out.printf("%-22s %s%n", each.name(), each.description()));
            out.flush();
            return 0;
        }
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isPresent()) {
            progress("bench %s", obstacle.get());
            return FAILED;
        }
        Report report = new Report(MachineFacts.gather(kernelCongestion), runs, seconds, measure(chosen));
        out.print(report.table());
        out.flush();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        return report.results().stream().allMatch(CaseResult::hasFigures) ? 0 : FAILED;
    }

    private List<BenchCase> chosen() {
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs is 1 or more: " + runs);
        }
        if (warmUps < 0) {
            throw new ParameterException(spec.commandLine(), "--warm-ups is not negative: " + warmUps);
        }
        if (!(seconds > 0 && seconds <= LONGEST_RUN_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--seconds is above 0, at most an hour: " + seconds);
        }
        if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
            throw new ParameterException(spec.commandLine(), "--json: no directory for " + json);
        }
        if (names.isEmpty()) {
            return BenchCase.usual(alsoWithoutOffload);
        }
        List<BenchCase> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(BenchCase.named(name)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(), "no case '" + name + "'; there are " + BenchCase.names())));
        }
        return chosen;
    }

    /** Run i of all cases comes before run i + 1 of any, so that a drift of the machine hits all alike. */
    private List<CaseResult> measure(List<BenchCase> chosen) {
        List<CaseResult> results = new ArrayList<>();
        chosen.forEach(each -> results.add(new CaseResult(each)));
        try (CaseRunner runner = new CaseRunner(kernelCongestion)) {
            for (int run = 1 - warmUps; run <= runs; run++) {
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
            Sample sample = runner.run(result.benchCase(), seconds);
            if (run > 0) {
                result.add(sample);
            }
            progress("%s %s: %.2f Gbit/s", run > 0 ? "run " + run : "warm-up", name, sample.gigabitsPerSecond());
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
