package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Urgent octets are octets of the stream, whatever the pointer says (RFC 9293 3.8.5, RFC 6093; docs/adr/0016). */
class UrgentDataTest {
    private static final int URGENT = TcpFlags.ACK | TcpFlags.URG;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 10, 11, 0xffff})
    void theyAreDeliveredInTheirPlaceWhereverThePointerPoints(int pointer) {
        // 0 and 0xffff point before and far beyond the segment (RFC 6093 2.2, 3.3).
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(URGENT, 1, 1).octets(10).urgent(pointer));
        tcp.arrives(tcp.peer(TcpFlags.ACK, 11, 1).octets(5));

        assertThat(tcp.turn()).containsExactly(". 1 ack 16");
        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:11", "octets 11:16");
    }

    @Test
    void aPointerWithoutTheFlagMeansNothing() {
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(10).urgent(3));

        assertThat(tcp.turn()).containsExactly(". 1 ack 11");
    }

    @Test
    void urgencyWithoutOctetsIsNotAnsweredAndHoldsNothingUp() {
        // RFC 6093 3.1: the sender is in urgent mode before the octets come, as when the window is closed.
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(URGENT, 1, 1).urgent(100));
        assertThat(tcp.turn()).isEmpty();
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(10));
        assertThat(tcp.turn()).containsExactly(". 1 ack 11");
    }
}
