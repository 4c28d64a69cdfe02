package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

class SackBacklogTest {
    private final TcpHarness tcp = TcpHarness.established();

    @Test
    void holesOfOneBatchAreAllToldThoughOneAcknowledgmentHoldsFourBlocks() {
        // Given ten islands behind a hole, all in one batch
        tcp.turn();
        tcp.sent();
        for (int i = 0; i < 10; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1_001 + i * 2_000, 1).octets(1_000));
        }

        // When the turn ends
        List<String> sent = tcp.turn();

        // Then each island is in some SACK block (RFC 2018 4), and the last acknowledgment tells of the latest first.
        String all = String.join("\n", sent);
        for (int i = 0; i < 10; i++) {
            assertThat(all).contains((1_001 + i * 2_000) + "-" + (2_001 + i * 2_000));
        }
        assertThat(sent.get(sent.size() - 1)).contains("sack 19001-20001");
        assertThat(sent).hasSize(3);
    }

    @Test
    void oneSegmentAcrossManyIslandsIsAcknowledgedOnce() {
        // Given ten islands behind a hole
        for (int i = 0; i < 10; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 101 + i * 100, 1).octets(50));
        }
        tcp.turn();
        tcp.sent();

        // When one segment covers them all, but not the hole
        tcp.arrives(tcp.peer(TcpFlags.ACK, 51, 1).octets(1_100));

        // Then one acknowledgment leaves (RFC 5681 4.2), with the first of what has come twice (RFC 2883 4.2).
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 sack 101-151,51-1151");
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(50));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1151");
    }

    @Test
    void whatTheKernelHasJoinedOwesAsManyAcknowledgmentsAsItWas() {
        for (int i = 0; i < 10; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1_461 + i * 2_920, 1).octets(1_460));
        }
        tcp.turn();
        tcp.sent();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1_461, 1).octets(19 * 1_460));

        assertThat(tcp.turn())
                .hasSize(10)
                .startsWith(". 1 ack 1 sack 1461-2921,1461-29201", ". 1 ack 1 sack 4381-5841,1461-29201");
    }

    @Test
    void nothingIsToldTwiceInTheNextTurn() {
        for (int i = 0; i < 10; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1_001 + i * 2_000, 1).octets(1_000));
        }
        tcp.turn();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 30_001, 1).octets(1_000));

        assertThat(tcp.turn()).hasSize(1);
    }
}
