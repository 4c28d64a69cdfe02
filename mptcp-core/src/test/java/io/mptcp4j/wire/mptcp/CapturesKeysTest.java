package io.mptcp4j.wire.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.number.DataSequenceNumber;
import io.mptcp4j.testing.Pcap;
import io.mptcp4j.wire.Captures;
import io.mptcp4j.wire.Checksum;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the keys of a capture's handshakes give is what its later packets carry. */
class CapturesKeysTest {
    @ParameterizedTest
    @MethodSource("io.mptcp4j.wire.Captures#names")
    void tokensAndInitialDataSequenceNumbersAreThoseOfTshark(String capture) {
        List<Map<String, String>> rows = Captures.tsharkRows(capture);
        for (Map<String, String> row : rows) {
            if (!row.get("mptcp.expected_token").isEmpty()) {
                MptcpCrypto crypto = MptcpCrypto.ofVersion(Integer.parseInt(row.get("tcp.options.mptcp.version")));
                long key = Long.parseUnsignedLong(row.get("tcp.options.mptcp.sendkey"));

                assertThat(Integer.toUnsignedString(crypto.token(key))).isEqualTo(row.get("mptcp.expected_token"));
                assertThat(Long.toUnsignedString(crypto.idsn(key))).isEqualTo(row.get("mptcp.expected_idsn"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"mptcp-v0, 1", "linux-v1-ipv4, 3", "linux-v1-ipv6, 1"})
    void joinsCarryTheTokenAndBothHmacs(String capture, int joins) {
        // RFC 8684 3.2; with SHA-1 RFC 6824 3.2
        CapturedConnections connections = new CapturedConnections(Captures.packets(capture));

        assertThat(connections.provenJoins()).isEqualTo(joins);
    }

    @ParameterizedTest
    @CsvSource({"linux-v1-ipv4, 4", "linux-v1-ipv6, 2"})
    void addressesAreAnnouncedWithTheirHmac(String capture, int announcements) {
        // RFC 8684 3.4.1
        CapturedConnections connections = new CapturedConnections(Captures.packets(capture));

        assertThat(connections.provenAddresses()).isEqualTo(announcements);
        assertThat(connections.refusedAddresses()).isZero();
    }

    @Test
    void anHmacCutAtTheWrongEndIsRefused() {
        // RFC 8684 3.4.1: rightmost; the kernel of this capture, older than any release with MPTCP, sent
        // the leftmost bits.
        CapturedConnections connections = new CapturedConnections(Captures.packets("mptcp-aa-v1"));

        assertThat(connections.provenAddresses()).isZero();
        assertThat(connections.refusedAddresses()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "mptcp-v0, 2",
        "mptcp-v1, 2",
        "mptcp-aa-v1, 2",
        "mptcp-fclose, 2",
        "linux-v1-ipv4, 3",
        "linux-v1-ipv6, 3"
    })
    void theFirstOctetHasTheNumberAfterTheInitialOne(String capture, int directions) {
        // RFC 8684 3.1: the MP_CAPABLE takes the first number of the data sequence space.
        CapturedConnections connections = new CapturedConnections(Captures.packets(capture));

        assertThat(connections.firstMappings()).hasSize(directions).allSatisfy(mapping -> assertThat(mapping.dsn())
                .isEqualTo(mapping.idsn() + 1));
    }

    @ParameterizedTest
    @CsvSource({"mptcp-v0, 140", "mptcp-fclose, 2", "linux-v1-ipv6, 14"})
    void everyDssChecksumOverAWholeMappingIsRight(String capture, int atLeast) {
        // RFC 8684 3.3.1
        CapturedConnections connections = new CapturedConnections(Captures.packets(capture));

        assertThat(connections.checksummed())
                .hasSizeGreaterThanOrEqualTo(atLeast)
                .allSatisfy(mapping -> {
                    long dsn = DataSequenceNumber.expand((int) mapping.dsn(), mapping.idsn());
                    int sum =
                            Checksum.sum(mapping.payload(), 0, mapping.payload().readableBytes());
                    assertThat(DssChecksum.isRight(mapping.checksum(), sum, dsn, mapping.ssn(), mapping.dataLength()))
                            .as("%s", mapping)
                            .isTrue();
                    assertThat(DssChecksum.compute(sum, dsn, mapping.ssn(), mapping.dataLength()))
                            .isEqualTo(mapping.checksum());
                    assertThat(DssChecksum.isRight(
                                    mapping.checksum() ^ 0x40, sum, dsn, mapping.ssn(), mapping.dataLength()))
                            .isFalse();
                });
    }

    @Test
    void fastCloseCarriesTheReceiversKey() {
        for (String capture : List.of("mptcp-fclose", "linux-v1-ipv4", "linux-v1-ipv6")) {
            List<Pcap.Packet> packets = Captures.packets(capture);
            assertThat(new CapturedConnections(packets).provenFastCloses())
                    .as(capture)
                    .isPositive();
        }
    }
}
