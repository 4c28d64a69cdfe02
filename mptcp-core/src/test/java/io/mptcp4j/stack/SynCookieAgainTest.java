package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A SYN that was answered by a cookie, and comes again when nothing needs to be answered by cookies. */
class SynCookieAgainTest {
    @ParameterizedTest(name = "timestamps {0}, third ACK lost {1}")
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void aSynThatComesAgainWhenThereIsRoomDoesNotTakeBackItsCookie(boolean timestamps, boolean lost) {
        StackSettings limits = StackSettings.builder().maxHalfOpen(1).build();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, limits)) {
            // Given a SYN that finds the backlog full, and comes again when it no longer is, before its answer is heard
            ScriptedFlow first = script.answeredSyn(40_000);
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow peer = script.peer(40_001);
            peer.inject(asPeer(peer.segment().with(TcpFlags.SYN).option(mptcp.syn()), timestamps, 0));
            Segment synAck = peer.expect(TcpFlags.SYN | TcpFlags.ACK);
            mptcp.learn(synAck);
            first.inject(first.segment().with(TcpFlags.RST));
            peer.inject(asPeer(peer.segment().seq(0).flags(TcpFlags.SYN).option(mptcp.syn()), timestamps, 0));
            Segment again = peer.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(again.seq()).isNotEqualTo(synAck.seq());
            assertThat(script.stack().connectionCount()).isEqualTo(1);

            // When the peer goes by the answer that it heard first
            int tsVal = timestamps
                    ? ByteBuffer.wrap(synAck.option(Option.TIMESTAMPS).data()).getInt(0)
                    : 0;
            if (!lost) {
                peer.inject(asPeer(peer.segment().ack(1).option(mptcp.keys()), timestamps, tsVal));
            } else {
                // What proves nothing is not answered by a RST.
                peer.inject(asPeer(peer.segment().seq(101).ack(1).payload(new byte[100]), timestamps, tsVal));
            }
            peer.expectNothing();
            Segment octets = peer.segment().seq(1).ack(1).payload(new byte[100]);
            peer.inject(asPeer(octets.option(mptcp.keysAndData(100)), timestamps, tsVal));

            // then
            assertThat(script.connection().isMptcp()).isTrue();
            assertThat(script.read()).hasSize(100);
            assertThat(peer.takeAll()).isNotEmpty().noneMatch(segment -> segment.has(TcpFlags.RST));
            assertThat(script.stack().connectionCount()).isEqualTo(1);
            assertThat(script.stack().subflowCount()).isEqualTo(1);
            // The backlog has room for the next.
            script.answeredSyn(40_002);
            assertThat(script.stack().counters().get(Counter.SYN_COOKIES_SENT)).isEqualTo(1);
        }
    }

    @Test
    void anAckThatAnswersNeitherIsResetAndTheHandshakeGoesOn() {
        StackSettings limits = StackSettings.builder().maxHalfOpen(1).build();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, limits)) {
            ScriptedFlow peer = script.answeredSyn(40_000);
            script.answeredSyn(40_001);

            peer.inject(peer.segment().ack(5));
            assertThat(peer.next().flags()).isEqualTo(TcpFlags.RST);
            peer.inject(peer.segment().ack(1));

            assertThat(script.connection().state().name()).isEqualTo("ESTABLISHED");
        }
    }

    private static Segment asPeer(Segment segment, boolean timestamps, int tsEcr) {
        return timestamps ? segment.option(Option.timestamps(2, tsEcr)) : segment;
    }
}
