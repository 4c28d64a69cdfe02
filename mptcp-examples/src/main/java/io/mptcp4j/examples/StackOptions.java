package io.mptcp4j.examples;

import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
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
            defaultValue = "cubic",
            description = "Congestion control: cubic, reno, bbr, or coupled among the subflows: lia, olia, balia. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String congestion;

    @Option(
            names = "--path-manager",
            paramLabel = "NAME",
            defaultValue = "fullmesh",
            description =
                    "Which subflows there are: fullmesh, endpoints, ndiffports(N), signal, handover, interactive, "
                            + "aggregate, none. Default: ${DEFAULT-VALUE}.")
    private String pathManager;

    @Option(
            names = "--endpoint",
            paramLabel = "ADDRESS[,id,N][,port,N][,FLAG...]",
            description = {
                "An endpoint for `--path-manager endpoints`, as `ip mptcp endpoint add` takes it. Once for each.",
                "  10.77.2.2,subflow,backup",
                "Flags: signal, subflow, backup, fullmesh, laminar."
            })
    private List<String> endpoints = List.of();

    @Option(
            names = "--endpoint-limits",
            paramLabel = "SUBFLOWS,ADD_ADDR_ACCEPTED",
            defaultValue = "2,0",
            description = "The limits for `--path-manager endpoints`, as `ip mptcp limits` has them. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String endpointLimits;

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
            builder.pathManager(pathManager).endpoints(endpoints());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Endpoints endpoints() {
        String[] limits = endpointLimits.split(",");
        if (!endpointLimits.matches("\\d{1,3},\\d{1,3}")) {
            throw new IllegalArgumentException("two numbers and a comma, such as 2,0: '" + endpointLimits + "'");
        }
        Endpoints all = Endpoints.NONE.withLimits(Integer.parseInt(limits[0]), Integer.parseInt(limits[1]));
        for (String endpoint : endpoints) {
            all = all.with(Endpoint.parse(endpoint));
        }
        return all;
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
