package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The peer's right edge moves left (RFC 9293 3.8.6), by little or by much. */
class ShrunkenWindowTest {
    private static final TcpSettings SCALED =
            TcpSettings.DEFAULT.toBuilder().timestamps(false).nagle(false).build();

    @Test
    void lessThanOneUnitIsRoundingAndNoReasonToSpeakFromBehind() {
        TcpHarness tcp = filled();

        // RFC 7323 2.4: of 2920 octets the field can tell 2816.
        tcp.peerWindow = 22;
        tcp.acks(1);
        tcp.connection.requestAck();

        assertThat(tcp.turn()).containsExactly(". 2921 ack 1");
    }

    @Test
    void moreThanThatAndAnEmptySegmentStandsAtTheEdge() {
        TcpHarness tcp = filled();

        tcp.peerWindow = 10;
        tcp.acks(1);
        tcp.connection.requestAck();

        assertThat(tcp.turn()).containsExactly(". 1281 ack 1");
    }

    /** A window of 4096 octets in units of 128, of which 2920 are sent. */
    private static TcpHarness filled() {
        TcpHarness tcp = TcpHarness.established(SCALED);
        tcp.peerWindow = 32;
        tcp.acks(1);
        assertThat(tcp.write(5000)).isEqualTo(2920);
        tcp.turn();
        return tcp;
    }
}
