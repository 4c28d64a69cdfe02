package io.mptcp4j.tun.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Headers of all packets on the interfaces of a namespace, taken by tcpdump and judged by tshark. */
public final class Capture implements AutoCloseable {
    // Link, IPv6 and TCP headers with all options, and a little more.
    private static final String SNAP_LENGTH = "200";
    private static final String BUFFER_KIBIBYTES = "32768";
    private static final long PATIENCE_SECONDS = 20;

    /**
     * What no correct run can cause: octets that cannot be read as what they claim to be, errors, and broken MPTCP
     * handshakes. Not in it: tshark's notes and warnings about sequence numbers (retransmission, zero window, keepalive,
     * "segment not captured" where tcpdump was too slow), about RST and FIN, which the tests judge by the kernel's
     * counters, and about four NOPs in a row, which is how Linux itself pads timestamps and DSS.
     */
    private static final String WRONG = String.join(
            " || ",
            "_ws.malformed",
            "_ws.expert.severity == 0x00800000",
            "_ws.expert.group == 0x07000000",
            "mptcp.connection.missing_algorithm",
            "mptcp.connection.unsupported_algorithm",
            "mptcp.connection.echoed_key_mismatch",
            "tcp.option.len.invalid",
            "tcp.options.wscale.shift.invalid",
            "tcp.bogus_header_length",
            "tcp.short_segment");

    private final Process tcpdump;
    private final Path file;

    private Capture(Process tcpdump, Path file) {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /** Begins to capture all interfaces of the namespace. */
    public static Capture start(NetworkNamespace namespace, Path file) {
        return start(namespace, "any", file);
    }

    /** Begins to capture one interface of the namespace; it has begun when this returns. */
    public static Capture start(NetworkNamespace namespace, String interfaceName, Path file) {
        Process tcpdump = namespace.start(List.of(
                "tcpdump",
                // Packets that wait in the kernel for a full block would be lost at the end.
                "--immediate-mode",
                "-U",
                "-n",
                "-Z",
                "root",
                "-i",
                interfaceName,
                "-s",
                SNAP_LENGTH,
                "-B",
                BUFFER_KIBIBYTES,
                "-w",
                file.toString()));
        try {
            BufferedReader errors =
                    new BufferedReader(new InputStreamReader(tcpdump.getErrorStream(), StandardCharsets.UTF_8));
            for (String line = errors.readLine(); line == null || !line.contains("listening on"); ) {
                if (line == null) {
                    throw new AssertionError("tcpdump does not run");
                }
                line = errors.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Capture(tcpdump, file);
    }

    /** A file that is written already. */
    public static Capture of(Path file) {
        return new Capture(null, file);
    }

    /** Ends the capture. */
    @Override
    public void close() {
        if (tcpdump == null) {
            return;
        }
        tcpdump.destroy();
        try {
            tcpdump.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the capture and returns what tshark finds wrong, a line a packet; empty when nothing is. */
    public String wrongPackets() {
        return select(WRONG);
    }

    /** Ends the capture and returns the packets that match a display filter, a line each. */
    public String select(String displayFilter) {
        return select(displayFilter, "frame.number", "_ws.expert.message", "_ws.col.Info");
    }

    /** Ends the capture and returns these fields of the packets that match a display filter, with tabs between. */
    public String select(String displayFilter, String... fields) {
        close();
        List<String> command = new ArrayList<>(List.of(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-o",
                "tcp.check_checksum:FALSE",
                // Random octets on a random port look like some protocol or other.
                "-d",
                "tcp.port==1-65535,data",
                "-Y",
                displayFilter,
                "-T",
                "fields"));
        for (String field : fields) {
            command.add("-e");
            command.add(field);
        }
        Command.Result result = Command.run(command.toArray(new String[0]));
        return result.orFail().strip();
    }

    /** Ends the capture and returns how many packets match a display filter. */
    public int count(String displayFilter) {
        String lines = select(displayFilter);
        return lines.isEmpty() ? 0 : lines.split("\n").length;
    }
}
