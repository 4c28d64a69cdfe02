package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Pcap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CapturesDecodeTest {
    private static final Set<String> ABOUT_THE_FRAME = Set.of("frame.number", "frame.time_epoch");

    @ParameterizedTest
    @MethodSource("io.mptcp4j.wire.Captures#names")
    void everyPacketDecodesToWhatTsharkReads(String capture) {
        List<Pcap.Packet> packets = Captures.packets(capture);
        List<Map<String, String>> rows = Captures.tsharkRows(capture);

        assertThat(packets).hasSameSizeAs(rows);
        SoftAssertions.assertSoftly(softly -> {
            for (int i = 0; i < rows.size(); i++) {
                if (packets.get(i).isIp()) {
                    compare(softly, capture, packets.get(i), rows.get(i));
                }
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.mptcp4j.wire.Captures#names")
    void everyPacketHasTheTimeThatTsharkReads(String capture) {
        List<Pcap.Packet> packets = Captures.packets(capture);
        List<Map<String, String>> rows = Captures.tsharkRows(capture);

        for (int i = 0; i < rows.size(); i++) {
            String digits = rows.get(i).get("frame.time_epoch").replace(".", "");
            assertThat(packets.get(i).timestampNanos()).isEqualTo(Long.parseLong(digits));
        }
    }

    private static void compare(SoftAssertions softly, String capture, Pcap.Packet packet, Map<String, String> row) {
        TsharkFields ours = new TsharkFields(packet.ip());
        row.forEach((field, value) -> {
            if (!ABOUT_THE_FRAME.contains(field) && !field.startsWith("mptcp.expected")) {
                softly.assertThat(ours.get(field))
                        .as("%s packet %s: %s", capture, row.get("frame.number"), field)
                        .isEqualTo(value);
            }
        });
    }
}
