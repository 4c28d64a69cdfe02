package io.mptcp4j.tun.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Headers of all packets on the interfaces of a namespace, taken by tcpdump and judged by tshark. */
public final class Capture implements AutoCloseable {
    // Link, IPv6 and TCP headers with all options, and a little more.
    private static final String SNAP_LENGTH = "200";
    private static final String BUFFER_KIBIBYTES = "32768";
    private static final int TAIL_OCTETS = 1 << 20;
    private static final int DISCARD_PORT = 9;
    private static final long PATIENCE_SECONDS = 60;

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

    private final NetworkNamespace namespace;
    private final Process tcpdump;
    private final Path file;
    private boolean ended;

    private Capture(NetworkNamespace namespace, Process tcpdump, Path file) {
        this.namespace = namespace;
        this.tcpdump = tcpdump;
        this.file = file;
        this.ended = tcpdump == null;
    }

    /** Begins to capture all interfaces of the namespace; it has begun when this returns. */
    public static Capture start(NetworkNamespace namespace, Path file) {
        Process tcpdump = namespace.start(List.of(
                "tcpdump",
                // Packets that wait in the kernel for a full block would be lost at the end.
                "--immediate-mode",
                "-U",
                "-n",
                "-Z",
                "root",
                "-i",
                "any",
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
        return new Capture(namespace, tcpdump, file);
    }

    /** A file that is written already. */
    public static Capture of(Path file) {
        return new Capture(null, null, file);
    }

    /** Ends the capture. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        tcpdump.destroy();
        try {
            tcpdump.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the capture when all is in the file that was sent until now: tcpdump may lag, and drops what it has not read. */
    private void finish() {
        if (ended) {
            return;
        }
        byte[] mark = ("mark" + System.nanoTime()).getBytes(StandardCharsets.US_ASCII);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try {
            namespace.call(() -> sendToItself(mark));
            while (!holds(mark)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("tcpdump does not get to the end");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        } catch (Exception e) {
            throw new AssertionError("the capture cannot be ended", e);
        }
        close();
    }

    private static Void sendToItself(byte[] octets) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(octets, octets.length, InetAddress.getByName("127.0.0.1"), DISCARD_PORT));
            return null;
        }
    }

    private boolean holds(byte[] mark) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(Math.max(0, in.length() - TAIL_OCTETS));
            byte[] tail = new byte[TAIL_OCTETS];
            int length = Math.max(0, in.read(tail));
            return new String(tail, 0, length, StandardCharsets.ISO_8859_1)
                    .contains(new String(mark, StandardCharsets.ISO_8859_1));
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
        finish();
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

    /**
     * Ends the capture and returns the RSTs that ended something: those whose sender had not sent a FIN before their number. A
     * FIN that came twice, because its ACK was late, is acknowledged twice, and the second ACK may find no socket any more: that
     * RST (RFC 9293 3.10.7.1) is not among them.
     */
    public List<String> abortingResets() {
        return abortingResets("tcp");
    }

    /** The same of packets from this address only. */
    public List<String> abortingResetsFrom(String address) {
        return abortingResets((address.contains(":") ? "ipv6.src == " : "ip.src == ") + address);
    }

    private List<String> abortingResets(String packets) {
        Map<String, Long> ends = new HashMap<>();
        List<String> found = new ArrayList<>();
        String lines = select(
                "(tcp.flags.fin == 1 || tcp.flags.reset == 1) && " + packets,
                "tcp.stream",
                "tcp.srcport",
                "tcp.seq",
                "tcp.len",
                "tcp.flags.reset",
                "frame.number");
        for (String line : lines.isEmpty() ? new String[0] : lines.split("\n")) {
            String[] fields = line.split("\t");
            String sender = fields[0] + " " + fields[1];
            long end = Long.parseLong(fields[2]) + Long.parseLong(fields[3]);
            if (!Set.of("1", "True").contains(fields[4])) {
                ends.merge(sender, end + 1, Math::min);
            } else if (end < ends.getOrDefault(sender, Long.MAX_VALUE)) {
                found.add(line);
            }
        }
        return found;
    }
}
