package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.FallbackReason;
import java.io.IOException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConnectionEndTest {
    private final ConnectionEnd over = new ConnectionEnd();

    @ParameterizedTest
    @EnumSource
    void afterThePeersEndAReaderHearsOfItWhateverFollowed(CloseCause cause) throws SocketException {
        over.onClosed(cause, true, FallbackReason.NONE);

        assertThat(over.tellReader(over.ending())).isNegative();
        assertThat(over.isRead()).isTrue();
        assertThat(over.writeFailure(over.ending())).hasMessage("Broken pipe");
    }

    @ParameterizedTest
    @CsvSource({"RESET, Connection reset", "ABORTED, Connection reset", "TIMED_OUT, Connection timed out"})
    void beforeThePeersEndAReaderHearsOfTheFailureEachTime(CloseCause cause, String words) {
        over.onClosed(cause, false, FallbackReason.NONE);

        assertThatThrownBy(() -> over.tellReader(over.ending())).hasMessage(words);
        assertThat(over.isFailureRead()).isTrue();
        assertThat(over.isRead()).isFalse();
        assertThat(over.failureAgain()).hasMessage(words);
        assertThat(over.writeFailure(over.ending())).hasMessage("Broken pipe");
    }

    @Test
    void aFailureThatAWriterWasToldOfIsTheEndToAReader() throws SocketException {
        over.onClosed(CloseCause.RESET, false, FallbackReason.NONE);

        assertThat(over.writeFailure(over.ending())).hasMessage("Connection reset by peer");
        assertThat(over.tellReader(over.ending())).isNegative();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whatTheStackCutsOffIsToldSoEachTime(boolean afterPeersEnd) {
        over.onStackClosing();
        over.onClosed(CloseCause.ABORTED, afterPeersEnd, FallbackReason.NONE);

        assertThatThrownBy(() -> over.tellReader(over.ending())).hasMessage(SocketFailures.STACK_CLOSED);
        assertThatThrownBy(() -> over.tellReader(over.ending())).hasMessage(SocketFailures.STACK_CLOSED);
        assertThat(over.writeFailure(over.ending())).hasMessage(SocketFailures.STACK_CLOSED);
    }

    @ParameterizedTest
    @CsvSource({"RESET, Connection reset", "TIMED_OUT, Connection timed out"})
    void whatOthersCutOffWhileTheStackIsBeingClosedIsTheirs(CloseCause cause, String words) {
        over.onStackClosing();
        over.onClosed(cause, false, FallbackReason.NONE);

        assertThatThrownBy(() -> over.tellReader(over.ending())).hasMessage(words);
    }

    @Test
    void whatEndsInGoodOrderWhileTheStackIsBeingClosedIsInGoodOrder() throws SocketException {
        over.onStackClosing();
        over.onClosed(CloseCause.NORMAL, true, FallbackReason.NONE);
        over.onStackEnded(new IOException("gone"), false);

        assertThat(over.tellReader(over.ending())).isNegative();
    }

    @Test
    void aReaderWhoGetsNoMoreAfterAnOrderlyEndHearsOfTheStack() {
        over.onClosed(CloseCause.NORMAL, true, FallbackReason.NONE);
        over.onStackEnded(new IOException("gone"), true);

        assertThatThrownBy(() -> over.tellReader(over.ending())).hasMessage("gone");
    }
}
