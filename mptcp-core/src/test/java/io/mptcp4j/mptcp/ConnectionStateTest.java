package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ConnectionState.CLOSED;
import static io.mptcp4j.mptcp.ConnectionState.CLOSE_WAIT;
import static io.mptcp4j.mptcp.ConnectionState.CLOSING;
import static io.mptcp4j.mptcp.ConnectionState.ESTABLISHED;
import static io.mptcp4j.mptcp.ConnectionState.FIN_WAIT_1;
import static io.mptcp4j.mptcp.ConnectionState.FIN_WAIT_2;
import static io.mptcp4j.mptcp.ConnectionState.LAST_ACK;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The finite state machine of RFC 8684, appendix D, figure 22. */
class ConnectionStateTest {
    @Test
    void weCloseFirst() {
        assertThat(ESTABLISHED.afterFinSent()).isEqualTo(FIN_WAIT_1);
        assertThat(FIN_WAIT_1.afterFinAcknowledged()).isEqualTo(FIN_WAIT_2);
        assertThat(FIN_WAIT_2.afterFinReceived()).isEqualTo(CLOSED);
    }

    @Test
    void bothCloseAtOnce() {
        assertThat(FIN_WAIT_1.afterFinReceived()).isEqualTo(CLOSING);
        assertThat(CLOSING.afterFinAcknowledged()).isEqualTo(CLOSED);
    }

    @Test
    void thePeerClosesFirst() {
        assertThat(ESTABLISHED.afterFinReceived()).isEqualTo(CLOSE_WAIT);
        assertThat(CLOSE_WAIT.afterFinSent()).isEqualTo(LAST_ACK);
        assertThat(LAST_ACK.afterFinAcknowledged()).isEqualTo(CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void whatComesTwiceChangesNothing(ConnectionState state) {
        assertThat(state.afterFinSent().afterFinSent()).isEqualTo(state.afterFinSent());
        assertThat(state.afterFinReceived().afterFinReceived()).isEqualTo(state.afterFinReceived());
        assertThat(state.afterFinAcknowledged().afterFinAcknowledged()).isEqualTo(state.afterFinAcknowledged());
    }

    @ParameterizedTest
    @EnumSource
    void anAcknowledgmentOfAFinThatWasNotSentChangesNothing(ConnectionState state) {
        EnumSet<ConnectionState> waiting = EnumSet.of(FIN_WAIT_1, CLOSING, LAST_ACK);

        if (!waiting.contains(state)) {
            assertThat(state.afterFinAcknowledged()).isEqualTo(state);
        }
    }
}
