package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** A receive window that the layer above shares among several connections. */
class SharedWindowTest {
    @Test
    void whatOthersHaveUsedUpOfAWindowIsNotOfferedAgain() {
        // given: 60,000 octets are offered here
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.window = 60_000;
        acknowledge(tcp);
        assertThat(tcp.output.lastWindow).isEqualTo(60_000);

        // when: octets came elsewhere and have not been read
        tcp.upper.window = 20_000;
        acknowledge(tcp);

        // then RFC 8684 3.3.4: the window is one for all subflows, relative to the DATA_ACK
        assertThat(tcp.output.lastWindow).isEqualTo(20_000);
    }

    @Test
    void octetsThatAnEarlierSegmentAllowedAreStillAcceptable() {
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.window = 60_000;
        acknowledge(tcp);
        tcp.upper.window = 0;
        acknowledge(tcp);

        tcp.arrives(tcp.peer(TcpFlags.ACK, 50_001, 1).octets(1_000));

        assertThat(tcp.connection.octetsReceived()).isEqualTo(1_000);
    }

    @Test
    void octetsBeyondThatLieInTheSharedWindowAreAcceptable() {
        TcpHarness tcp = atClosedWindow();
        tcp.upper.sharedWindow = 60_000;
        tcp.upper.admitted = 700;

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(1_000));

        assertThat(tcp.connection.octetsReceived()).isEqualTo(700);
        assertThat(tcp.turn()).containsExactly(". 1 ack 701");
        assertThat(tcp.output.lastWindow).isZero();
    }

    @Test
    void anAcknowledgmentBehindOctetsThatWereRefusedIsHeard() {
        TcpHarness tcp = atClosedWindow();
        tcp.upper.sharedWindow = 60_000;

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(1_000));
        tcp.upper.lastWindow = 0;
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1_001, 1));

        assertThat(tcp.connection.octetsReceived()).isZero();
        assertThat(tcp.upper.lastWindow).isPositive();
    }

    @Test
    void whatLiesBeyondTheSharedWindowAsWellIsNotHeard() {
        TcpHarness tcp = atClosedWindow();
        tcp.upper.sharedWindow = 60_000;
        tcp.upper.lastWindow = 0;

        tcp.arrives(tcp.peer(TcpFlags.ACK, 60_003, 1));

        assertThat(tcp.upper.lastWindow).isZero();
    }

    @Test
    void withoutASharedWindowOctetsAreCutOffWhereTheWindowEnds() {
        TcpHarness tcp = atClosedWindow();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(1_000));

        assertThat(tcp.connection.octetsReceived()).isZero();
    }

    /** Nothing has ever been offered to the peer. */
    private static TcpHarness atClosedWindow() {
        TcpHarness tcp = new TcpHarness(TcpHarness.PLAIN);
        tcp.upper.window = 0;
        return tcp.connect();
    }

    private static void acknowledge(TcpHarness tcp) {
        tcp.connection.requestAck();
        tcp.turn();
    }
}
