package io.mptcp4j.examples;

import io.mptcp4j.examples.progress.ProgressBar;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What {@code send} and {@code receive} have in common besides paths. */
final class TransferOptions {
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

    boolean isRaw() {
        return raw;
    }

    Duration timeout() {
        return Duration.ofSeconds(Math.max(1, timeoutSeconds));
    }

    ProgressBar progressBar(PrintWriter err) {
        return quiet || !Terminal.isThere() ? ProgressBar.silent() : ProgressBar.on(err);
    }
}
