package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
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

/** The handshake of version 0 (RFC 6824 3.1), and where it leads back to plain TCP (RFC 6824 3.6). */
class MpCapableHandshakeV0Test {
    private static final int H = MpCapable.FLAG_HMAC;
    private static final ConnectionSettings V0 =
            ConnectionSettings.builder().versions(MptcpVersion.V0).build();

    // ---- the stack listens

    @Test
    void theListenerAnswersWithItsKey() {
        try (SegmentScript script = SegmentScript.listen(V0)) {
            var peer = script.peer(40_000);
            ScriptedMptcp mptcp = ScriptedMptcp.version0();

            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn()));

            MpCapable answer = mptcp.mpCapable(peer.expect(TcpFlags.SYN | TcpFlags.ACK));
            assertThat(answer.version()).isZero();
            assertThat(answer.length()).isEqualTo(MpCapable.LENGTH_KEY);
            assertThat(answer.flags()).isEqualTo(H);
        }
    }

    @Test
    void afterTheThirdAckOctetsHaveTheirDss() {
        // RFC 6824 3.3.1: IDSN and token by SHA-1, of which ScriptedMptcp makes its numbers
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.injectOctets(100, it.mptcp.mapping(0, 1, 100));

            Segment ack = it.first.expect(TcpFlags.ACK);
            assertThat(it.mptcp.acknowledgedPosition(ack)).isEqualTo(100);
            assertThat(it.connection().isConfirmed()).isTrue();
            assertThat(it.connection().version()).isEqualTo(MptcpVersion.V0);
            it.script.write(10);
            assertThat(it.mptcp.mappedPosition(it.first.expect(TcpFlags.ACK))).isZero();
        }
    }

    @Test
    void aDssStandsForAThirdAckThatWasLost() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(V0)) {
            it.first.injectOctets(100, it.mptcp.mapping(0, 1, 100));

            assertThat(it.connection().isConfirmed()).isTrue();
            assertThat(it.script.read()).hasSize(100);
        }
    }

    @Test
    void keysThatComeAgainChangeNothing() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.injectOctets(50, it.mptcp.mapping(100, 101, 50));

            assertThat(it.script.read()).hasSize(50);
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x41, UNUSABLE_MP_CAPABLE_IN_SYN", // B
        "0, 0x00, UNUSABLE_MP_CAPABLE_IN_SYN", // no crypto algorithm
        "0, 0x20, UNUSABLE_MP_CAPABLE_IN_SYN", // C is a crypto bit
        "1, 0x01, OTHER_VERSION_IN_SYN", // RFC 8684 3.1: a listener of version 0 ignores a SYN without a key
        "2, 0x01, OTHER_VERSION_IN_SYN",
    })
    void aSynThatWeDoNotUnderstandIsAnsweredByPlainTcp(int version, int flags, FallbackReason reason) {
        try (SegmentScript script = SegmentScript.listen(V0)) {
            var peer = script.peer(40_000);

            Segment synAck = peer.open(List.of(new ScriptedMptcp().syn(version, flags)), List.of());
            peer.injectOctets(100);

            assertThat(synAck.option(Option.MPTCP)).isNull();
            assertThat(script.read()).hasSize(100);
            assertThat(script.connection().fallbackReason()).isEqualTo(reason);
        }
    }

    @Test
    void aSynWithTwoKeysIsAnsweredByPlainTcp() {
        // RFC 6824 3.1: a single key is included if the SYN flag is set.
        try (SegmentScript script = SegmentScript.listen(V0)) {
            var peer = script.peer(40_000);
            Segment synAck = peer.open(List.of(ScriptedMptcp.version0().keys()), List.of());
            assertThat(synAck.option(Option.MPTCP)).isNull();
            assertThat(script.connection().fallbackReason()).isEqualTo(FallbackReason.UNUSABLE_MP_CAPABLE_IN_SYN);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void checksumsAreUsedWhenEitherEndRequiresThem(boolean ours, boolean theirs) {
        // RFC 6824 3.1: "if either host requires the use of checksums, checksums MUST be used"; the third ACK confirms
        // it.
        ConnectionSettings settings = V0.toBuilder().checksums(ours).build();
        int said = theirs ? H | MpCapable.FLAG_CHECKSUM_REQUIRED : H;
        int used = ours || theirs ? H | MpCapable.FLAG_CHECKSUM_REQUIRED : H;
        try (SegmentScript script = SegmentScript.listen(settings)) {
            var peer = script.peer(40_000);
            ScriptedMptcp mptcp = ScriptedMptcp.version0();
            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn(0, said)));
            assertThat(mptcp.mpCapable(peer.expect(TcpFlags.SYN | TcpFlags.ACK)).flags())
                    .isEqualTo(used);
        }
        try (ScriptedConnection it = ScriptedConnection.synFromStack(settings)) {
            Segment syn = it.first.expect(TcpFlags.SYN);
            it.mptcp.learn(syn);
            assertThat(it.mptcp.mpCapable(syn).isChecksumRequired()).isEqualTo(ours);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(0, said)));
            assertThat(it.mptcp.mpCapable(it.first.expect(TcpFlags.ACK)).flags())
                    .isEqualTo(used);
            it.script.write(10);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).hasChecksum())
                    .isEqualTo(ours || theirs);
        }
    }

    @Test
    void otherCryptoBitsBesideOursAreAProposal() {
        // RFC 6824 3.1: the responder responds with only one bit set.
        try (SegmentScript script = SegmentScript.listen(V0)) {
            var peer = script.peer(40_000);
            ScriptedMptcp mptcp = ScriptedMptcp.version0();

            peer.inject(peer.segment().with(TcpFlags.SYN).option(mptcp.syn(0, 0x3f)));

            assertThat(mptcp.mpCapable(peer.expect(TcpFlags.SYN | TcpFlags.ACK)).flags())
                    .isEqualTo(H);
        }
    }

    @Test
    void aThirdAckWithoutTheOptionMeansPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(V0)) {
            it.first.inject(it.first.segment());
            it.first.injectOctets(100);

            assertThat(it.script.read()).hasSize(100);
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.NO_MP_CAPABLE_IN_ACK);
        }
    }

    @Test
    void aThirdAckWithAForeignKeyMeansPlainTcp() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.falseKeys()));

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.WRONG_KEYS_IN_ACK);
        }
    }

    // ---- the stack connects

    @Test
    void theInitiatorTellsItsKeyInTheSynAndBothInTheThirdAck() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            Segment syn = it.first.expect(TcpFlags.SYN);
            it.mptcp.learn(syn);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            Segment thirdAck = it.first.expect(TcpFlags.ACK);

            assertThat(it.mptcp.mpCapable(syn).length()).isEqualTo(MpCapable.LENGTH_KEY);
            assertThat(it.mptcp.mpCapable(syn).version()).isZero();
            assertThat(it.mptcp.mpCapable(thirdAck).length()).isEqualTo(MpCapable.LENGTH_KEYS);
            assertThat(it.mptcp.mpCapable(thirdAck).senderKey())
                    .isEqualTo(it.mptcp.mpCapable(syn).senderKey());
            assertThat(it.mptcp.mpCapable(thirdAck).receiverKey()).isEqualTo(ScriptedMptcp.PEER_KEY);
        }
    }

    @Test
    void theThirdAckLeavesBeforeOctetsThatWereWrittenEarly() {
        // RFC 6824 3.6: no data on the third packet, for a DSS has no room beside the keys.
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.mptcp.learn(it.first.expect(TcpFlags.SYN));
            it.script.write(3000);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            List<Segment> sent = take(it.first);

            assertThat(sent.get(0).payloadLength()).isZero();
            assertThat(it.mptcp.mpCapable(sent.get(0)).length()).isEqualTo(MpCapable.LENGTH_KEYS);
            assertThat(sent.get(1).mptcpOption(MptcpSubtype.MP_CAPABLE)).isNull();
            assertThat(it.mptcp.mappedPosition(sent.get(1))).isZero();
            assertThat(it.mptcp.dss(sent.get(1)).ssn()).isEqualTo(1);
            assertThat(sent.stream().mapToInt(Segment::payloadLength).sum()).isEqualTo(3000);
        }
    }

    @Test
    void withoutOctetsTheKeysGoBeforeTheDataFin() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.mptcp.learn(it.first.expect(TcpFlags.SYN));
            it.script.finish();
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            List<Segment> sent = take(it.first);

            assertThat(it.mptcp.mpCapable(sent.get(0)).length()).isEqualTo(MpCapable.LENGTH_KEYS);
            assertThat(it.mptcp.dss(sent.get(1)).isDataFin()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0x41, UNUSABLE_MP_CAPABLE_IN_SYN_ACK",
        "0, 0x00, UNUSABLE_MP_CAPABLE_IN_SYN_ACK",
        "1, 0x01, OTHER_VERSION_IN_SYN_ACK",
    })
    void aSynAckThatWeDoNotUnderstandMeansPlainTcp(int version, int flags, FallbackReason reason) {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(version, flags)));
            it.script.write(10);

            assertThat(take(it.first)).hasSize(2).allMatch(segment -> segment.option(Option.MPTCP) == null);
            assertThat(it.connection().fallbackReason()).isEqualTo(reason);
        }
    }

    @Test
    void flagCOfVersion1ForbidsNoJoins() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.mptcp.learn(it.first.expect(TcpFlags.SYN));
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(0, 0x21)));
            it.script.write(10);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(10)));
            it.script.addAddress("10.0.0.3/24", 3);

            assertThat(it.script.hasSyn()).isTrue();
        }
    }

    @Test
    void anAcknowledgmentOfOctetsWithoutADataAckMeansPlainTcp() {
        // RFC 6824 3.6, with one last mapping of length 0
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.mptcp.learn(it.first.expect(TcpFlags.SYN));
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            it.script.write(100);
            take(it.first);
            it.first.inject(it.first.segment());
            it.script.write(50);

            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.ACK_WITHOUT_DATA_ACK);
            assertThat(it.mptcp.dss(it.first.expect(TcpFlags.ACK)).dataLength()).isZero();
        }
    }

    @Test
    void aSynThatIsLostAgainAndAgainGoesWithoutTheOption() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(V0)) {
            it.script.advance(Duration.ofSeconds(8));
            List<Segment> syns = take(it.first);

            assertThat(syns.subList(0, 3)).allMatch(syn -> syn.mptcpOption(MptcpSubtype.MP_CAPABLE) != null);
            assertThat(syns.get(3).option(Option.MPTCP)).isNull();
            assertThat(it.connection().fallbackReason()).isEqualTo(FallbackReason.SYN_LOST);
        }
    }
}
