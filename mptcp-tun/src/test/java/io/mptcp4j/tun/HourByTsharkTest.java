package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.CorruptPayload;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.PcapWriter;
import io.mptcp4j.testing.RecordPcap;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.tun.testing.Command;
import io.mptcp4j.tun.testing.KernelTest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An hour of simulated traffic, as tshark's experts see it: nothing that a correct TCP would not cause. */
@KernelTest(programs = "tshark")
class HourByTsharkTest {
    private static final long MOST_OCTETS = 250L << 20;
    private static final Pattern ROW = Pattern.compile(" *(\\d+) +(\\S+) +(\\S+) +(.+)");

    /** What the experts say of a correct hour, by the beginning of their words, and what causes it. All else fails. */
    private static final Map<String, String> EXPECTED = Map.ofEntries(
            Map.entry("Connection establish request (SYN)", "each connection and each subflow begins"),
            Map.entry("Connection establish acknowledge (SYN+ACK)", "and is accepted"),
            Map.entry("Connection finish (FIN)", "and ends"),
            Map.entry("This frame initiates the connection closing", "one end before"),
            Map.entry("This frame undergoes the connection closing", "the other"),
            Map.entry(
                    "Connection reset (RST)", "aborts, a port without a listener, joins to connections that are over"),
            Map.entry("This frame is a (suspected) retransmission", "loss, and links that duplicate"),
            Map.entry("This frame is a (suspected) fast retransmission", "loss that duplicates or time show"),
            Map.entry("This frame is a (suspected) spurious retransmission", "lost ACKs, and links that duplicate"),
            Map.entry("This frame is a (suspected) out-of-order segment", "links that reorder"),
            Map.entry("Previous segment(s) not captured", "the server's segments that were lost on their way here"),
            Map.entry("Duplicate ACK (#", "the receiver's answer to loss and reordering"),
            Map.entry("D-SACK Sequence", "the receiver's answer to what came twice (RFC 2883)"),
            Map.entry("TCP keep-alive segment", "idle connections; and probes of a closed window, which look alike"),
            Map.entry("ACK to a TCP keep-alive segment", "their answers"),
            Map.entry("TCP Zero Window segment", "readers that stop"),
            Map.entry("TCP Zero Window Probe", "and senders that ask whether they go on"),
            Map.entry("ACK to a TCP Zero Window Probe", "their answers"),
            Map.entry("TCP window specified by the receiver is now completely full", "readers that stop"),
            Map.entry("TCP window update", "readers that go on"));

    /** What the hour must have had, or it has shown nothing. */
    private static final List<String> REQUIRED = List.of(
            "This frame is a (suspected) retransmission",
            "This frame is a (suspected) out-of-order segment",
            "D-SACK Sequence",
            "TCP keep-alive segment",
            "TCP Zero Window segment",
            "Connection reset (RST)");

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void nothingIsThereThatACorrectSenderWouldNotCause(long seed) throws IOException {
        Path file = folder.resolve("hour.pcap");
        try (HourOfTraffic hour = new HourOfTraffic(file, seed)) {
            hour.pass();
            assertThat(hour.finished()).isGreaterThan(3_600);
            assertThat(hour.aborted()).isGreaterThan(40);
        }
        assertThat(Files.size(file)).isLessThan(MOST_OCTETS);
        Map<String, Integer> said = experts(file);

        assertThat(said.keySet()).allMatch(HourByTsharkTest::isExpected, "has a reason in " + said);
        for (String required : REQUIRED) {
            assertThat(said.keySet()).as("%s", said).anyMatch(words -> words.startsWith(required));
        }
    }

    @Test
    void theExpertsSeeAnAlteredOctetAndAnAckOfWhatWasNeverSent() throws IOException {
        Path altered = folder.resolve("altered.pcap");
        Path ahead = folder.resolve("ahead.pcap");
        simulate(altered, new CorruptPayload(SegmentFilter.DATA.nth(5), false), SegmentFilter.ALL);
        SegmentFilter sixth =
                SegmentFilter.DATA.and(SegmentFilter.going(Direction.A_TO_B)).nth(5);
        simulate(ahead, new DropSegments(SegmentFilter.ALL.not()), sixth.not());

        assertThat(experts(altered).keySet()).anyMatch(words -> words.startsWith("Bad checksum"));
        assertThat(experts(ahead).keySet()).anyMatch(words -> words.startsWith("ACKed segment that wasn't captured"));
    }

    private static Map<String, Integer> experts(Path file) {
        String output = Command.run(
                        "tshark",
                        "-n",
                        "-q",
                        "-r",
                        file.toString(),
                        "-o",
                        "tcp.check_checksum:TRUE",
                        "-o",
                        "ip.check_checksum:TRUE",
                        "-o",
                        "tcp.desegment_tcp_streams:FALSE",
                        "-d",
                        "tcp.port==1-65535,data",
                        "-z",
                        "expert")
                .orFail();
        Map<String, Integer> said = new TreeMap<>();
        for (String line : output.split("\n")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String words = row.group(4).strip().replaceAll("port \\d+|#\\d+", "#");
                said.merge(words, Integer.parseInt(row.group(1)), Integer::sum);
            }
        }
        return said;
    }

    private static boolean isExpected(String words) {
        return EXPECTED.keySet().stream().anyMatch(words::startsWith);
    }

    /** Sends something through a middlebox, and captures behind it what the filter means. */
    private static void simulate(Path file, Middlebox box, SegmentFilter captured) throws IOException {
        LinkProfile link = LinkProfile.IDEAL.withRate(10_000_000).withDelay(Duration.ofMillis(5));
        try (PcapWriter writer = new PcapWriter(new BufferedOutputStream(Files.newOutputStream(file)))) {
            RecordPcap record = new RecordPcap(writer);
            Middlebox some = (segment, direction, now, output) -> {
                if (captured.matches(segment, direction, 0)) {
                    record.forward(segment, direction, now, output);
                } else {
                    output.send(segment, direction);
                }
            };
            try (TwoHosts hosts = TwoHosts.builder(1).path(link, box, some).build()) {
                hosts.transfer(50_000, 0).assertIntact();
            }
        }
    }
}
