package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The handshake of additional subflows (RFC 8684 3.2), in both roles. */
class MpJoinHandshakeTest {
    // ---- the peer joins

    @Test
    void thePeerJoins() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(it.mptcp.join(synAck).length()).isEqualTo(MpJoin.LENGTH_SYN_ACK);
            assertThat(it.mptcp.isGenuineSynAck(synAck, NONCE)).isTrue();

            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            // RFC 8684 3.2: the third ACK must be answered.
            assertThat(it.mptcp.dss(flow.expect(TcpFlags.ACK)).hasDataAck()).isTrue();
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
            assertThat(it.connection().subflow(1).remoteId()).isEqualTo(5);
        }
    }

    @Test
    void aJoinComesToAnyPort() {
        // RFC 8684 3.2: SYNs are demultiplexed by token, not by port.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            ScriptedFlow flow = joining(it, 5);

            assertThat(it.mptcp.isGenuineSynAck(flow.expect(TcpFlags.SYN | TcpFlags.ACK), NONCE))
                    .isTrue();
        }
    }

    @Test
    void theThirdAckThatComesAgainIsAnsweredAgain() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Option third = it.mptcp.joinAck(flow.expect(TcpFlags.SYN | TcpFlags.ACK), NONCE);
            flow.inject(flow.segment().option(third));
            flow.expect(TcpFlags.ACK);

            flow.inject(flow.segment().option(third));

            assertThat(it.mptcp.dss(flow.expect(TcpFlags.ACK)).hasDataAck()).isTrue();
        }
    }

    @Test
    void aSynThatComesAgainGetsTheSameAnswer() {
        // The SYN/ACK was lost; nothing is kept that could repeat it by itself.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            it.script.advance(Duration.ofSeconds(1));

            flow.inject(flow.segment()
                    .seq(0)
                    .without(TcpFlags.ACK)
                    .with(TcpFlags.SYN)
                    .option(it.mptcp.joinSyn(false, 5, NONCE)));

            Segment again = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(again.seq()).isEqualTo(synAck.seq());
            assertThat(again.mptcpOption(MptcpSubtype.MP_JOIN)).isEqualTo(synAck.mptcpOption(MptcpSubtype.MP_JOIN));
            flow.inject(flow.segment().option(it.mptcp.joinAck(again, NONCE)));
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void aThirdAckThatWasLostMayComeLater() {
        // RFC 8684 3.2: the opener repeats it until the fourth ACK arrives.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(it.connection().subflowCount()).isEqualTo(1);

            it.script.advance(Duration.ofSeconds(20));
            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
            assertThat(it.mptcp.dss(flow.expect(TcpFlags.ACK)).hasDataAck()).isTrue();
        }
    }

    @Test
    void anAckOfSomethingElseThanTheSynAckIsRefused() {
        // RFC 9293 3.10.7.4, fifth, SYN-RECEIVED
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);

            flow.inject(flow.segment().ack(77).option(it.mptcp.joinAck(synAck, NONCE)));
            assertThat(flow.next().has(TcpFlags.RST)).isTrue();

            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void aJoinThatIsTakenBackIsForgotten() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(it.script.stack().halfOpenJoinCount()).isEqualTo(1);

            flow.inject(flow.segment().with(TcpFlags.RST));

            assertThat(it.script.stack().halfOpenJoinCount()).isZero();
            flow.expectNothing();
        }
    }

    @Test
    void theRoundTripOfTheHandshakeIsMeasured() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            it.script.advance(Duration.ofMillis(70));
            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            assertThat(it.connection().subflow(1).smoothedRttNanos())
                    .isEqualTo(Duration.ofMillis(70).toNanos());
        }
    }

    @Test
    void nothingIsSentOnASubflowBeforeItsThirdAck() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            flow.expect(TcpFlags.SYN | TcpFlags.ACK);

            it.script.write(60_000);

            flow.expectNothing();
        }
    }

    @Test
    void anUnknownTokenIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            flow.inject(flow.segment()
                    .with(TcpFlags.SYN)
                    .option(Option.written(into -> MpJoin.writeSyn(into, 0, false, 5, 0x1234, NONCE))));

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    @Test
    void aWrongHmacInTheThirdAckIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE + 1)));

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    @Test
    void aThirdAckWithoutItsOptionIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);
            flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            flow.inject(flow.segment());

            // RFC 8684 3.2: "the reason code for an MPTCP-specific error" in all cases of that section.
            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    @Test
    void beyondTheLimitJoinsAreProhibited() {
        ConnectionSettings settings =
                ConnectionSettings.builder().maxSubflows(2).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            it.join(41_000, 5);

            ScriptedFlow third = it.script.peer(SECOND, 42_000, SegmentScript.STACK);
            third.inject(third.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 6, NONCE)));

            assertThat(reasonOf(third.next())).isEqualTo(MpTcprst.PROHIBITED);
            assertThat(it.script.stack().counters().get(Counter.JOINS_FAILED)).isEqualTo(1);
        }
    }

    @Test
    void ofTwoThatJoinAtOnceTheFirstThirdAckTakesTheLastPlace() {
        ConnectionSettings settings =
                ConnectionSettings.builder().maxSubflows(2).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            ScriptedFlow early = joining(it, 5);
            ScriptedFlow late = it.script.peer(SECOND, 42_000, SegmentScript.STACK);
            late.inject(late.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 6, NONCE)));
            Option ofEarly = it.mptcp.joinAck(early.expect(TcpFlags.SYN | TcpFlags.ACK), NONCE);
            Option ofLate = it.mptcp.joinAck(late.expect(TcpFlags.SYN | TcpFlags.ACK), NONCE);

            late.inject(late.segment().option(ofLate));
            early.inject(early.segment().option(ofEarly));

            assertThat(it.mptcp.dss(late.expect(TcpFlags.ACK)).hasDataAck()).isTrue();
            assertThat(reasonOf(early.next())).isEqualTo(MpTcprst.PROHIBITED);
            assertThat(it.connection().subflowCount()).isEqualTo(2);
            assertThat(it.script.stack().counters().get(Counter.JOIN_ACK_RX)).isEqualTo(1);
            assertThat(it.script.stack().counters().get(Counter.JOIN_REJECTED)).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatFellBackHasNoTokenAnyMore() {
        // RFC 8684 3.7: never back to MPTCP.
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment());
            it.first.injectOctets(10);

            ScriptedFlow flow = joining(it, 5);

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    @Test
    void octetsWithoutAMappingOnAJoinedSubflowResetIt() {
        // RFC 8684 3.7
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = it.join(41_000, 5);

            flow.injectOctets(100);

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void anAckOfOctetsWithoutADataAckOnAJoinedSubflowResetsIt() {
        // RFC 8684 3.7
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.prio(true)));
            it.script.write(100);
            assertThat(flow.expect(TcpFlags.ACK).payloadLength()).isEqualTo(100);

            flow.inject(flow.segment());

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MIDDLEBOX_INTERFERENCE);
            // RFC 8684 3.3.6: what it carried goes again on another subflow.
            assertThat(it.first.expect(TcpFlags.ACK).payloadLength()).isEqualTo(100);
        }
    }

    // ---- the stack joins

    @Test
    void theStackJoinsFromItsOtherAddress() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(it.mptcp.join(syn).addressId()).isEqualTo(3);
            assertThat(it.mptcp.join(syn).isBackup()).isFalse();

            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, false, 0, NONCE)));

            Segment third = flow.expect(TcpFlags.ACK);
            assertThat(it.mptcp.isGenuineThirdAck(syn, third, NONCE)).isTrue();
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.PRE_ESTABLISHED);
        }
    }

    @Test
    void noOctetsLeaveBeforeTheFourthAck() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            ScriptedFlow flow = preEstablished(it);

            it.script.write(60_000);
            assertThat(take(flow)).noneMatch(segment -> segment.payloadLength() > 0);
            flow.inject(flow.segment());

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void theThirdAckIsRepeatedUntilTheFourthComes() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            ScriptedFlow flow = preEstablished(it);

            it.script.advance(Duration.ofSeconds(2));
            assertThat(take(flow))
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(segment -> segment.mptcpOption(MptcpSubtype.MP_JOIN) != null);
            flow.inject(flow.segment().option(it.mptcp.dataAck(10)));
            it.script.advance(Duration.ofSeconds(2));

            assertThat(take(flow)).allMatch(segment -> segment.mptcpOption(MptcpSubtype.MP_JOIN) == null);
        }
    }

    @Test
    void withoutAFourthAckTheSubflowIsGivenUp() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            ScriptedFlow flow = preEstablished(it);

            it.script.advance(Duration.ofMinutes(1));

            List<Segment> sent = take(flow);
            assertThat(sent.get(sent.size() - 1).has(TcpFlags.RST)).isTrue();
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void octetsOfThePeerAreAFourthAckToo() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            ScriptedFlow flow = preEstablished(it);

            flow.inject(flow.segment().payload(new byte[10]).option(it.mptcp.mapping(0, 1, 10)));

            assertThat(it.script.read()).hasSize(10);
            assertThat(it.mptcp.acknowledgedPosition(flow.next())).isEqualTo(10);
        }
    }

    @Test
    void aSynAckWithoutTheOptionIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow flow = it.script.awaitSyn();
            flow.expect(TcpFlags.SYN);

            flow.inject(flow.segment().with(TcpFlags.SYN));

            // RFC 8684 3.2
            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    @Test
    void aSynAckWithAWrongHmacIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow flow = it.script.awaitSyn();
            flow.expect(TcpFlags.SYN);

            flow.inject(flow.segment()
                    .with(TcpFlags.SYN)
                    .option(Option.written(into -> MpJoin.writeSynAck(into, 0, false, 0, 42L, NONCE))));

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }

    @Test
    void aRefusedJoinIsTriedAgainMoreAndMoreSeldom() {
        // RFC 8684 3.9.3 would have it never again; see FullMeshPathManager.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            int tries = 0;
            for (int second = 0; second < 120; second++) {
                while (it.script.hasSyn()) {
                    ScriptedFlow flow = it.script.awaitSyn();
                    flow.expect(TcpFlags.SYN);
                    flow.inject(flow.segment().with(TcpFlags.RST));
                    tries++;
                }
                it.script.advance(Duration.ofSeconds(1));
            }

            assertThat(tries).isBetween(3, 9);
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void aSubflowWhosePeerAnswersByAnotherIdIsRetriedNoMoreOften() {
        // The peer knows its address by an id that the SYN/ACK tells, and closes each subflow by RST.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            int tries = 0;
            for (int second = 0; second < 120; second++) {
                while (it.script.hasSyn()) {
                    ScriptedFlow flow = it.answerJoin(9);
                    flow.inject(flow.segment().with(TcpFlags.RST));
                    tries++;
                }
                it.script.advance(Duration.ofSeconds(1));
            }

            assertThat(tries).isBetween(3, 9);
        }
    }

    // ---- backup

    @Test
    void aBackupSubflowCarriesNothingWhileAnotherWorks() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow backup = it.join(41_000, 5, true);
            it.script.write(60_000);

            assertThat(take(backup)).noneMatch(segment -> segment.payloadLength() > 0);

            it.first.inject(it.first.segment().with(TcpFlags.RST));
            it.script.advance(Duration.ofMillis(10));
            assertThat(take(backup)).anyMatch(segment -> segment.payloadLength() > 0);
        }
    }

    @Test
    void mpPrioMakesASubflowABackupAndRegularAgain() {
        // RFC 8684 3.3.8: of the subflow on which it comes.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5, true);

            second.inject(second.segment().option(it.mptcp.prio(false)));
            it.first.inject(it.first.segment().option(it.mptcp.prio(true)));
            it.script.write(300);

            assertThat(take(it.first)).isEmpty();
            assertThat(second.expect(TcpFlags.ACK).payloadLength()).isEqualTo(300);
        }
    }

    @Test
    void anAddressThatBecomesABackupIsToldByMpPrio() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            it.script.stack().setBackup(0, true, it.script.now());
            it.script.advance(Duration.ofMillis(1));

            for (ScriptedFlow flow : List.of(it.first, second)) {
                Option prio = flow.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_PRIO);
                assertThat(prio).isEqualTo(it.mptcp.prio(true));
                flow.expectNothing();
            }
        }
    }

    @Test
    void theFirstSubflowsAddressHasIdZeroInJoinsToo() {
        // RFC 8684 3.2
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow flow = joining(it, 5);

            assertThat(it.mptcp.join(flow.expect(TcpFlags.SYN | TcpFlags.ACK)).addressId())
                    .isZero();
        }
    }

    private static ScriptedFlow joining(ScriptedConnection it, int addressId) {
        ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
        flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, addressId, NONCE)));
        return flow;
    }

    /** The stack has joined and sent its third ACK, which is taken. */
    private static ScriptedFlow preEstablished(ScriptedConnection it) {
        it.script.addAddress("10.0.0.3/24", 3);
        ScriptedFlow flow = it.script.awaitSyn();
        Segment syn = flow.expect(TcpFlags.SYN);
        flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, false, 0, NONCE)));
        flow.expect(TcpFlags.ACK);
        return flow;
    }
}
