package io.mptcp4j.tun.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program at the kernel's end of a connection: it sends so many random octets and receives until the other end has
 * finished, both at once, over the kernel's MPTCP or TCP.
 */
public final class KernelPeer implements AutoCloseable {
    private static final String SCRIPT = "kernel_peer.py";
    private static final long PATIENCE_SECONDS = 180;

    private final Process process;
    private final BufferedReader output;
    private final int port;

    private KernelPeer(Process process, boolean isServer, int port) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.port = isServer ? readPort() : port;
    }

    /**
     * A server in the namespace, on a free port.
     *
     * @param address {@code 0.0.0.0} or {@code ::}; on a single address the kernel refuses joins to its others
     */
    public static Builder server(NetworkNamespace namespace, String address) {
        return new Builder(namespace, true, address, 0);
    }

    /** A client in the namespace, of this server. */
    public static Builder client(NetworkNamespace namespace, String serverAddress, int serverPort) {
        return new Builder(namespace, false, serverAddress, serverPort);
    }

    /** The server's port. */
    public int port() {
        return port;
    }

    /** Waits until the peer has finished, and returns what it saw. */
    public Report await() {
        try {
            String line = output.readLine();
            if (line == null || !process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the kernel's peer ended without a report: " + errors());
            }
            return Report.parse(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the kernel's peer", e);
        }
    }

    /** Ends the program, if it still runs. */
    @Override
    public void close() {
        process.destroy();
    }

    private int readPort() {
        try {
            String line = output.readLine();
            if (line == null || !line.startsWith("listening ")) {
                throw new AssertionError("the kernel's server does not listen: " + line + " " + errors());
            }
            return Integer.parseInt(line.substring("listening ".length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String errors() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /**
     * What a peer saw.
     *
     * @param sent octets that the kernel took
     * @param sentDigest their SHA-256, in hexadecimal
     * @param received octets that came
     * @param receivedDigest their SHA-256, in hexadecimal
     * @param isMptcp whether the socket was an MPTCP socket
     * @param isFallback whether that had fallen back to TCP
     * @param subflows the most subflows seen at once
     * @param error the name of the Python exception that ended it; empty when all was well
     */
    public record Report(
            long sent,
            String sentDigest,
            long received,
            String receivedDigest,
            boolean isMptcp,
            boolean isFallback,
            int subflows,
            String error) {
        static Report parse(String line) {
            Map<String, String> values = new HashMap<>();
            for (String pair : line.strip().split(" ")) {
                int equals = pair.indexOf('=');
                values.put(pair.substring(0, Math.max(equals, 0)), pair.substring(equals + 1));
            }
            return new Report(
                    Long.parseLong(values.getOrDefault("sent", "0")),
                    values.getOrDefault("sentDigest", ""),
                    Long.parseLong(values.getOrDefault("received", "0")),
                    values.getOrDefault("receivedDigest", ""),
                    "1".equals(values.get("mptcp")),
                    "1".equals(values.get("fallback")),
                    Integer.parseInt(values.getOrDefault("subflows", "0")),
                    values.getOrDefault("error", "")
                            + values.getOrDefault("sendError", "")
                            + values.getOrDefault("receiveError", ""));
        }
    }

    /** What a peer is to do. */
    public static final class Builder {
        private final NetworkNamespace namespace;
        private final boolean isServer;
        private final int port;
        private final List<String> arguments = new ArrayList<>();

        private Builder(NetworkNamespace namespace, boolean isServer, String address, int port) {
            this.namespace = namespace;
            this.isServer = isServer;
            this.port = port;
            arguments.addAll(List.of(isServer ? "server" : "client", address, "" + port));
        }

        /** Plain TCP instead of MPTCP. */
        public Builder plainTcp() {
            return with("--protocol", "tcp");
        }

        /** The client's own address. */
        public Builder bind(String address) {
            return with("--bind", address);
        }

        /** Random octets to send, and their seed. */
        public Builder send(long octets, long seed) {
            return with("--send", "" + octets).with("--seed", "" + seed);
        }

        /** Where the received octets go. */
        public Builder save(Path file) {
            return with("--save", file.toString());
        }

        /**
         * Sends, and finishes, only when all is received: the other end must finish first. A peer that has finished takes
         * no more joins.
         */
        public Builder answerFirst() {
            arguments.add("--answer-first");
            return this;
        }

        /** Finishes only when it has seen so many subflows at once: a peer that has finished takes no more joins. */
        public Builder untilSubflows(int count) {
            return with("--subflows", "" + count);
        }

        /** Reads nothing for so long, so that its window closes. */
        public Builder readAfter(double seconds) {
            return with("--read-after", "" + seconds);
        }

        /** Reads nothing before it has seen so many subflows at once: whoever has much to send is not done before. */
        public Builder readAtSubflows(int count) {
            return with("--read-at-subflows", "" + count);
        }

        /** Aborts the connection after so many received octets. */
        public Builder abortAfter(long octets) {
            return with("--abort-after", "" + octets);
        }

        /** Starts the program; a server listens when this returns. */
        public KernelPeer start() {
            List<String> command = new ArrayList<>(List.of(Command.python(), script().toString()));
            command.addAll(arguments);
            return new KernelPeer(namespace.start(command), isServer, port);
        }

        private Builder with(String option, String value) {
            arguments.add(option);
            arguments.add(value);
            return this;
        }

        private static Path script() {
            try (InputStream in = KernelPeer.class.getResourceAsStream(SCRIPT)) {
                Path copy = Files.createTempFile("kernel_peer", ".py");
                copy.toFile().deleteOnExit();
                Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
                return copy;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
