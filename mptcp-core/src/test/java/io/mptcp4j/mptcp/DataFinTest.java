package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.ScriptedMptcp;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.Dss;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ends of a connection: DATA_FIN both ways (RFC 8684 3.3.3, appendix D), MP_FASTCLOSE (3.5), RSTs (3.6). */
class DataFinTest {
    // ---- DATA_FIN

    @Test
    void theDataFinIsAMappingOfOneWithoutASubflowNumber() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.finish();

            Segment fin = it.first.expect(TcpFlags.ACK);
            Dss dss = it.mptcp.dss(fin);
            assertThat(dss.isDataFin()).isTrue();
            assertThat(dss.ssn()).isZero();
            assertThat(dss.dataLength()).isEqualTo(1);
            assertThat(it.mptcp.mappedPosition(fin)).isZero();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.FIN_WAIT_1);
        }
    }

    @Test
    void weCloseFirst() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.finish();
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(1)));
            assertThat(it.connection().state()).isEqualTo(ConnectionState.FIN_WAIT_2);
            it.first.expectNothing();

            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 1)));

            // RFC 8684 3.3.3: DATA_ACKed, and every subflow is closed by FIN.
            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
            List<Segment> sent = take(it.first);
            assertThat(it.mptcp.acknowledgedPosition(sent.get(0))).isEqualTo(101);
            assertThat(sent.get(sent.size() - 1).has(TcpFlags.FIN)).isTrue();
        }
    }

    @Test
    void thePeerClosesFirst() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 0)));
            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSE_WAIT);
            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(101);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();

            it.script.write(10);
            it.script.finish();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.LAST_ACK);
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(11)));

            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
            assertThat(take(it.first)).anyMatch(segment -> segment.has(TcpFlags.FIN));
        }
    }

    @Test
    void bothCloseAtOnce() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.finish();
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 0)));
            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSING);

            it.first.inject(it.first.segment().option(it.mptcp.dataAck(1)));

            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
        }
    }

    @Test
    void aLostDataFinComesAgain() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.finish();
            take(it.first);

            it.script.advance(Duration.ofSeconds(2));

            assertThat(take(it.first))
                    .isNotEmpty()
                    .allMatch(segment -> it.mptcp.dss(segment).isDataFin());
        }
    }

    @Test
    void aDataFinThatComesAgainIsAcknowledgedAgain() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 0)));
            take(it.first);

            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 0)));

            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(101);
        }
    }

    @Test
    void aDataFinThatComesAgainAfterTheEndIsAcknowledgedAgain() {
        // RFC 8684 3.3.3: the TIME-WAIT of the subflows is the connection's.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.script.finish();
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(1)));
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 1)));
            take(it.first);
            it.first.inject(it.first.segment().with(TcpFlags.FIN));
            take(it.first);

            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 1)));

            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(101);
        }
    }

    @Test
    void aDataFinMayComeOnTheLastOctets() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(10, it.mptcp.mappingAndFin(100, 101, 10));

            assertThat(it.mptcp.acknowledgedPosition(it.first.expect(TcpFlags.ACK)))
                    .isEqualTo(111);
            assertThat(it.script.read()).hasSize(10);
            assertThat(it.connection().receiveStream().isEnd()).isTrue();
        }
    }

    @Test
    void aDataFinBeforeItsOctetsIsNotAcknowledgedYet() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(150, 0)));
            it.settle();
            assertThat(it.connection().state()).isEqualTo(ConnectionState.ESTABLISHED);

            it.first.injectOctets(50, it.mptcp.mapping(100, 101, 50));

            assertThat(it.connection().state()).isEqualTo(ConnectionState.CLOSE_WAIT);
            List<Segment> acks = take(it.first);
            assertThat(it.mptcp.acknowledgedPosition(acks.get(acks.size() - 1))).isEqualTo(151);
        }
    }

    @Test
    void aDataFinWaitsForTheLastOctetToBeSent() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            // The peer's window of 65535 octets is full first.
            it.script.write(100_000);
            it.script.finish();

            assertThat(take(it.first))
                    .noneMatch(segment -> it.mptcp.dss(segment).isDataFin());
        }
    }

    // ---- FIN of a subflow

    @Test
    void aFinEndsItsSubflowAlone() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));

            List<Segment> sent = take(it.first);
            assertThat(sent.get(sent.size() - 1).has(TcpFlags.FIN)).isTrue();
            it.first.inject(it.first.segment());
            assertThat(it.connection().subflowCount()).isEqualTo(1);
            second.inject(second.segment().payload(new byte[10]).option(it.mptcp.mapping(100, 1, 10)));
            assertThat(it.script.read()).hasSize(10);
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void withoutAnySubflowTheConnectionWaitsForAnother() {
        // RFC 8684 3.3.3: break before make; closed only after a timeout.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));
            take(it.first);
            it.first.inject(it.first.segment());
            assertThat(it.connection().subflowCount()).isZero();

            it.script.advance(Duration.ofSeconds(20));
            ScriptedFlow second = it.join(41_000, 5);
            second.inject(second.segment().payload(new byte[10]).option(it.mptcp.mapping(100, 1, 10)));

            assertThat(it.script.read()).hasSize(10);
            it.script.advance(Duration.ofMinutes(2));
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void withoutAnySubflowTheConnectionEndsAtLast() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));
            take(it.first);
            it.first.inject(it.first.segment());

            it.script.advance(Duration.ofSeconds(31));

            assertThat(it.script.cause()).isEqualTo(CloseCause.TIMED_OUT);
        }
    }

    @Test
    void aJoinThatIsUnderWayWhenTheConnectionEndsLeavesNothingBehind() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            it.script.awaitSyn().expect(TcpFlags.SYN);
            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(10)));
            take(it.first);
            it.first.inject(it.first.segment());

            it.script.advance(Duration.ofMinutes(5));

            assertThat(it.script.cause()).isNotNull();
            assertThat(it.connection().subflowCount()).isZero();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void aJoinUnderWayEndsWithAConnectionThatIsStranded() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));
            take(it.first);
            it.first.inject(it.first.segment());
            it.script.advance(Duration.ofSeconds(29));
            ScriptedFlow second = it.script.peer(ScriptedConnection.SECOND, 41_000, SegmentScript.STACK);
            second.inject(
                    second.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, ScriptedConnection.NONCE)));

            it.script.advance(Duration.ofSeconds(2));

            assertThat(it.script.cause()).isEqualTo(CloseCause.TIMED_OUT);
            assertThat(it.connection().subflowCount()).isZero();
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void afterTheDataFinAFinOfThePeerLeavesUsTheSubflowForOurOctets() {
        // RFC 8684 appendix D: a peer in M_FIN_WAIT_1 closes all subflows when its DATA_FIN is acknowledged; its FINs
        // end its own direction.
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.dataFin(100, 0)));
            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));
            take(it.first);

            it.script.write(10);
            Segment octets = it.first.expect(TcpFlags.ACK);
            assertThat(octets.payloadLength()).isEqualTo(10);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(10)));
            it.script.finish();
            take(it.first);
            it.first.inject(it.first.segment().option(it.mptcp.dataAck(11)));

            assertThat(it.first.expect(TcpFlags.FIN | TcpFlags.ACK).seq()).isEqualTo(11);
            assertThat(it.script.cause()).isEqualTo(CloseCause.NORMAL);
        }
    }

    // ---- MP_FASTCLOSE

    @Test
    void anAbortTellsEverySubflowByRst() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            it.script.abort();

            for (ScriptedFlow flow : List.of(it.first, second)) {
                Segment reset = flow.expect(TcpFlags.RST | TcpFlags.ACK);
                // RFC 8684 3.5, option R: the peer's own key.
                assertThat(ByteBuffer.wrap(reset.mptcpOption(MptcpSubtype.MP_FASTCLOSE)
                                        .data())
                                .getLong(2))
                        .isEqualTo(ScriptedMptcp.PEER_KEY);
            }
            assertThat(it.script.cause()).isEqualTo(CloseCause.ABORTED);
            assertThat(it.script.stack().connectionCount()).isZero();
        }
    }

    @Test
    void aFastcloseOnAnAckIsAnsweredByRstOnEverySubflow() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            second.inject(second.segment().option(it.mptcp.fastclose()));

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
            assertThat(second.next().has(TcpFlags.RST)).isTrue();
            assertThat(it.script.cause()).isEqualTo(CloseCause.RESET);
        }
    }

    @Test
    void aFastcloseOnARstEndsTheOtherSubflowsToo() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            second.inject(second.segment().with(TcpFlags.RST).option(it.mptcp.fastclose()));

            assertThat(it.first.next().has(TcpFlags.RST)).isTrue();
            second.expectNothing();
            assertThat(it.script.cause()).isEqualTo(CloseCause.RESET);
        }
    }

    @Test
    void aFastcloseWithAForeignKeyIsIgnored() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first.segment().option(it.mptcp.fastclose(7)));

            it.first.expectNothing();
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void aRstWithAForeignKeyEndsItsSubflowAlone() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);

            second.inject(second.segment().with(TcpFlags.RST).option(it.mptcp.fastclose(7)));

            it.first.expectNothing();
            assertThat(it.connection().subflowCount()).isEqualTo(1);
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void aFastcloseOutsideTheWindowDrawsAChallenge() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.inject(it.first
                    .segment()
                    .seq(it.first.peerNxt() + 50)
                    .with(TcpFlags.RST)
                    .option(it.mptcp.fastclose()));

            it.first.expect(TcpFlags.ACK);
            assertThat(it.script.cause()).isNull();
        }
    }

    // ---- plain TCP

    @Test
    void aFinThatNobodyAcknowledgedIsNoOrderlyEnd() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(ConnectionSettings.DEFAULT)) {
            it.first.inject(it.first.segment());
            it.first.inject(it.first.segment().with(TcpFlags.FIN));
            it.script.write(10);
            it.script.finish();
            take(it.first);

            it.script.removeAddress("10.0.0.1");

            assertThat(it.script.cause()).isNotNull().isNotEqualTo(CloseCause.NORMAL);
        }
    }

    // ---- RST of the last subflow

    @Test
    void anEarlierRstOfAnotherSubflowDoesNotMakeALaterFinAReset() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            second.inject(second.segment().with(TcpFlags.RST));
            it.script.advance(Duration.ofMinutes(1));

            it.first.inject(it.first.segment().with(TcpFlags.FIN).option(it.mptcp.dataAck(0)));
            take(it.first);
            it.first.inject(it.first.segment());

            assertThat(it.connection().subflowCount()).isZero();
            assertThat(it.script.cause()).isNull();
        }
    }

    @Test
    void closingWithOctetsUnreadIsAnAbort() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(10, it.mptcp.mapping(100, 101, 10));
            take(it.first);

            it.script.close(it.connection());

            Segment reset = it.first.expect(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.mptcpOption(MptcpSubtype.MP_FASTCLOSE)).isNotNull();
        }
    }

    @Test
    void aChecksumThatWasNotNegotiatedResetsTheSubflow() {
        // RFC 8684 3.3
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.first.injectOctets(10, it.mptcp.mappingWithChecksum(100, 101, 10));

            assertThat(ScriptedConnection.reasonOf(it.first.next())).isEqualTo(MpTcprst.MPTCP_SPECIFIC);
        }
    }
}
