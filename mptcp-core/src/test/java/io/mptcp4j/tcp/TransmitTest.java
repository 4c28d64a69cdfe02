package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** How octets are cut into units, and which wait. */
class TransmitTest {
    private static final TcpSettings NAGLE = PLAIN.toBuilder().nagle(true).build();

    @Test
    void nothingIsTransmittedBeforeTheHandshakeIsOver() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        assertThat(tcp.write(100)).isZero();
        assertThat(tcp.connection.sendRoom()).isZero();
    }

    @Test
    void aSmallSegmentWaitsForAnEarlierSmallOne() {
        // RFC 9293 3.7.4 and A.3.
        TcpHarness tcp = TcpHarness.established(NAGLE);

        assertThat(tcp.unit(0, 100, false)).isEqualTo(100);
        assertThat(tcp.unit(100, 100, false)).isZero();
        tcp.acks(101);
        assertThat(tcp.unit(100, 100, false)).isEqualTo(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1", "P 101:201 ack 1");
    }

    @Test
    void aFullSegmentDoesNotWait() {
        TcpHarness tcp = TcpHarness.established(NAGLE);
        tcp.unit(0, 100, false);

        assertThat(tcp.write(2 * MSS + 10)).isEqualTo(2 * MSS);
        assertThat(tcp.sent()).hasSize(3);
    }

    @Test
    void aSmallSegmentDoesNotWaitForFullOnes() {
        TcpHarness tcp = TcpHarness.established(NAGLE);

        assertThat(tcp.write(2 * MSS + 10)).isEqualTo(2 * MSS + 10);
    }

    @Test
    void theSmallEndOfASuperSegmentWaits() {
        TcpHarness tcp = TcpHarness.established(NAGLE);
        tcp.output.superSegment = 65_000;
        tcp.unit(0, 100, false);

        assertThat(tcp.unit(100, 3 * MSS + 10, false)).isEqualTo(3 * MSS);
    }

    @Test
    void withoutNagleNothingWaits() {
        TcpHarness tcp = TcpHarness.established(PLAIN);

        assertThat(tcp.unit(0, 100, false) + tcp.unit(100, 100, false)).isEqualTo(200);
    }

    @Test
    void aUnitWithMoreBehindItEndsWithAFullSegment() {
        TcpHarness tcp = TcpHarness.established();
        tcp.output.superSegment = 65_000;

        assertThat(tcp.unit(0, 3 * MSS + 10, true)).isEqualTo(3 * MSS);
        assertThat(tcp.sent()).containsExactly(". 1:4381/1460 ack 1");
    }

    @Test
    void aShortUnitWithMoreBehindItLeavesAsItIs() {
        TcpHarness tcp = TcpHarness.established(NAGLE);

        assertThat(tcp.unit(0, 100, true) + tcp.unit(100, 50, true)).isEqualTo(150);
        assertThat(tcp.sent()).containsExactly(". 1:101 ack 1", ". 101:151 ack 1");
    }

    @Test
    void aSuperSegmentIsAsLongAsTheDeviceTakes() {
        TcpHarness tcp = TcpHarness.established();
        tcp.output.superSegment = 8_000;

        assertThat(tcp.unit(0, 60_000, false)).isEqualTo(5 * MSS);
        assertThat(tcp.sent()).containsExactly(". 1:7301/1460 ack 1");
    }

    @Test
    void optionsShortenThePayload() {
        // RFC 6691 2.
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.optionOctets = 20;
        tcp.output.superSegment = 65_000;

        assertThat(tcp.unit(0, 5_000, false)).isEqualTo(5_000);
        assertThat(tcp.unit(5_000, 1_440, false)).isEqualTo(1_440);
        assertThat(tcp.sent()).containsExactly("P 1:5001/1440 ack 1", "P 5001:6441 ack 1");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(MSS);
    }

    @Test
    void theCongestionWindowIsFilledWithWholeSegments() {
        TcpHarness tcp = TcpHarness.established();
        tcp.output.superSegment = 65_000;

        assertThat(tcp.unit(0, 60_000, false)).isEqualTo(10 * MSS);
        assertThat(tcp.unit(14_600, 60_000, false)).isZero();
        assertThat(tcp.connection.sendRoom()).isZero();
        tcp.acks(101);
        assertThat(tcp.unit(14_600, 60_000, false)).isZero();
    }

    @Test
    void theWindowGrowsOnlyWhenItWasTheLimit() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(2 * MSS);
        tcp.acks(1 + 2 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(10 * MSS);

        tcp.write(50 * MSS);
        tcp.acks(1 + 12 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(20 * MSS);
    }

    @Test
    void afterAPauseTheWindowIsTheInitialOneAgain() {
        // RFC 5681 4.1.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(50 * MSS);
        tcp.acks(1 + 10 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(20 * MSS);

        tcp.pass(1_000 * MS);
        tcp.write(10);

        assertThat(tcp.connection.congestion().window()).isEqualTo(10 * MSS);
    }

    @Test
    void theSegmentSizeIsTheLeastOfPathPeerAndSettings() {
        TcpHarness byPath = new TcpHarness(PLAIN);
        byPath.output.mtu = 1_300;
        byPath.output.withOptions = true;
        byPath.connection.open(byPath.now);
        assertThat(byPath.turn()).containsExactly("S 0 mss 1260 sackOK");
        byPath.peerSyn();
        assertThat(byPath.connection.maximumSegmentSize()).isEqualTo(1_260);

        TcpHarness bySettings =
                TcpHarness.established(PLAIN.toBuilder().maximumSegmentSize(500).build());
        assertThat(bySettings.connection.maximumSegmentSize()).isEqualTo(500);

        TcpHarness silent = TcpHarness.synSent(PLAIN);
        silent.arrives(silent.peer(TcpFlags.SYN | TcpFlags.ACK, 0, 1));
        assertThat(silent.connection.maximumSegmentSize()).isEqualTo(536);
    }
}
