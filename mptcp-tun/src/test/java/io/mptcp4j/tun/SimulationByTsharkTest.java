package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.testing.PcapWriter;
import io.mptcp4j.testing.RecordPcap;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.tun.testing.Capture;
import io.mptcp4j.tun.testing.KernelTest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What our two ends say to each other in virtual time, as tshark understands it: no kernel speaks version 0. Tokens and
 * initial data sequence numbers are tshark's own, computed from the keys; it finds the subflows of a connection by them, and
 * checks the echoed keys, but no HMAC of a join: those are held against the captured ones in a test of their own.
 */
@KernelTest(programs = "tshark")
class SimulationByTsharkTest {
    private static final LinkProfile LINK = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, {1} paths, loss {2}, checksums {3}")
    @CsvSource({"V0, 3, 0, false", "V0, 2, 0.01, true", "V1, 2, 0.01, true"})
    void keysTokensAndNumbersFitTogether(MptcpVersion version, int paths, double loss, boolean checksums)
            throws IOException {
        Path file = folder.resolve("simulation.pcap");
        simulate(file, version, paths, loss, checksums);
        Capture capture = Capture.of(file);

        assertThat(capture.wrongPackets()).isEmpty();
        assertThat(capture.select("mptcp.dss.missing_mapping || mptcp.dss.infinite_mapping"))
                .isEmpty();
        // tshark joins TCP streams to one connection by the tokens that it computes.
        assertThat(values(capture, "tcp", "tcp.stream")).hasSize(paths);
        assertThat(values(capture, "mptcp", "mptcp.stream")).containsExactly("0");
        assertThat(values(capture, "tcp.options.mptcp.subtype == 0", "tcp.options.mptcp.version"))
                .containsExactly(String.valueOf(version.number()));
        assertTokens(capture);
        assertFirstNumbers(capture);
    }

    /** RFC 6824 3.2, RFC 8684 3.2: the token in an MP_JOIN is that of the listener's key. */
    private static void assertTokens(Capture capture) {
        Set<String> tokens = values(capture, "tcp.flags.syn == 1 && tcp.flags.ack == 1", "mptcp.expected_token");
        Set<String> named = values(capture, "tcp.flags.syn == 1 && tcp.flags.ack == 0", "tcp.options.mptcp.recvtok");
        assertThat(named).hasSize(1).isSubsetOf(tokens);
    }

    /** RFC 6824 3.1, RFC 8684 3.1: the first octet has the number after the one of the key's hash. */
    private static void assertFirstNumbers(Capture capture) {
        List<String> ofKeys = lines(capture, "tcp.options.mptcp.subtype == 0", "mptcp.expected_idsn");
        Set<String> expected = new TreeSet<>();
        for (String line : ofKeys) {
            for (String idsn : line.split(",")) {
                expected.add(Long.toUnsignedString(Long.parseUnsignedLong(idsn) + 1));
            }
        }
        Set<String> seen = values(
                capture, "tcp.stream == 0 && tcp.options.mptcp.subflowseqno == 1", "tcp.options.mptcp.rawdataseqno");
        assertThat(seen).isNotEmpty().isSubsetOf(expected);
    }

    private static Set<String> values(Capture capture, String filter, String field) {
        Set<String> values = new TreeSet<>();
        for (String line : lines(capture, filter, field)) {
            values.addAll(List.of(line.split(",")));
        }
        return values;
    }

    private static List<String> lines(Capture capture, String filter, String field) {
        List<String> lines = new ArrayList<>();
        for (String line : capture.select(filter, field).split("\n")) {
            if (!line.isBlank()) {
                lines.add(line.strip());
            }
        }
        return lines;
    }

    private static void simulate(Path file, MptcpVersion version, int paths, double loss, boolean checksums)
            throws IOException {
        ConnectionSettings settings = ConnectionSettings.builder()
                .versions(version)
                .checksums(checksums)
                .build();
        try (PcapWriter writer = new PcapWriter(new BufferedOutputStream(Files.newOutputStream(file)))) {
            TwoHosts.Builder builder = TwoHosts.builder(1).both(settings);
            for (int i = 0; i < paths; i++) {
                builder.path(LINK.withLoss(loss), new RecordPcap(writer));
            }
            try (TwoHosts hosts = builder.build()) {
                hosts.transfer(400_000, 200_000).assertIntact();
                hosts.assertNothingLeft();
            }
        }
    }
}
