package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** Segments cut otherwise than before: they overlap what has been received. */
class OverlapTest {
    @Test
    void aSegmentAcrossAHoleAndIntoWhatLiesBehindIsTakenOnce() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1001, 1).octets(1000));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(1500));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 2001, 1).octets(100));

        assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(2101);
        assertThat(tcp.upper.octets).isEqualTo(2100);
    }

    @Test
    void aSegmentAcrossSeveralHolesIsTakenOnce() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 201, 1).octets(100));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 401, 1).octets(100));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 601, 1).octets(100));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 101, 1).octets(350));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(650));

        assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(701);
        assertThat(tcp.upper.octets).isEqualTo(700);
    }
}
