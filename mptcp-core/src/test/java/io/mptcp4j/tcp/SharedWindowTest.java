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

    private static void acknowledge(TcpHarness tcp) {
        tcp.connection.requestAck();
        tcp.turn();
    }
}
