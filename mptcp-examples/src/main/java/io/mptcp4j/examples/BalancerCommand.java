package io.mptcp4j.examples;

import io.mptcp4j.examples.balancer.BalancerDemo;
import io.mptcp4j.examples.balancer.BalancerReport;
import io.mptcp4j.examples.balancer.Way;
import io.mptcp4j.examples.balancer.WayResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mptcp4j balancer}. */
@Command(
        name = "balancer",
        description = {
            "Four servers behind a balancer that hashes addresses and ports, so that the subflows of a connection reach "
                    + "different servers: plain, with flag C and an address of its own for each, and with tokens that name "
                    + "the server. All in this process, over emulated links; needs no privilege.",
            "Counts the joins that were established of those tried, and what each path carried.",
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all octets of all connections arrived as they were sent",
            "1:they did not",
            "2:the command line makes no sense"
        })
final class BalancerCommand implements Callable<Integer> {
    private static final int MOST_CONNECTIONS = 1_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--connections",
            defaultValue = "100",
            description = "How many, at most " + MOST_CONNECTIONS + ". Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--size",
            converter = Size.class,
            defaultValue = "64K",
            description = "What each connection sends: so many random octets. Default: ${DEFAULT-VALUE}.")
    private long size;

    @Option(names = "--seed", defaultValue = "1", description = "Decides which octets. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Override
    public Integer call() throws IOException {
        if (connections < 1 || connections > MOST_CONNECTIONS) {
            throw new ParameterException(spec.commandLine(), "--connections is 1 to " + MOST_CONNECTIONS);
        }
        if (size < 1) {
            throw new ParameterException(spec.commandLine(), "--size is above 0: only what is sent can be joined");
        }
        PrintWriter out = spec.commandLine().getOut();
        BalancerReport.introduction(connections, size).forEach(out::println);
        out.println();
        BalancerReport.head().forEach(out::println);
        BalancerDemo demo = new BalancerDemo(connections, size, seed);
        boolean allRight = true;
        for (Way way : Way.values()) {
            WayResult result = demo.run(way);
            out.println(BalancerReport.row(result));
            allRight &= result.isRight();
        }
        return allRight ? ExitCodes.FINE : ExitCodes.FAILED;
    }
}
