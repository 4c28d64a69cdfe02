package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of the first subflow (RFC 8684 3.1), and where it leads back to plain TCP (3.7). */
class MpCapableHandshakeTest {
    private static final int H = MpCapable.FLAG_HMAC;

    // ---- the stack listens

    @Test
    void theListenerAnswersWithItsKeyAlone() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));

            assertThat(it.connection().isMptcp()).isTrue();
            assertThat(it.connection().isConfirmed()).isFalse();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.ESTABLISHED);
        }
    }

    @Test
    void theFirstOctetsAreAcknowledgedByADataAckOf64Bits() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.injectOctets(100, it.mptcp.keysAndData(100));

            // RFC 8684 3.1: the MP_CAPABLE with data stands for a DSS with 64 bits.
            Segment ack = it.first.expect(TcpFlags.ACK);
            assertThat(it.mptcp.acknowledgedPosition(ack)).isEqualTo(100);
            assertThat(it.connection().isConfirmed()).isTrue();
        }
    }

    @Test
    void keysAndOctetsMayComeTogetherWhenTheThirdAckWasLost() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.injectOctets(100, it.mptcp.keysAndData(100));

            assertThat(it.connection().isConfirmed()).isTrue();
            assertThat(it.script.read()).hasSize(100);
        }
    }

    @Test
    void aKeyWhoseTokenAnotherConnectionHasIsDrawnAnew() {
        // RFC 8684 3.1: "MUST be unique for the sending host across all its current MPTCP connections".
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            script.entropy().planLong(4_711);
            script.entropy().planLong(4_711);
            ScriptedFlow first = script.peer(40_000);
            first.inject(first.segment().with(TcpFlags.SYN).option(mptcp.syn()));
            ScriptedFlow second = script.peer(40_001);
            second.inject(second.segment().with(TcpFlags.SYN).option(mptcp.syn()));

            assertThat(mptcp.mpCapable(first.expect(TcpFlags.SYN | TcpFlags.ACK))
                            .senderKey())
                    .isEqualTo(4_711);
            assertThat(mptcp.mpCapable(second.expect(TcpFlags.SYN | TcpFlags.ACK))
                            .senderKey())
                    .isNotEqualTo(4_711);
        }
    }

    @Test
    void keysThatComeAgainWithTheirOctetsChangeNothing() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().seq(1).payload(new byte[100]).option(it.mptcp.keysAndData(100)));
            it.first.injectOctets(50, it.mptcp.mapping(100, 101, 50));

            assertThat(it.script.read()).hasSize(50);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @Test
    void aVersionAboveOursIsAnsweredWithOurs() {
        // RFC 8684 3.1: the responder answers with the highest version that it speaks.
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);
            ScriptedMptcp mptcp = new ScriptedMptcp();

            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn(2, H)));

            MpCapable answer = mptcp.mpCapable(peer.expect(TcpFlags.SYN | TcpFlags.ACK));
            assertThat(answer.version()).isEqualTo(1);
            assertThat(answer.flags()).isEqualTo(H);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0x41, UNUSABLE_MP_CAPABLE_IN_SYN", // B: an extension that we do not know
        "0x00, UNUSABLE_MP_CAPABLE_IN_SYN", // no crypto algorithm
        "0x10, UNUSABLE_MP_CAPABLE_IN_SYN", // D alone
    })
    void aSynWithFlagsThatWeDoNotSpeakIsAnsweredByPlainTcp(int flags, FallbackReason reason) {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);

            Segment synAck = peer.open(List.of(new ScriptedMptcp().syn(1, flags)), List.of());
            peer.injectOctets(100);

            assertThat(synAck.option(Option.MPTCP)).isNull();
            assertThat(script.read()).hasSize(100);
            assertThat(script.connection().isMptcp()).isFalse();
            assertThat(script.connection().fallbackReason()).isEqualTo(reason);
        }
    }

    @Test
    void anOptionOfAWrongLengthIsAsGoodAsNone() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = script.peer(40_000);

            // MP_CAPABLE of version 1 with a key in the SYN, as version 0 has it.
            Segment synAck = peer.open(List.of(Option.mptcp(1, H, 1, 2, 3, 4, 5, 6, 7, 8)), List.of());

            assertThat(synAck.option(Option.MPTCP)).isNull();
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.UNUSABLE_MP_CAPABLE_IN_SYN);
        }
    }

    @Test
    void aThirdAckWithoutTheOptionMeansPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment());
            it.first.injectOctets(100);
            it.script.write(10);

            assertThat(it.script.read()).hasSize(100);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_ACK);
            assertThat(take(it.first)).allMatch(segment -> segment.option(Option.MPTCP) == null);
        }
    }

    @Test
    void aThirdAckWithAForeignKeyMeansPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment().option(it.mptcp.falseKeys()));

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.WRONG_KEYS_IN_ACK);
        }
    }

    @Test
    void aDataFinThatOvertakesTheThirdAckDoesNotEndMptcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            // The peer had no octets; its third ACK was lost, or comes later.
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(0, 0)));
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(0, 0)));

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NONE);
            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSE_WAIT);
        }
    }

    @Test
    void octetsWithoutAMappingAfterTheKeysMeanPlainTcp() {
        // RFC 8684 3.7: options get through on the SYN but not on regular packets.
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.injectOctets(100);

            assertThat(it.script.read()).hasSize(100);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.DATA_WITHOUT_MAPPING);
        }
    }

    @Test
    void aFinWithoutAnySignOfMptcpEndsTheStreamAsInPlainTcp() {
        // The peer went back to plain TCP, since our SYN/ACK reached it without the option's later words, and closes.
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.inject(it.first.segment().with(TcpFlags.FIN));

            assertThat(it.connection().isMptcp()).isFalse();
            assertThat(it.connection().receiveStream().isComplete()).isTrue();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSE_WAIT);
        }
    }

    // ---- the stack connects

    @Test
    void theInitiatorTellsBothKeysInTheThirdAckAndWithTheFirstOctets() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            MpCapable syn = it.mptcp.mpCapable(it.first.expect(TcpFlags.SYN));
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            Segment thirdAck = it.first.expect(TcpFlags.ACK);
            it.mptcp.learn(thirdAck);
            it.script.write(3000);
            List<Segment> octets = take(it.first);

            assertThat(syn.length()).isEqualTo(MpCapable.LENGTH_SYN);
            assertThat(syn.flags()).isEqualTo(H);
            assertThat(it.mptcp.mpCapable(thirdAck).receiverKey()).isEqualTo(ScriptedMptcp.PEER_KEY);
            MpCapable first = it.mptcp.mpCapable(octets.get(0));
            assertThat(first.length()).isEqualTo(MpCapable.LENGTH_DATA);
            assertThat(first.dataLength()).isEqualTo(octets.get(0).payloadLength());
            // RFC 8684 3.7: a mapping in every segment until a DATA_ACK has come.
            assertThat(it.mptcp.dss(octets.get(1)).hasMapping()).isTrue();
            assertThat(it.mptcp.mappedPosition(octets.get(1)))
                    .isEqualTo(octets.get(0).payloadLength());
        }
    }

    @Test
    void theFirstOctetsComeAgainWithTheirKeys() {
        try (ScriptedConnection it = answered(H)) {
            it.script.write(100);
            Segment first = it.first.expect(TcpFlags.ACK);
            it.script.advance(Duration.ofSeconds(1));
            Segment again = it.first.expect(TcpFlags.ACK);

            assertThat(again.seq()).isEqualTo(first.seq());
            assertThat(again.mptcpOption(MptcpSubtype.MP_CAPABLE))
                    .isEqualTo(first.mptcpOption(MptcpSubtype.MP_CAPABLE));
        }
    }

    @Test
    void withoutOctetsTheKeysGoBeforeTheDataFin() {
        // RFC 8684 3.1: the third ACK must carry MP_CAPABLE, or the session falls back.
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.script.finish();
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            List<Segment> sent = take(it.first);

            it.mptcp.learn(sent.get(0));
            assertThat(it.mptcp.mpCapable(sent.get(0)).length()).isEqualTo(MpCapable.LENGTH_KEYS);
            assertThat(it.mptcp.dss(sent.get(1)).isDataFin()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x41, 0x00, 0x10})
    void aSynAckWithFlagsThatWeDoNotSpeakMeansPlainTcp(int flags) {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(flags)));
            it.script.write(10);

            assertThat(take(it.first)).hasSize(2).allMatch(segment -> segment.option(Option.MPTCP) == null);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.UNUSABLE_MP_CAPABLE_IN_SYN_ACK);
        }
    }

    @Test
    void aSynAckWithoutTheOptionMeansPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN));
            it.script.write(10);

            assertThat(take(it.first)).hasSize(2).allMatch(segment -> segment.option(Option.MPTCP) == null);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK);
        }
    }

    @Test
    void aSynThatIsLostAgainAndAgainGoesWithoutTheOption() {
        // RFC 8684 3.9.3
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.script.advance(Duration.ofSeconds(8));
            List<Segment> syns = take(it.first);

            assertThat(syns).hasSizeGreaterThanOrEqualTo(4);
            assertThat(syns.subList(0, 3)).allMatch(syn -> syn.mptcpOption(MptcpSubtype.MP_CAPABLE) != null);
            assertThat(syns.get(3).option(Option.MPTCP)).isNull();
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
        }
    }

    @Test
    void anAcknowledgmentOfOctetsWithoutADataAckMeansPlainTcp() {
        // RFC 8684 3.7, with one last mapping of length 0
        try (ScriptedConnection it = answered(H)) {
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment());
            it.script.write(50);
            it.script.write(50);
            List<Segment> sent = take(it.first);

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.ACK_WITHOUT_DATA_ACK);
            assertThat(it.mptcp.dss(sent.get(0)).dataLength()).isZero();
            assertThat(it.mptcp.mappedPosition(sent.get(0))).isEqualTo(100);
            assertThat(it.mptcp.dss(sent.get(0)).ssn()).isEqualTo(101);
            it.first.inject(it.first.segment());
            assertThat(take(it.first)).allMatch(segment -> segment.option(Option.MPTCP) == null);
            it.first.inject(it.first.segment());
            assertThat(it.connection().acknowledgedOctets()).isEqualTo(200);
        }
    }

    @Test
    void aDataFinThatNobodyUnderstoodBecomesAFin() {
        try (ScriptedConnection it = answered(H)) {
            it.script.write(100);
            it.script.finish();
            take(it.first);

            // Only now does it turn out that the path strips options.
            it.first.inject(it.first.segment());

            Segment fin = it.first.expect(TcpFlags.FIN | TcpFlags.ACK);
            assertThat(fin.option(Option.MPTCP)).isNull();
            it.first.inject(it.first.segment().with(TcpFlags.FIN));
            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
        }
    }

    @Test
    void flagCForbidsJoins() {
        try (ScriptedConnection it = answered(H | MpCapable.FLAG_JOIN_FORBIDDEN)) {
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(100)));
            it.script.addAddress("10.0.0.3/24", 3);

            assertThat(it.connection().isConfirmed()).isTrue();
            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    /** The stack has opened, the peer has answered with its key and these flags; the third ACK is taken. */
    private static ScriptedConnection answered(int flags) {
        ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT);
        it.first.expect(TcpFlags.SYN);
        it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(flags)));
        it.mptcp.learn(it.first.expect(TcpFlags.ACK));
        return it;
    }
}
