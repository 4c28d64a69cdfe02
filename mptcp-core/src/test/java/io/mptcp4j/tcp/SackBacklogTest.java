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
    void nothingIsToldTwiceInTheNextTurn() {
        for (int i = 0; i < 10; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1_001 + i * 2_000, 1).octets(1_000));
        }
        tcp.turn();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 30_001, 1).octets(1_000));

        assertThat(tcp.turn()).hasSize(1);
    }
}
