package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MpFastclose;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Joins, addresses and priorities as version 0 has them (RFC 6824 3.2, 3.3.8, 3.4). */
class Version0SignalsTest {
    private static final ConnectionSettings V0 =
            ConnectionSettings.builder().versions(MptcpVersion.V0).build();
    private static final IpAddress THIRD = IpAddress.parse("10.0.0.13");

    @Test
    void joinsAreProvenBySha1() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            // ScriptedMptcp names the token and computes HMACs by SHA-1.
            ScriptedFlow joined = it.script.peer(ScriptedConnection.SECOND, 41_000, SegmentScript.STACK);
            joined.inject(
                    joined.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 2, ScriptedConnection.NONCE)));
            Segment synAck = joined.expect(TcpFlags.SYN | TcpFlags.ACK);
            joined.inject(joined.segment().option(it.mptcp.joinAck(synAck, ScriptedConnection.NONCE)));

            assertThat(it.mptcp.isGenuineSynAck(synAck, ScriptedConnection.NONCE))
                    .isTrue();
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void aRefusedJoinGetsARstWithoutAReason() {
        // RFC 6824 has no MP_TCPRST.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            ScriptedFlow joined = it.script.peer(ScriptedConnection.SECOND, 41_000, SegmentScript.STACK);
            joined.inject(
                    joined.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 2, ScriptedConnection.NONCE)));
            joined.expect(TcpFlags.SYN | TcpFlags.ACK);
            joined.inject(joined.segment());

            Segment reset = joined.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.mptcpOption(MptcpSubtype.MP_TCPRST)).isNull();
        }
    }

    @Test
    void anAnnouncementNeedsNoHmacAndIsNotEchoed() {
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, THIRD, 0)));

            ScriptedFlow join = it.script.awaitSyn();
            assertThat(join.expect(TcpFlags.SYN).destination()).isEqualTo(THIRD);
            assertThat(take(it.first)).allMatch(segment -> segment.mptcpOption(MptcpSubtype.ADD_ADDR) == null);
        }
    }

    @Test
    void anAnnouncementOfVersion1IsIgnored() {
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(3, THIRD, 0)));

            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    @Test
    void weAnnounceTwiceWithoutWaitingForAnEcho() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.addAddress("10.0.0.4/24", 4);
            List<AddAddr> first = announcements(it);
            it.script.advance(Duration.ofSeconds(10));
            List<AddAddr> again = announcements(it);

            assertThat(first).extracting(AddAddr::addressId).containsExactly(3, 4);
            assertThat(first).allMatch(AddAddr::isVersion0);
            assertThat(again).extracting(AddAddr::addressId).containsExactlyInAnyOrder(3, 4);
        }
    }

    @Test
    void noMoreThanTwoAcksInARowAnnounce() {
        // RFC 6824 3: not more than two duplicate ACKs in a row for the purposes of sending MPTCP options alone.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            for (int id = 3; id <= 7; id++) {
                it.script.addAddress("10.0.0." + id + "/24", id);
            }
            List<Integer> heard = new ArrayList<>();
            for (int half = 0; half < 20; half++) {
                List<AddAddr> now = announcements(it);
                assertThat(now).hasSizeLessThanOrEqualTo(2);
                now.forEach(view -> heard.add(view.addressId()));
                it.script.advance(Duration.ofMillis(500));
            }

            assertThat(heard).containsExactlyInAnyOrder(3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
        }
    }

    private static List<AddAddr> announcements(ScriptedConnection it) {
        return take(it.first).stream()
                .map(it.mptcp::addAddr)
                .filter(view -> view != null)
                .toList();
    }

    @Test
    void aPriorityMayNameAnAddress() {
        // RFC 6824 3.3.8: all subflows that use the address are meant.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            it.join(41_000, 2);
            it.join(41_001, 2);
            it.first.inject(it.first.segment().option(it.mptcp.prioVersion0(true, 2)));

            assertThat(it.connection().subflow(0).isBackup()).isFalse();
            assertThat(it.connection().subflow(1).isBackup()).isTrue();
            assertThat(it.connection().subflow(2).isBackup()).isTrue();
            it.first.inject(it.first.segment().option(it.mptcp.prioVersion0(false, 2)));
            assertThat(it.connection().subflow(1).isBackup()).isFalse();
        }
    }

    @Test
    void ofAnAddressThatIsOutOfReachAnotherSubflowTells() {
        // RFC 6824 3.3.8: "a host can signal to its peer that an address is temporarily unavailable".
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.answerJoin(2);
            loseOctetsOn(it, 1);

            setBackup(it, 1);

            assertThat(take(it.first))
                    .extracting(segment -> segment.mptcpOption(MptcpSubtype.MP_PRIO))
                    .contains(it.mptcp.prioVersion0(true, 3));
        }
    }

    @Test
    void butNotWhereItsAddressHasOtherSubflowsThatStayAsTheyAre() {
        // RFC 6824 3.3.8: an address ID means all subflows that use the address.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            ScriptedFlow second = it.join(41_000, 2);
            loseOctetsOn(it, 1);
            take(second);

            setBackup(it, 1);

            assertThat(take(it.first)).allMatch(segment -> segment.mptcpOption(MptcpSubtype.MP_PRIO) == null);
            assertThat(take(second))
                    .extracting(segment -> segment.mptcpOption(MptcpSubtype.MP_PRIO))
                    .contains(it.mptcp.prio(true));
        }
    }

    /** Octets that leave on a subflow find no answer. */
    private static void loseOctetsOn(ScriptedConnection it, int subflow) {
        it.first.inject(it.first.segment().option(it.mptcp.prio(true)));
        it.script.write(300);
        it.script.advance(Duration.ofSeconds(1));
        // They come again here, where they are acknowledged.
        take(it.first);
        it.first.inject(it.first
                .segment()
                .option(it.mptcp.dataAck(it.connection().data().sndNxt())));
        it.first.inject(it.first.segment().option(it.mptcp.prio(false)));
        take(it.first);
        assertThat(it.connection().subflow(subflow).isHealthy()).isFalse();
        assertThat(it.connection().subflow(0).isHealthy()).isTrue();
    }

    private static void setBackup(ScriptedConnection it, int subflow) {
        PathRequests requests = it.connection().pathRequests(it.script.now());
        assertThat(requests.setBackup(requests.subflow(subflow), true)).isTrue();
        it.script.advance(Duration.ofMillis(1));
    }

    @Test
    void inVersion1APriorityThatNamesAnAddressIsIgnored() {
        // RFC 8684 3.3.8: MP_PRIO has 3 octets.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.join(41_000, 2);
            it.first.inject(it.first.segment().option(it.mptcp.prioVersion0(true, 2)));

            assertThat(it.connection().subflow(0).isBackup()).isFalse();
            assertThat(it.connection().subflow(1).isBackup()).isFalse();
        }
    }

    @Test
    void anotherAddressUnderAKnownIdIsIgnored() {
        // RFC 6824 3.4.1: the address MUST be the same as before, else the receiver ignores the ADD_ADDR.
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, THIRD, 0)));
            it.script.awaitSyn();
            IpAddress other = IpAddress.parse("10.0.0.14");

            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, other, 0)));
            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(0, other, 0)));

            assertThat(it.script.hasSyn()).isFalse();
            assertThat(it.connection().signals().remoteAddress(1).address()).isEqualTo(THIRD);

            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(3)));
            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, other, 0)));

            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destination()).isEqualTo(other);
        }
    }

    @Test
    void anotherPortUnderAKnownIdIsOneMoreWay() {
        // RFC 6824 3.4.1
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, THIRD, 0)));
            it.script.awaitSyn();

            it.first.inject(it.first.segment().option(it.mptcp.addAddrVersion0(3, THIRD, 8080)));

            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destinationPort())
                    .isEqualTo(8080);
        }
    }

    @Test
    void anAbortIsAnAckWithTheKeyAndRstsWithoutOptions() {
        // RFC 6824 3.5 has no MP_FASTCLOSE on a RST; RFC 8684 3.5 has brought that.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            ScriptedFlow second = it.join(41_000, 5);
            it.script.abort();

            assertThat(it.first.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_FASTCLOSE))
                    .isEqualTo(Option.written(into -> MpFastclose.write(into, 0, ScriptedMptcp.PEER_KEY)));
            Segment reset = second.next();
            assertThat(reset.has(TcpFlags.RST)).isTrue();
            assertThat(reset.option(Option.MPTCP)).isNull();

            it.script.advance(Duration.ofMinutes(1));
            List<Segment> sent = take(it.first);
            assertThat(sent).hasSize(3 + 1);
            assertThat(sent.subList(0, 3))
                    .allMatch(segment ->
                            segment.mptcpOption(MptcpSubtype.MP_FASTCLOSE) != null && !segment.has(TcpFlags.RST));
            assertThat(sent.get(3).has(TcpFlags.RST)).isTrue();
            assertThat(sent.get(3).option(Option.MPTCP)).isNull();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void theFastcloseOfThePeerIsAnsweredByARst() {
        // RFC 6824 3.5
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.fastclose(7)));
            it.first.expectNothing();

            it.first.inject(it.first.segment().option(it.mptcp.fastclose()));

            Segment reset = it.first.next();
            assertThat(reset.has(TcpFlags.RST)).isTrue();
            assertThat(reset.option(Option.MPTCP)).isNull();
            assertThat(second.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void aBackupOfAJoinGoesBothWays() {
        // RFC 6824 3.2: flag B of MP_JOIN asks the other end to send only when there is no other subflow.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            it.join(41_000, 5, true);
            assertThat(it.connection().subflow(1).isBackup()).isTrue();
            assertThat(it.connection().subflow(0).isBackup()).isFalse();
        }
    }

    @Test
    void aRemovedAddressLosesItsSubflowsAndAnUnknownIdNone() {
        // RFC 6824 3.4.2
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(9)));
            second.expectNothing();

            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(9, 5)));

            assertThat(second.next().has(TcpFlags.FIN | TcpFlags.RST)).isTrue();
            assertThat(it.connection().subflow(0).isActive()).isTrue();
        }
    }

    @Test
    void alteredOctetsBesideAnotherSubflowDrawARstWithMpFailAlone() {
        // RFC 6824 3.6: 64 bits of the data sequence number, whatever the DSS had; MP_TCPRST is of version 1.
        byte[] octets = new byte[100];
        ConnectionSettings summed = V0.toBuilder().checksums(true).build();
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(summed)) {
            it.first.inject(it.first.segment().option(it.mptcp.keys()));
            it.first.inject(it.first.segment().payload(octets).option(it.mptcp.summedMapping(0, 1, octets)));
            it.settle();
            assertThat(it.script.read()).hasSize(100);
            it.settle();
            ScriptedFlow second = it.join(41_000, 5);

            second.inject(second.segment().payload(octets).option(it.mptcp.wrongMapping(100, 1, octets)));

            Segment reset = second.next();
            assertThat(it.mptcp.failedPosition(reset)).isEqualTo(100);
            assertThat(reset.mptcpOption(MptcpSubtype.MP_TCPRST)).isNull();
            it.first.inject(it.first.segment().payload(octets).option(it.mptcp.summedMapping(100, 101, octets)));
            assertThat(it.script.read()).hasSize(100);
        }
    }

    @Test
    void aWrongHmacInTheSynAckIsAnsweredByARst() {
        // RFC 6824 3.2: so is a SYN/ACK without MP_JOIN.
        for (boolean present : new boolean[] {true, false}) {
            try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
                it.script.addAddress("10.0.0.3/24", 3);
                ScriptedFlow flow = it.script.awaitSyn();
                Segment syn = flow.expect(TcpFlags.SYN);
                Segment answer = flow.segment().with(TcpFlags.SYN);
                if (present) {
                    answer.option(Option.written(into -> MpJoin.writeSynAck(into, 0, false, 0, 7, 9)));
                }
                flow.inject(answer);

                assertThat(it.mptcp.join(syn).addressId()).isEqualTo(3);
                assertThat(flow.next().has(TcpFlags.RST)).isTrue();
                assertThat(it.connection().subflowCount()).isEqualTo(1);
            }
        }
    }

    @Test
    void theThirdAckProvesByTheWholeHmacAndIsRepeatedUntilTheFourth() {
        // RFC 6824 3.2: 20 octets of HMAC-SHA1 of our nonce before the peer's, under our key before the peer's.
        try (ScriptedConnection it = ScriptedConnection.fromStack(V0)) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment()
                    .with(TcpFlags.SYN)
                    .option(it.mptcp.joinSynAck(syn, false, 0, ScriptedConnection.NONCE)));

            assertThat(it.mptcp.isGenuineThirdAck(syn, flow.expect(TcpFlags.ACK), ScriptedConnection.NONCE))
                    .isTrue();
            it.script.advance(Duration.ofSeconds(2));
            assertThat(take(flow))
                    .isNotEmpty()
                    .allMatch(segment -> it.mptcp.join(segment).isAck());
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.PRE_ESTABLISHED);
            flow.inject(flow.segment());
            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
        }
    }

    @Test
    void aChecksumThatWasNotAgreedOnIsIgnored() {
        // RFC 6824 3.3; version 1 resets the subflow (RFC 8684 3.3).
        try (ScriptedConnection it = ScriptedConnection.fromPeer(V0)) {
            it.first.injectOctets(50, it.mptcp.mappingWithChecksum(100, 101, 50));

            assertThat(it.script.read()).hasSize(50);
        }
    }
}
