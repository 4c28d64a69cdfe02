package io.mptcp4j.examples;

import io.mptcp4j.examples.progress.Monitor;
import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.ProgressBar;
import io.mptcp4j.examples.progress.Summary;
import io.mptcp4j.examples.transfer.Destination;
import io.mptcp4j.examples.transfer.DirectoryDestination;
import io.mptcp4j.examples.transfer.FileReceiver;
import io.mptcp4j.examples.transfer.RawTransfer;
import io.mptcp4j.examples.transfer.Received;
import io.mptcp4j.examples.transfer.StorageException;
import io.mptcp4j.examples.transfer.TransferException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mptcp4j receive}. */
@Command(
        name = "receive",
        description = {
            "Receives a file from `send`, or with --raw from any byte-stream peer.",
            "What is torn, damaged or not wanted is an error, and nothing is left of it: a file gets its name when it is "
                    + "whole and on the disk."
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every transfer has arrived whole",
            "1:one has not; the message says why, and how many octets came",
            "2:the command line makes no sense"
        },
        footerHeading = "%nExample:%n",
        footer = "  mptcp4j receive 5000 --out arrivals --tun mptcp1=10.77.1.2/24 --tun mptcp2=10.77.2.2/24")
final class ReceiveCommand implements Callable<Integer> {
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PORT", description = "The port to listen on, on all addresses; 0 for any that is free.")
    private int port;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where files go. Made if need be.")
    private Path directory;

    @Option(names = "--force", description = "Replace files that exist. Without, they are refused.")
    private boolean force;

    @Option(
            names = "--name",
            defaultValue = "received",
            description = "With --raw: what the file is called; further ones get -2, -3 and so on. "
                    + "Default: ${DEFAULT-VALUE}.")
    private String name;

    @ArgGroup
    private HowMany howMany = new HowMany();

    @Mixin
    private PathOptions paths;

    @Mixin
    private TransferOptions options;

    @Mixin
    private StackOptions stackOptions;

    /** One, some, or no end of it. */
    static final class HowMany {
        @Option(
                names = "--count",
                paramLabel = "N",
                defaultValue = "1",
                description = "Receive so many files, one after the other. Default: ${DEFAULT-VALUE}.")
        private int count = 1;

        @Option(names = "--forever", description = "Receive until somebody ends the program.")
        private boolean forever;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(spec.commandLine(), "a port is 0 to 65535: " + port);
        }
        if (howMany.count < 1) {
            throw new ParameterException(spec.commandLine(), "a count is above 0: " + howMany.count);
        }
        options.check();
        Files.createDirectories(directory);
        boolean failed = false;
        try (OpenPaths open = paths.open(stackOptions);
                ServerSocket server = open.stack().createServerSocket(port)) {
            stackOptions.watch(open.stack(), spec.commandLine().getErr());
            PrintWriter out = spec.commandLine().getOut();
            out.println("listening on port " + server.getLocalPort() + " of "
                    + String.join(", ", open.names().all()));
            for (int i = 1; howMany.forever || i <= howMany.count; i++) {
                try (Socket socket = server.accept()) {
                    failed |= !receive(open, socket, i);
                }
            }
            stackOptions.report(open.stack(), spec.commandLine().getErr());
        }
        return failed ? ExitCodes.FAILED : ExitCodes.FINE;
    }

    private boolean receive(OpenPaths open, Socket socket, int number) throws IOException {
        PathMeter meter = new PathMeter(open.names(), PathMeter.Direction.RECEIVED);
        ProgressBar bar = options.progressBar(spec.commandLine().getErr());
        AtomicLong done = new AtomicLong();
        AtomicLong total = new AtomicLong(Destination.UNKNOWN_SIZE);
        long began = System.nanoTime();
        try {
            socket.setSoTimeout((int) options.timeout().toMillis());
            Received received;
            try (Monitor monitor =
                    Monitor.start(socket, meter, PERIOD, info -> bar.show(done.get(), total.get(), meter))) {
                received = receive(socket, number, done, total);
            } finally {
                bar.erase();
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("received " + received.place() + ": "
                    + Summary.of(received.octets(), System.nanoTime() - began, meter));
            out.println("from " + socket.getRemoteSocketAddress() + "; SHA-256 "
                    + HexFormat.of().formatHex(received.digest()));
            return true;
        } catch (TransferException | StorageException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return false;
        }
    }

    private Received receive(Socket socket, int number, AtomicLong done, AtomicLong total) throws IOException {
        DirectoryDestination arrivals = new DirectoryDestination(directory, force);
        Destination destination = (called, size) -> {
            total.set(size);
            return arrivals.begin(called, size);
        };
        if (options.isRaw()) {
            return RawTransfer.receive(socket, destination, number == 1 ? name : name + "-" + number, done::set);
        }
        return FileReceiver.receive(socket, destination, done::set);
    }
}
