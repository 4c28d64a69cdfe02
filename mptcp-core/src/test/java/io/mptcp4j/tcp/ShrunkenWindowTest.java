package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
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

    @Test
    void whatStandsBehindTheEdgeIsNotSentAgainBeforeTheWindowOpens() {
        // RFC 9293 3.8.6 (SHLD-16): retransmissions are for what is inside the window.
        TcpHarness tcp = TcpHarness.established(TcpHarness.TIMER_ONLY);
        assertThat(tcp.write(8 * MSS)).isEqualTo(8 * MSS);
        tcp.turn();
        assertThat(tcp.pass(300 * MS)).containsExactly(". 1:1461 ack 1");

        tcp.peerWindow = MSS;
        tcp.acks(1 + MSS);

        assertThat(tcp.turn()).containsExactly(". 1461:2921 ack 1");
        tcp.peerWindow = 8 * MSS;
        tcp.acks(1 + MSS);
        assertThat(tcp.turn()).containsExactly(". 2921:4381 ack 1");
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
