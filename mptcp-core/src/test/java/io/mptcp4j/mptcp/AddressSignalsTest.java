package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ADD_ADDR and REMOVE_ADDR (RFC 8684 3.4), both ways. */
class AddressSignalsTest {
    private static final IpAddress OTHER = IpAddress.parse("10.0.0.22");

    // ---- the stack announces

    @Test
    void theListenerAnnouncesItsOtherAddressesOnPureAcks() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);

            List<AddAddr> announced = addAddrs(it, take(it.first));
            assertThat(announced).hasSize(1);
            assertThat(announced.get(0).addressId()).isEqualTo(3);
            assertThat(announced.get(0).address()).isEqualTo(IpAddress.parse("10.0.0.3"));
            assertThat(announced.get(0).isEcho()).isFalse();
            assertThat(it.mptcp.isGenuineAddAddr(announced.get(0))).isTrue();
        }
    }

    @Test
    void theAddressOfTheFirstSubflowComesFirstWhateverIsHeardBefore() {
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            it.mptcp.learnThirdAck(it.first.expect(TcpFlags.ACK));

            it.first.inject(it.first.segment().option(it.mptcp.addAddr(2, OTHER, 0)));

            AddressSignals signals = it.connection().signals();
            assertThat(signals.remoteAddressCount()).isEqualTo(2);
            assertThat(signals.remoteAddress(0).id()).isZero();
            assertThat(signals.remoteAddress(1).address()).isEqualTo(OTHER);
        }
    }

    @Test
    void withoutAnEchoAnAnnouncementIsRepeatedThreeTimes() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.advance(Duration.ofMinutes(5));

            assertThat(addAddrs(it, take(it.first))).hasSize(1 + 3);
        }
    }

    @Test
    void anAnnouncementWithoutAnEchoDoesNotKeepTheNextBack() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.addAddress("10.0.0.4/24", 4);
            it.script.advance(Duration.ofMinutes(5));

            assertThat(addAddrs(it, take(it.first)))
                    .extracting(AddAddr::addressId)
                    .containsExactly(3, 4, 3, 4, 3, 4, 3, 4);
        }
    }

    @Test
    void anEchoEndsTheRepeating() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(3, IpAddress.parse("10.0.0.3"))));
            it.script.advance(Duration.ofMinutes(5));

            assertThat(addAddrs(it, take(it.first))).isEmpty();
        }
    }

    @Test
    void anAnnouncementWaitsForTheEchoOfTheOneBefore() {
        // RFC 8684 3.4.1: not more than two duplicate ACKs in a row for signaling; and Linux drops the second.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            for (int id = 3; id <= 5; id++) {
                it.script.addAddress("10.0.0." + id + "/24", id);
            }
            assertThat(addAddrs(it, take(it.first)))
                    .extracting(AddAddr::addressId)
                    .containsExactly(3);

            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(3, IpAddress.parse("10.0.0.3"))));
            assertThat(addAddrs(it, take(it.first)))
                    .extracting(AddAddr::addressId)
                    .containsExactly(4);

            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(4, IpAddress.parse("10.0.0.4"))));
            assertThat(addAddrs(it, take(it.first)))
                    .extracting(AddAddr::addressId)
                    .containsExactly(5);
        }
    }

    @Test
    void anAddressThatIsGoneIsTakenBack() {
        // RFC 8684 3.4.2: what was announced and is no longer valid SHOULD be removed.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            take(it.first);
            it.script.removeAddress("10.0.0.3");

            List<Segment> sent = take(it.first);
            assertThat(removed(sent)).containsExactly(3);
            it.script.advance(Duration.ofMinutes(1));
            assertThat(addAddrs(it, take(it.first))).isEmpty();
        }
    }

    @Test
    void anAddressThatComesBackIsAnnouncedAgain() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.removeAddress("10.0.0.3");
            take(it.first);

            it.script.addAddress("10.0.0.3/24", 3);

            assertThat(addAddrs(it, take(it.first))).hasSize(1);
        }
    }

    @Test
    void anAddressThatIsBackBeforeAnybodyHeardIsNotTakenBack() {
        // The only subflow is gone with the address, so that nothing could be told.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.removeAddress("10.0.0.1");
            assertThat(it.connection().subflowCount()).isZero();

            it.script.addAddress("10.0.0.1/24", 1);
            it.script.advance(Duration.ofSeconds(2));
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(it.mptcp.join(syn).addressId()).isZero();
            flow.inject(flow.segment()
                    .with(TcpFlags.SYN)
                    .option(it.mptcp.joinSynAck(syn, false, 0, ScriptedConnection.NONCE)));
            flow.inject(flow.segment().option(it.mptcp.dataAck(10)));

            assertThat(removed(take(flow))).isEmpty();
        }
    }

    @Test
    void anIdIsTakenBackBeforeAnotherAddressHasIt() {
        // RFC 8684 3.4.1: a host wishing to replace an existing Address ID MUST first remove the existing one.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.addAddress("10.0.0.3/24", 3);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(3, IpAddress.parse("10.0.0.3"))));

            it.script.stack().removeAddress(IpAddress.parse("10.0.0.3"), it.script.now());
            it.script.addAddress("10.0.0.4/24", 3);

            List<Segment> sent = take(it.first);
            assertThat(removed(sent)).containsExactly(3);
            assertThat(addAddrs(it, sent)).hasSize(1);
            assertThat(addAddrs(it, sent).get(0).address()).isEqualTo(IpAddress.parse("10.0.0.4"));
            assertThat(addAddrs(it, sent).get(0).addressId()).isNotEqualTo(3);
        }
    }

    @Test
    void aJoinDoesNotTakeTheIdOfAnAddressThatIsStillToBeTakenBack() {
        // RFC 8684 3.4.1; else the REMOVE_ADDR that waits would end the new subflow.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.answerJoin(0);
            take(it.first);

            it.script.stack().removeAddress(IpAddress.parse("10.0.0.3"), it.script.now());
            it.script.addAddress("10.0.0.4/24", 3);

            assertThat(removed(take(it.first))).containsExactly(3);
            Segment syn = it.script.awaitSyn().expect(TcpFlags.SYN);
            assertThat(syn.source()).isEqualTo(IpAddress.parse("10.0.0.4"));
            assertThat(it.mptcp.join(syn).addressId()).isNotEqualTo(3);
        }
    }

    @Test
    void theAddressOfAJoinIsTakenBackToo() {
        // RFC 8684 3.4.2: the peer knows it by the address id of MP_JOIN.
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.answerJoin(0);
            take(it.first);

            it.script.removeAddress("10.0.0.3");

            assertThat(removed(take(it.first))).containsExactly(3);
        }
    }

    @Test
    void addressesThatGoTogetherAreTakenBackByOneOption() {
        // RFC 8684 3.4.2: REMOVE_ADDR has a list of address IDs.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            for (int id = 3; id <= 5; id++) {
                it.script.addAddress("10.0.0." + id + "/24", id);
                take(it.first);
                it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(id, IpAddress.parse("10.0.0." + id))));
            }
            take(it.first);

            for (int id = 3; id <= 5; id++) {
                it.script.stack().removeAddress(IpAddress.parse("10.0.0." + id), it.script.now());
            }
            it.script.advance(Duration.ofMillis(1));

            List<Segment> sent = take(it.first);
            assertThat(removed(sent)).containsExactlyInAnyOrder(3, 4, 5);
            assertThat(sent).hasSize(1);
            assertThat(it.script.stack().counters().get(Counter.REMOVE_ADDR_TX)).isEqualTo(1);
        }
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsCounted() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            OutgoingSignals signals = it.connection().outgoing();
            for (int i = 0; i < OutgoingSignals.MAXIMUM_WAITING; i++) {
                signals.announce(10 + i, OTHER, 1_000 + i);
            }
            signals.announce(60, OTHER, 0);
            signals.echo(61, true, OTHER, 0);
            signals.withdraw(62);

            assertThat(it.script.stack().counters().get(Counter.ADD_ADDR_TX_DROPPED))
                    .isEqualTo(1);
            assertThat(it.script.stack().counters().get(Counter.ECHO_ADD_TX_DROPPED))
                    .isEqualTo(1);
            assertThat(it.script.stack().counters().get(Counter.REMOVE_ADDR_TX_DROPPED))
                    .isEqualTo(1);
        }
    }

    @Test
    void duplicatesThatWereSentForASignalAreNoSignOfCongestion() {
        // RFC 8684 3, 3.4.1: not treated as indications of congestion, "with the exception of the DSS option". No SACK
        // here.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.write(8 * 508);
            assertThat(take(it.first)).hasSize(8);

            for (int id = 1; id <= 6; id++) {
                it.first.inject(
                        it.first.segment().ack(1).option(it.mptcp.addAddr(id, IpAddress.parse("10.0.1." + id), 0)));
            }
            assertThat(take(it.first)).allMatch(segment -> segment.payloadLength() == 0);
            assertThat(it.script.stack().counters().get(Counter.FAST_RECOVERIES))
                    .isZero();

            // While these are.
            for (int i = 0; i < 3; i++) {
                it.first.inject(it.first.segment().ack(1).option(it.mptcp.dataAck(0)));
            }
            assertThat(it.script.stack().counters().get(Counter.FAST_RECOVERIES))
                    .isEqualTo(1);
        }
    }

    // ---- the peer announces

    @Test
    void anAnnouncedAddressIsEchoedAndJoined() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));

            List<AddAddr> echoes = addAddrs(it, take(it.first));
            assertThat(echoes).hasSize(1);
            assertThat(echoes.get(0).isEcho()).isTrue();
            assertThat(echoes.get(0).hasHmac()).isFalse();
            assertThat(echoes.get(0).addressId()).isEqualTo(7);
            assertThat(echoes.get(0).address()).isEqualTo(OTHER);
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            assertThat(syn.destination()).isEqualTo(OTHER);
            // RFC 8684 3.4.1: without a port, that of the subflow on which it came.
            assertThat(syn.destinationPort()).isEqualTo(80);
        }
    }

    @Test
    void anAnnouncedPortIsJoined() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 8080)));

            AddAddr echo = addAddrs(it, take(it.first)).get(0);
            assertThat(echo.port()).isEqualTo(8080);
            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destinationPort())
                    .isEqualTo(8080);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.1.2.3", "224.0.0.1", "255.255.255.255", "::1", "::", "ff02::1"})
    void anAnnouncedAddressThatIsNoHostsIsEchoedAndNeverJoined(String address) {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, IpAddress.parse(address), 0)));

            assertThat(addAddrs(it, take(it.first))).hasSize(1);
            assertThat(it.script.hasSyn()).isFalse();
            // It takes no room among the addresses that are known either.
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));
            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destination()).isEqualTo(OTHER);
        }
    }

    @Test
    void anAnnouncementWithAWrongHmacIsIgnored() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.falseAddAddr(7, OTHER)));

            assertThat(addAddrs(it, take(it.first))).isEmpty();
            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    @Test
    void anAnnouncementThatComesAgainIsEchoedAgainAndJoinedOnce() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));

            assertThat(addAddrs(it, take(it.first))).hasSize(2);
            it.script.awaitSyn();
            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    @Test
    void theListenerEchoesButDoesNotJoin() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));

            assertThat(addAddrs(it, take(it.first))).hasSize(1);
            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    @Test
    void noMoreAddressesAreRememberedThanTheLimit() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            for (int id = 1; id <= 50; id++) {
                it.first.inject(it.first.segment().option(it.mptcp.addAddr(id, IpAddress.parse("10.0.1." + id), 0)));
            }

            assertThat(it.connection().signals().remoteAddressCount())
                    .isEqualTo(AddressSignals.MAXIMUM_REMOTE_ADDRESSES);
            assertThat(addAddrs(it, take(it.first))).hasSize(50);
        }
    }

    @Test
    void aRemovedAddressLosesItsSubflows() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(5)));

            assertThat(second.next().has(TcpFlags.FIN | TcpFlags.RST)).isTrue();
            assertThat(it.connection().subflow(0).isActive()).isTrue();
        }
    }

    @Test
    void eachAddressOfARemovalLosesItsSubflows() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            ScriptedFlow third = it.join(41_001, 6);
            ScriptedFlow fourth = it.join(41_002, 7);
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(5, 99, 7)));

            assertThat(second.next().has(TcpFlags.FIN | TcpFlags.RST)).isTrue();
            assertThat(fourth.next().has(TcpFlags.FIN | TcpFlags.RST)).isTrue();
            third.expectNothing();
            assertThat(it.connection().subflow(0).isActive()).isTrue();
        }
    }

    @Test
    void anAddressThatWasRemovedIsNotJoinedAgain() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));
            ScriptedFlow flow = it.script.awaitSyn();
            flow.expect(TcpFlags.SYN);

            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(7)));
            it.script.advance(Duration.ofMinutes(3));

            assertThat(it.connection().subflowCount()).isEqualTo(1);
            assertThat(it.script.hasSyn()).isFalse();
        }
    }

    @Test
    void unknownIdsInARemovalAreIgnored() {
        // RFC 8684 3.4.2
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(9, 10, 11)));

            it.first.expectNothing();
            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    @Test
    void aRemovedSubflowWhosePathIsDeadDoesNotStayForEver() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(5)));

            it.script.advance(Duration.ofSeconds(90));

            assertThat(it.connection().subflowCount()).isEqualTo(1);
        }
    }

    private static List<AddAddr> addAddrs(ScriptedConnection it, List<Segment> segments) {
        List<AddAddr> found = new ArrayList<>();
        for (Segment segment : segments) {
            AddAddr view = it.mptcp.addAddr(segment);
            if (view != null) {
                assertThat(segment.payloadLength()).isZero();
                found.add(view);
            }
        }
        return found;
    }

    private static List<Integer> removed(List<Segment> segments) {
        List<Integer> ids = new ArrayList<>();
        for (Segment segment : segments) {
            Option option = segment.mptcpOption(MptcpSubtype.REMOVE_ADDR);
            for (int i = 1; option != null && i < option.data().length; i++) {
                ids.add(option.data()[i] & 0xff);
            }
        }
        return ids;
    }
}
