package io.mptcp4j.examples;

import io.mptcp4j.examples.bench.BenchCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of {@code mptcp4j.jar}. */
@Command(
        name = "mptcp4j",
        description = "Files over several paths at once, by Multipath TCP in user space.",
        subcommands = {
            SendCommand.class,
            ReceiveCommand.class,
            DemoCommand.class,
            BalancerCommand.class,
            BenchCommand.class
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all was well", "1:a transfer failed", "2:the command line makes no sense"},
        versionProvider = Main.Version.class)
public final class Main implements Runnable {
    private static final int WIDTH = 100;

    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show where in the program an error arose.")
    private boolean verbose;

    private Main() {}

    /** Runs the command that the arguments name and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, ready to be executed, on standard output and standard error. */
    static CommandLine commandLine() {
        Main main = new Main();
        Problems problems = new Problems(main);
        return new CommandLine(main)
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setUsageHelpWidth(WIDTH)
                .setExecutionExceptionHandler(problems)
                .setParameterExceptionHandler(problems);
    }

    boolean isVerbose() {
        return verbose;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"mptcp4j " + (version != null ? version : "(not from a jar)")};
        }
    }
}
