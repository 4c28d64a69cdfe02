package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kernel's end of a connection over paths with rates: a program in a namespace, ended with that. */
final class PathsPeer {
    /** Nothing is sent. */
    static final long NOTHING = 0;

    /** What is sent has no end. */
    static final long ENDLESS = -1;

    private static final String LISTENING = "listening ";
    private static final Path SCRIPT = Script.unpack("paths.py");

    private final Process process;
    private final BufferedReader output;

    private PathsPeer(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * What it saw.
     *
     * @param received since the last look, or of all
     * @param subflows at once: now, or the most of all
     * @param fallback whether MPTCP had fallen back to TCP
     */
    record Sight(Meter.Interval received, int subflows, boolean fallback) {}

    /** Starts a program that listens, and sends so many octets or one of the constants. */
    static PathsPeer server(Namespace namespace, String congestion, long octets) throws IOException {
        return start(namespace, "server", "0.0.0.0", 0, congestion, octets);
    }

    /** Starts a program that connects, and sends so many octets or one of the constants. */
    static PathsPeer client(Namespace namespace, String address, int port, String congestion, long octets)
            throws IOException {
        return start(namespace, "client", address, port, congestion, octets);
    }

    private static PathsPeer start(
            Namespace namespace, String role, String address, int port, String congestion, long octets)
            throws IOException {
        return new PathsPeer(namespace.start(
                List.of(Script.python(), SCRIPT.toString(), role, address, "" + port, congestion, "" + octets)));
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

    /** Lets it begin to send. */
    void go() throws IOException {
        say("go");
    }

    /** What it has seen since the last look. */
    Sight look() throws IOException, BenchFailure {
        say("look");
        return sight("interval ");
    }

    /** Waits until it has sent all and received all; says of all since it began. */
    Sight awaitDone() throws IOException, BenchFailure {
        return sight("done ");
    }

    private Sight sight(String word) throws IOException, BenchFailure {
        String line = line();
        Map<String, Long> values = new HashMap<>();
        for (String pair : line.split(" ")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(pair.substring(0, equals), Long.parseLong(pair.substring(equals + 1)));
            }
        }
        if (!line.startsWith(word)
                || !values.keySet().containsAll(List.of("octets", "nanos", "gap", "subflows", "fallback"))) {
            throw new BenchFailure("the kernel's end said '" + line + "' instead of what it saw");
        }
        return new Sight(
                new Meter.Interval(values.get("octets"), values.get("nanos"), values.get("gap")),
                values.get("subflows").intValue(),
                values.get("fallback") != 0);
    }

    private void say(String word) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
        input.flush();
    }

    private String line() throws IOException, BenchFailure {
        String line = output.readLine();
        if (line == null) {
            throw new BenchFailure("the program at the kernel's end was ended or has failed");
        }
        return line;
    }
}
