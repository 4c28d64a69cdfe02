package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.reasonOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpCapable;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Flag C of MP_CAPABLE (RFC 8684 3.1), and what means nothing: the unassigned flags, unknown subtypes, experiments. */
class JoinForbiddenTest {
    private static final int C = MpCapable.FLAG_JOIN_FORBIDDEN;
    private static final int H = MpCapable.FLAG_HMAC;
    private static final ConnectionSettings FORBIDDING =
            ConnectionSettings.builder().joinsToInitialAddress(false).build();

    // ---- we forbid

    @Test
    void theListenerSaysSoInItsSynAck() {
        try (SegmentScript script = SegmentScript.listen(FORBIDDING)) {
            ScriptedMptcp mptcp = new ScriptedMptcp();
            ScriptedFlow flow = script.peer(40_000);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(mptcp.syn()));

            assertThat(mptcp.mpCapable(flow.expect(TcpFlags.SYN | TcpFlags.ACK)).isJoinForbidden())
                    .isTrue();
        }
    }

    @Test
    void theInitiatorSaysSoInEachMpCapable() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(FORBIDDING)) {
            Segment syn = it.first.expect(TcpFlags.SYN);
            assertThat(it.mptcp.mpCapable(syn).isJoinForbidden()).isTrue();
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            Segment third = it.first.expect(TcpFlags.ACK);
            assertThat(it.mptcp.mpCapable(third).isJoinForbidden()).isTrue();
            it.mptcp.learnThirdAck(third);
            it.script.write(10);
            assertThat(it.mptcp.mpCapable(it.first.expect(TcpFlags.ACK)).isJoinForbidden())
                    .isTrue();
        }
    }

    @Test
    void aJoinToTheForbiddenAddressIsRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(FORBIDDING)) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));

            assertThat(reasonOf(flow.next())).isEqualTo(MpTcprst.PROHIBITED);
            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    @Test
    void aJoinToAnotherPortOrAddressIsTaken() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(FORBIDDING)) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK, 8443);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            flow.expect(TcpFlags.SYN | TcpFlags.ACK);

            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow other = it.script.peer(SECOND, 42_000, IpAddress.parse("10.0.0.3"));
            other.inject(other.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            other.expect(TcpFlags.SYN | TcpFlags.ACK);
        }
    }

    // ---- the peer forbids

    @Test
    void whatThePeerForbidsIsNotJoined() {
        try (ScriptedConnection it = fromStack(H | C)) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.advance(Duration.ofMinutes(1));
            assertThat(it.script.hasSyn()).isFalse();

            // RFC 8684 3.1: what it announces may be joined.
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, IpAddress.parse("10.0.0.22"), 0)));
            Segment syn = it.script.awaitSyn().expect(TcpFlags.SYN);
            assertThat(syn.destination()).isEqualTo(IpAddress.parse("10.0.0.22"));
        }
    }

    @Test
    void withoutTheFlagTheFirstAddressIsJoined() {
        try (ScriptedConnection it = fromStack(H)) {
            it.script.addAddress("10.0.0.3/24", 3);

            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destination()).isEqualTo(SegmentScript.PEER);
        }
    }

    // ---- what means nothing

    @ParameterizedTest
    @ValueSource(ints = {0x10, 0x08, 0x04, 0x02, 0x1e})
    void unassignedFlagsAreIgnored(int flags) {
        // RFC 8684 3.1: D to G name crypto algorithms to come; H is one that we know.
        try (ScriptedConnection it = fromStack(H | flags)) {
            assertThat(it.connection().isMptcp()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x9, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf})
    void unknownSubtypesAndExperimentsAreIgnored(int subtype) {
        // RFC 8684 3.8: an unknown subtype is ignored; 8: 0xf is for private use.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            for (int length = 0; length <= 30; length++) {
                int[] octets = new int[1 + length];
                octets[0] = subtype << 4;
                it.first.inject(it.first.segment().option(Option.mptcp(octets)));
            }
            it.script.write(10);

            Segment data = it.first.expect(TcpFlags.ACK);
            assertThat(data.payloadLength()).isEqualTo(10);
            assertThat(data.mptcpOption(MptcpSubtype.DSS)).isNotNull();
            assertThat(it.script.cause()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x9, 0xf})
    void unknownSubtypesAndExperimentsInAHandshakeAreIgnored(int subtype) {
        // RFC 8684 8: experiments are for private use, and may ride beside other options.
        Option unknown = Option.mptcp(subtype << 4, 1, 2, 3);
        ScriptedMptcp mptcp = new ScriptedMptcp();
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow flow = script.peer(40_000);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(unknown).option(mptcp.syn()));

            assertThat(mptcp.mpCapable(flow.expect(TcpFlags.SYN | TcpFlags.ACK)))
                    .isNotNull();
        }
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(
                    it.first.segment().with(TcpFlags.SYN).option(unknown).option(it.mptcp.synAck()));

            assertThat(it.mptcp.mpCapable(it.first.expect(TcpFlags.ACK))).isNotNull();
        }
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow flow = script.peer(40_000);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(unknown));

            assertThat(flow.expect(TcpFlags.SYN | TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_CAPABLE))
                    .isNull();
        }
    }

    private static ScriptedConnection fromStack(int flags) {
        ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT);
        it.first.expect(TcpFlags.SYN);
        it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck(flags)));
        it.mptcp.learnThirdAck(it.first.expect(TcpFlags.ACK));
        it.script.write(10);
        it.first.expect(TcpFlags.ACK);
        it.first.inject(it.first.segment().option(it.mptcp.dataAck(10)));
        it.settle();
        return it;
    }

    // ---- what forbids by itself

    @Test
    void noSubflowJoinsAfterAReport() {
        // RFC 8684 3.7: only one subflow can go on.
        try (ScriptedConnection it = ScriptedConnection.fromPeerWithChecksums(
                ConnectionSettings.builder().checksums(true).build())) {
            it.script.write(100);
            ScriptedConnection.take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.fail(0)));
            ScriptedFlow late = it.script.peer(SECOND, 41_000, SegmentScript.STACK);
            late.inject(late.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, 7)));

            assertThat(late.next().has(TcpFlags.RST)).isTrue();
        }
    }
}
