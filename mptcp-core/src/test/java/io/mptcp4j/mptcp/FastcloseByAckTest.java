package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** MP_FASTCLOSE on an ACK (RFC 8684 3.5, option A), sent by the stack. That it understands both options is in DataFinTest. */
class FastcloseByAckTest {
    private static final ConnectionSettings BY_ACK =
            ConnectionSettings.builder().fastclose(FastcloseOption.ACK).build();
    private static final Option FASTCLOSE = Option.written(into -> MpFastclose.write(into, 0, ScriptedMptcp.PEER_KEY));

    @Test
    void anAckTellsOnOneSubflowAndRstsEndTheOthers() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            ScriptedFlow second = it.join(41_000, 5);
            it.script.abort();

            assertThat(it.first.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_FASTCLOSE))
                    .isEqualTo(FASTCLOSE);
            Segment reset = second.next();
            assertThat(reset.has(TcpFlags.RST)).isTrue();
            assertThat(reset.mptcpOption(MptcpSubtype.MP_FASTCLOSE)).isNull();
            assertThat(it.script.cause()).isEqualTo(CloseCause.ABORTED);
            assertThat(it.script.stack().counters().get(Counter.FASTCLOSE_TX)).isEqualTo(1);
        }
    }

    @Test
    void theRstOfThePeerEndsIt() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            it.script.abort();
            it.first.expect(TcpFlags.ACK);
            assertThat(it.script.stack().connectionCount()).isEqualTo(1);

            it.first.inject(it.first.segment().with(TcpFlags.RST));

            assertThat(it.script.stack().connectionCount()).isZero();
            it.script.advance(Duration.ofMinutes(1));
            it.first.expectNothing();
        }
    }

    @Test
    void withoutAnAnswerItIsRepeatedThreeTimesAndThenARstTells() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            it.script.abort();
            it.script.advance(Duration.ofMinutes(1));

            List<Segment> sent = take(it.first);
            assertThat(sent).hasSize(1 + 3 + 1).allSatisfy(segment -> assertThat(
                            segment.mptcpOption(MptcpSubtype.MP_FASTCLOSE))
                    .isEqualTo(FASTCLOSE));
            assertThat(sent.get(3).has(TcpFlags.RST)).isFalse();
            assertThat(sent.get(4).has(TcpFlags.RST)).isTrue();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void bothAtTheSameTimeEndWithARst() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            it.script.abort();
            it.first.expect(TcpFlags.ACK);

            it.first.inject(it.first.segment().option(it.mptcp.fastclose()));

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void whatArrivesMeanwhileIsIgnoredAndNothingElseIsSent() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            it.script.write(20_000);
            take(it.first);
            it.script.abort();
            it.first.expect(TcpFlags.ACK);

            it.first.injectOctets(100, it.mptcp.mapping(100, 101, 100));
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(20_000)));
            it.first.inject(it.first.segment().option(it.mptcp.fastclose(7)));
            it.first.expectNothing();

            it.script.advance(Duration.ofMinutes(1));
            assertThat(take(it.first)).hasSize(3 + 1).allSatisfy(segment -> assertThat(segment.payloadLength())
                    .isZero());
        }
    }

    @Test
    void aSecondAbortDoesNotWait() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(BY_ACK)) {
            it.script.abort();
            it.first.expect(TcpFlags.ACK);

            it.script.abort();

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void whereMptcpIsNotCertainARstTells() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(BY_ACK)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            it.first.expect(TcpFlags.ACK);

            it.script.abort();

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
        }
    }
}
