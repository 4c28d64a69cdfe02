package io.mptcp4j.examples;

import io.mptcp4j.examples.progress.Monitor;
import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.ProgressBar;
import io.mptcp4j.examples.progress.Summary;
import io.mptcp4j.examples.transfer.FileSender;
import io.mptcp4j.examples.transfer.RawTransfer;
import io.mptcp4j.examples.transfer.TransferException;
import io.mptcp4j.examples.transfer.TransferHeader;
import io.mptcp4j.socket.MptcpStack;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mptcp4j send}. */
@Command(
        name = "send",
        description = "Sends a file over all paths to `receive`, or with --raw to any byte-stream peer.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the receiver has the whole file (--raw: its host has acknowledged all octets)",
            "1:it has not; the message says why, and how many octets were sent",
            "2:the command line makes no sense"
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  mptcp4j send film.mkv server.example:5000 --tun mptcp1=10.77.1.2/24 --tun mptcp2=10.77.2.2/24",
            "README.md says how the devices are led to two real interfaces."
        })
final class SendCommand implements Callable<Integer> {
    private static final Duration PERIOD = Duration.ofMillis(200);

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file.")
    private Path file;

    @Parameters(
            index = "1",
            paramLabel = "HOST:PORT",
            converter = HostAndPort.Converter.class,
            description = "The receiver; IPv6 addresses in brackets: [fd00::1]:5000.")
    private HostAndPort receiver;

    @Mixin
    private PathOptions paths;

    @Mixin
    private TransferOptions options;

    @Mixin
    private StackOptions stackOptions;

    @Option(
            names = "--name",
            description = "What the receiver is to call the file. Default: as it is called here. Not with --raw.")
    private String name;

    @Option(
            names = "--connect-timeout",
            paramLabel = "SECONDS",
            defaultValue = "20",
            description = "How long connecting may take. Default: ${DEFAULT-VALUE}.")
    private int connectTimeoutSeconds;

    @Override
    public Integer call() throws IOException {
        // Before any device is touched.
        options.check();
        TransferOptions.requireSeconds(spec, "--connect-timeout", connectTimeoutSeconds);
        try (InputStream octets = Files.newInputStream(file)) {
            if (Files.isDirectory(file)) {
                throw new TransferException(file + " is a directory");
            }
            long size = Files.size(file);
            InetAddress[] addresses = receiver.resolve();
            PrintWriter err = spec.commandLine().getErr();
            try (OpenPaths open = paths.open(stackOptions)) {
                stackOptions.watch(open.stack(), err);
                try {
                    send(open, addresses, octets, size);
                } finally {
                    stackOptions.report(open.stack(), err);
                }
            }
        }
        return ExitCodes.FINE;
    }

    private void send(OpenPaths open, InetAddress[] addresses, InputStream octets, long size) throws IOException {
        PathMeter meter = new PathMeter(open.names(), PathMeter.Direction.SENT);
        ProgressBar bar = options.progressBar(spec.commandLine().getErr());
        AtomicLong done = new AtomicLong();
        try (Socket socket = connect(open.stack(), addresses)) {
            socket.setSoTimeout((int) options.timeout().toMillis());
            long began = System.nanoTime();
            String digest;
            try (Monitor monitor = Monitor.start(socket, meter, PERIOD, info -> bar.show(done.get(), size, meter))) {
                digest = send(socket, octets, size, done);
            } finally {
                bar.erase();
            }
            long nanos = System.nanoTime() - began;
            PrintWriter out = spec.commandLine().getOut();
            out.println("sent " + file.getFileName() + ": " + Summary.of(done.get(), nanos, meter));
            out.println(digest);
        }
    }

    private String send(Socket socket, InputStream octets, long size, AtomicLong done) throws IOException {
        if (options.isRaw()) {
            RawTransfer.send(
                    socket,
                    octets,
                    () -> MptcpStack.info(socket).octetsAcknowledged(),
                    options.timeout().toNanos(),
                    done::set);
            return "raw: the peer's host has acknowledged every octet; nobody has checked them";
        }
        String called =
                name != null ? name : file.toAbsolutePath().getFileName().toString();
        byte[] digest = FileSender.send(socket, octets, new TransferHeader(called, size), done::set);
        return "the receiver has it; SHA-256 " + HexFormat.of().formatHex(digest);
    }

    /** Connects to the first address that answers. */
    private Socket connect(MptcpStack stack, InetAddress[] addresses) throws IOException {
        IOException last = null;
        for (InetAddress address : addresses) {
            Socket socket = stack.createSocket();
            try {
                socket.connect(new InetSocketAddress(address, receiver.port()), connectTimeoutSeconds * 1000);
                return socket;
            } catch (IOException e) {
                socket.close();
                last = new TransferException(
                        "cannot connect to " + receiver + " (" + address.getHostAddress() + "): " + e.getMessage(), e);
            }
        }
        throw last;
    }
}
