package io.mptcp4j.examples;

import io.mptcp4j.examples.progress.ProgressBar;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code send} and {@code receive} have in common besides paths. */
final class TransferOptions {
    private static final int LONGEST_SECONDS = Integer.MAX_VALUE / 1000;

    @Option(
            names = "--raw",
            description = "No protocol: octets until end of stream, for any byte-stream peer. Nobody checks them then.")
    private boolean raw;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress bar. There is none either where no terminal is.")
    private boolean quiet;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the peer may be silent when it is its turn. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    boolean isRaw() {
        return raw;
    }

    /** How long the peer may be silent. */
    Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds);
    }

    /** To be called before any device is touched. */
    void check() {
        requireSeconds(spec, "--timeout", timeoutSeconds);
    }

    /** What sockets can wait for, in seconds. */
    static void requireSeconds(CommandSpec spec, String option, int seconds) {
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw new ParameterException(
                    spec.commandLine(), option + " is 1 to " + LONGEST_SECONDS + " seconds: " + seconds);
        }
    }

    ProgressBar progressBar(PrintWriter err) {
        return quiet || !Terminal.isThere() ? ProgressBar.silent() : ProgressBar.on(err);
    }
}
