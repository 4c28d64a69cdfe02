package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A program that sends or receives by the kernel's sockets, in a namespace; ended with that. */
final class KernelPeer {
    private static final String LISTENING = "listening ";
    private static final Path SCRIPT = Script.unpack("peer.py");

    private final Process process;
    private final BufferedReader output;

    private KernelPeer(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * What it saw.
     *
     * @param octets received, or else sent
     * @param nanos from the first octets on
     * @param subflows the most at once; 0 with plain TCP
     * @param fallback whether MPTCP had fallen back to TCP
     */
    record Report(long octets, long nanos, int subflows, boolean fallback) {
        static Report parse(String line) throws BenchFailure {
            Map<String, Long> values = new HashMap<>();
            for (String pair : line.split(" ")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
                }
            }
            if (!line.startsWith("done ") || !values.keySet().containsAll(List.of("octets", "nanos", "subflows"))) {
                throw new BenchFailure("the kernel's end said '" + line + "' instead of what it saw");
            }
            return new Report(
                    values.get("octets"),
                    values.get("nanos"),
                    values.get("subflows").intValue(),
                    values.getOrDefault("fallback", 0L) != 0);
        }
    }

    /** Starts a program that listens, and receives until the end of the stream. */
    static KernelPeer receiver(Namespace namespace, String protocol, String congestion) throws IOException {
        return start(namespace, "server", "receive", protocol, "0.0.0.0", "0", congestion, "0", "0");
    }

    /** Starts a program that connects, and sends for so long, and a little longer until each path has its subflow. */
    static KernelPeer sender(
            Namespace namespace, BenchCase benchCase, String congestion, String address, int port, double seconds)
            throws IOException {
        String protocol = benchCase.ends().isMptcp() ? "mptcp" : "tcp";
        return start(
                namespace,
                "client",
                "send",
                protocol,
                address,
                "" + port,
                congestion,
                "" + seconds,
                "" + benchCase.paths());
    }

    /** Starts a program that connects from an address over a TUN device of the namespace, and sends by a stack of its own. */
    static KernelPeer program(
            Namespace namespace,
            Path program,
            String device,
            String local,
            String remote,
            int port,
            String congestion,
            double seconds)
            throws IOException {
        return new KernelPeer(namespace.start(List.of(
                program.toAbsolutePath().toString(), device, local, remote, "" + port, congestion, "" + seconds)));
    }

    private static KernelPeer start(Namespace namespace, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Script.python(), SCRIPT.toString()));
        command.addAll(List.of(arguments));
        return new KernelPeer(namespace.start(command));
    }

    /** Waits until it listens; returns the port. */
    int awaitPort() throws IOException, BenchFailure {
        String line = line();
        if (!line.startsWith(LISTENING)) {
            throw new BenchFailure("the kernel's server does not listen: " + line);
        }
        return Integer.parseInt(line.substring(LISTENING.length()));
    }

    /** Waits until it is connected. */
    void awaitConnected() throws IOException, BenchFailure {
        String line = line();
        if (!line.equals("connected")) {
            throw new BenchFailure("the kernel's end is not connected: " + line);
        }
    }

    /** Lets it begin. */
    void go() throws IOException {
        OutputStream input = process.getOutputStream();
        input.write('\n');
        input.flush();
    }

    /** Waits until it has ended. */
    Report awaitReport() throws IOException, BenchFailure {
        return Report.parse(line());
    }

    private String line() throws IOException, BenchFailure {
        String line = output.readLine();
        if (line == null) {
            throw new BenchFailure("the program at the kernel's end was ended or has failed");
        }
        return line;
    }
}
