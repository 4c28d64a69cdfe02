package io.mptcp4j.examples;

import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How the stack of {@code send} and {@code receive} behaves, and what it tells of that. */
final class StackOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--scheduler",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Which subflow carries the next octets. Default: ${DEFAULT-VALUE}.")
    private String scheduler;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            defaultValue = "reno",
            description = "Congestion control: reno, or coupled among the subflows: lia, olia, balia. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String congestion;

    @Option(
            names = "--events",
            description = "Print what happens to connections and subflows, as `ip mptcp monitor` does of the kernel's.")
    private boolean events;

    @Option(
            names = "--counters",
            description =
                    "At the end print the counters that are not 0, by the names that `nstat` has for the kernel's.")
    private boolean counters;

    /** Sets what connections are like. */
    void configure(MptcpStackBuilder builder) {
        try {
            builder.scheduler(scheduler).congestionControl(congestion);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Begins to tell what happens. */
    void watch(MptcpStack stack, PrintWriter err) throws IOException {
        if (events) {
            stack.addListener(err::println);
        }
    }

    /** Tells what was counted. */
    void report(MptcpStack stack, PrintWriter err) {
        if (counters) {
            stack.kernelCounters().forEach((name, value) -> {
                if (value != 0) {
                    err.println(name + " " + value);
                }
            });
        }
    }
}
