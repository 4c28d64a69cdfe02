package io.mptcp4j.examples;

import io.mptcp4j.examples.demo.Demo;
import io.mptcp4j.examples.demo.DemoReport;
import io.mptcp4j.examples.demo.DemoResult;
import io.mptcp4j.examples.demo.DemoRun;
import io.mptcp4j.examples.kernel.Namespace;
import io.mptcp4j.examples.kernel.Shell;
import io.mptcp4j.examples.progress.ProgressBar;
import io.mptcp4j.examples.transfer.TransferException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mptcp4j demo}. */
@Command(
        name = "demo",
        description = {
            "A file over an emulated Wi-Fi (30 Mbit/s, 20 ms) and LTE (20 Mbit/s, 50 ms): over one path, over both, and over "
                    + "both with the Wi-Fi cut half way. The times are round trips, as ping shows them. Needs no privilege.",
            "Mbit/s counts the octets of the file; headers come on top of them.",
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the file arrived whole in every run",
            "1:it did not, or --tun is not possible here",
            "2:the command line makes no sense"
        })
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--size",
            converter = Size.class,
            defaultValue = "24M",
            description = "The file: so many random octets. Default: ${DEFAULT-VALUE}.")
    private long size;

    @Option(names = "--seed", defaultValue = "1", description = "Decides which octets. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--tun",
            description =
                    "The same over real TUN devices to the kernel's own MPTCP, in network namespaces that are made "
                            + "for it and removed. The rates are the same; the delays are only those of full queues. Needs root.")
    private boolean tun;

    @Option(
            names = {"-q", "--quiet"},
            description = "No progress bar. There is none either where no terminal is.")
    private boolean quiet;

    @Override
    public Integer call() throws IOException {
        if (tun) {
            checkTun();
        }
        PrintWriter out = spec.commandLine().getOut();
        ProgressBar bar = quiet || !Terminal.isThere()
                ? ProgressBar.silent()
                : ProgressBar.on(spec.commandLine().getErr());
        DemoReport.introduction(size, tun).forEach(out::println);
        out.println();
        out.println(DemoReport.head());
        Demo demo = tun ? Demo.overTun(size, seed, bar) : Demo.inProcess(size, seed, bar);
        boolean allRight = true;
        for (DemoRun run : DemoRun.values()) {
            DemoResult result = demo.run(run);
            out.println(DemoReport.row(result));
            allRight &= result.isDigestRight();
        }
        return allRight ? ExitCodes.FINE : ExitCodes.FAILED;
    }

    private static void checkTun() throws TransferException {
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isEmpty() && !Shell.succeeds("python3", "--version")) {
            obstacle = Optional.of("needs python3, whose program is the kernel's end: install the package python3");
        }
        if (obstacle.isPresent()) {
            throw new TransferException("demo --tun " + obstacle.get() + ". `demo` without --tun runs anywhere.");
        }
    }
}
