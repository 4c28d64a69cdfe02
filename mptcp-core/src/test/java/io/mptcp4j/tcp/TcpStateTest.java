package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Every transition of RFC 9293 3.3.2, figure 5, from CLOSED on. */
class TcpStateTest {
    private static final int ACK = TcpFlags.ACK;
    private static final int FIN_ACK = TcpFlags.FIN | ACK;
    private static final int SYN = TcpFlags.SYN;

    @Test
    void aNewConnectionIsClosed() {
        TcpHarness tcp = new TcpHarness(PLAIN);

        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.connection.hasPending()).isFalse();
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void isOpenedOnlyOnce() {
        TcpHarness tcp = TcpHarness.established();

        assertThatThrownBy(() -> tcp.connection.open(tcp.now)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void synSentClosedByUserSaysNothing() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        tcp.connection.close(tcp.now);

        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("closed");
    }

    @Test
    void synReceivedClosedByUserSendsFinOnceEstablished() {
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);
        tcp.sent();

        tcp.connection.close(tcp.now);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);

        tcp.acks(1);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_1);
        assertThat(tcp.turn()).containsExactly("F 1 ack 1");
    }

    @Test
    void synReceivedRepeatsItsSynAckAndGivesUp() {
        TcpHarness tcp =
                TcpHarness.synReceived(PLAIN.toBuilder().synAckRetries(1).build());
        tcp.sent();

        assertThat(tcp.pass(1_000 * MS)).containsExactly("S 0 ack 1");
        assertThat(tcp.pass(2_000 * MS)).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("timed out", "closed");
    }

    @Test
    void synReceivedRepeatsItsSynAckWhenTheSynComesAgain() {
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);

        tcp.arrives(tcp.peer(SYN, 0, 0).mss(1460));

        assertThat(tcp.turn()).containsExactly("S 0 ack 1");
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);
    }

    @Test
    void synReceivedRefusesAWrongAcknowledgment() {
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);

        tcp.acks(2);

        assertThat(tcp.turn()).containsExactly("R 2");
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);
    }

    @Test
    void theThirdAckMayCarryOctetsAndFin() {
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);

        tcp.arrives(tcp.peer(FIN_ACK, 1, 1).octets(10));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(tcp.upper.takeEvents()).containsExactly("established", "octets 1:11", "fin 11");
        assertThat(tcp.turn()).containsExactly(". 1 ack 12");
    }

    @Test
    void establishedToFinWait1ToFinWait2ToTimeWaitToClosed() {
        TcpHarness tcp = TcpHarness.established();

        tcp.connection.close(tcp.now);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_1);
        assertThat(tcp.turn()).containsExactly("F 1 ack 1");

        tcp.acks(2);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_2);

        tcp.arrives(tcp.peer(FIN_ACK, 1, 2));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(tcp.turn()).containsExactly(". 2 ack 2");

        tcp.pass(59_999 * MS);
        assertThat(tcp.connection.isTimeWait()).isTrue();
        assertThat(tcp.upper.takeEvents()).containsExactly("acked", "fin 1");
        tcp.pass(MS);
        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.upper.takeEvents()).containsExactly("closed");
    }

    @Test
    void finWait1ToTimeWaitWhenTheFinAcknowledgesOurs() {
        TcpHarness tcp = TcpHarness.finWait1();

        tcp.arrives(tcp.peer(FIN_ACK, 1, 2));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(tcp.turn()).containsExactly(". 2 ack 2");
    }

    @Test
    void simultaneousCloseGoesThroughClosing() {
        TcpHarness tcp = TcpHarness.finWait1();

        tcp.arrives(tcp.peer(FIN_ACK, 1, 1));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.CLOSING);
        assertThat(tcp.turn()).containsExactly(". 2 ack 2");

        tcp.arrives(tcp.peer(ACK, 2, 2));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void simultaneousCloseBeforeOurFinHasLeft() {
        TcpHarness tcp = TcpHarness.established();

        tcp.connection.close(tcp.now);
        tcp.arrives(tcp.peer(FIN_ACK, 1, 1));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.CLOSING);
        assertThat(tcp.turn()).containsExactly("F 1 ack 2");
    }

    @Test
    void establishedToCloseWaitToLastAckToClosed() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(FIN_ACK, 1, 1));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(tcp.turn()).containsExactly(". 1 ack 2");

        tcp.connection.close(tcp.now);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.LAST_ACK);
        assertThat(tcp.turn()).containsExactly("F 1 ack 2");

        tcp.arrives(tcp.peer(ACK, 2, 2));
        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.upper.takeEvents()).containsExactly("fin 1", "acked", "closed");
    }

    @Test
    void theOtherDirectionGoesOnAfterAHalfClose() {
        TcpHarness tcp = TcpHarness.finWait2();

        tcp.arrives(tcp.peer(ACK, 1, 2).octets(500));
        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:501");
        assertThat(tcp.turn()).containsExactly(". 2 ack 501");

        TcpHarness other = TcpHarness.closeWait();
        assertThat(other.write(500)).isEqualTo(500);
        assertThat(other.sent()).containsExactly("P 1:501 ack 2");
    }

    @Test
    void nothingIsTransmittedAfterClose() {
        TcpHarness tcp = TcpHarness.finWait1();

        assertThat(tcp.write(10)).isZero();
        assertThat(tcp.connection.sendRoom()).isZero();
    }

    @Test
    void aFinThatArrivesEarlyWaitsForTheOctetsBefore() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(FIN_ACK, 101, 1).octets(100));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 sack 101-201");

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(tcp.upper.takeEvents()).containsExactly("octets 101:201", "octets 1:101", "fin 201");
        assertThat(tcp.turn()).containsExactly(". 1 ack 202");
    }

    @Test
    void aRepeatedFinRestartsTimeWait() {
        TcpHarness tcp = TcpHarness.timeWait();
        tcp.pass(50_000 * MS);

        tcp.arrives(tcp.peer(FIN_ACK, 1, 2));
        assertThat(tcp.turn()).containsExactly(". 2 ack 2 sack 1-2");
        tcp.pass(59_000 * MS);
        assertThat(tcp.connection.isTimeWait()).isTrue();
        tcp.pass(1_000 * MS);
        assertThat(tcp.connection.isClosed()).isTrue();
    }

    @Test
    void finWait2EndsWhenNobodyReadsAndThePeerNeverCloses() {
        TcpHarness tcp = TcpHarness.finWait2();
        tcp.pass(3_600_000 * MS);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_2);

        tcp.connection.closeReceive(tcp.now);
        tcp.pass(60_000 * MS);

        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.upper.takeEvents()).containsExactly("closed");
    }

    @Test
    void aLostFinIsRepeated() {
        TcpHarness tcp = TcpHarness.finWait1();

        assertThat(tcp.pass(210 * MS)).containsExactly("F 1 ack 1");
        tcp.acks(2);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_2);
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void abortSendsRstFromSynchronizedStates() {
        for (TcpHarness tcp : new TcpHarness[] {
            TcpHarness.established(), TcpHarness.closeWait(), TcpHarness.finWait1(), TcpHarness.finWait2()
        }) {
            tcp.connection.reset(tcp.now);
            assertThat(tcp.connection.hasPending()).isTrue();
            assertThat(tcp.turn()).hasSize(1).allMatch(segment -> segment.startsWith("R "));
            assertThat(tcp.connection.isClosed()).isTrue();
            assertThat(tcp.upper.takeEvents()).containsExactly("closed");
        }
    }

    @Test
    void abortIsSilentWhereTheStandardSaysSo() {
        for (TcpHarness tcp : new TcpHarness[] {TcpHarness.closing(), TcpHarness.lastAck(), TcpHarness.timeWait()}) {
            tcp.connection.reset(tcp.now);
            assertThat(tcp.turn()).isEmpty();
            assertThat(tcp.connection.isClosed()).isTrue();
            assertThat(tcp.upper.takeEvents()).containsExactly("closed");
        }
    }

    @Test
    void abandonClosesAtOnceWithoutAWord() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(100);
        tcp.sent();

        tcp.connection.abandon(tcp.now);

        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("closed");
        assertThat(tcp.connection.hasOutstanding()).isFalse();
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void segmentsAreIgnoredOnceAResetIsDue() {
        TcpHarness tcp = TcpHarness.established();
        tcp.connection.reset(tcp.now);

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10));

        assertThat(tcp.upper.takeEvents()).isEmpty();
    }

    @Test
    void keepAliveLeavesOctetsOnTheirWayToTheRetransmissionTimer() {
        // RFC 9293 3.8.4 (MUST-26): only when no octets are outstanding.
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder()
                .keepAlive(true)
                .keepAliveIdle(Duration.ofSeconds(5))
                .keepAliveInterval(Duration.ofSeconds(5))
                .keepAliveProbes(2)
                .build());
        tcp.write(100);
        tcp.turn();

        for (int seconds = 0; seconds < 30; seconds++) {
            assertThat(tcp.pass(1_000 * MS)).allMatch(segment -> segment.startsWith("P 1:101"));
        }

        assertThat(tcp.connection.isClosed()).isFalse();
    }

    @Test
    void nobodyIsProbedUnlessAskedForAndThenNotBeforeTwoHours() {
        // RFC 9293 3.8.4 (MUST-25, MUST-28).
        TcpHarness tcp = TcpHarness.established();
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(TcpSettings.DEFAULT.keepAlive()).isFalse();
        assertThat(TcpSettings.DEFAULT.keepAliveIdleNanos()).isGreaterThanOrEqualTo(7_200_000L * MS);
    }

    @Test
    void aFinThatWouldStandBeforeOctetsThatAreHereIsNotBelieved() {
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(ACK, 101, 1).octets(100));
        tcp.arrives(tcp.peer(FIN_ACK, 51, 1).octets(10));

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(201);
    }

    @Test
    void octetsBehindAFinDoNotExist() {
        // RFC 9293 3.10.7.4, seventh: CLOSE-WAIT and later.
        for (TcpHarness tcp : new TcpHarness[] {
            TcpHarness.closeWait(), TcpHarness.closing(), TcpHarness.lastAck(), TcpHarness.timeWait()
        }) {
            TcpState before = tcp.connection.state();

            tcp.arrives(tcp.peer(ACK, 2, 1).octets(10));

            assertThat(tcp.upper.takeEvents()).isEmpty();
            assertThat(tcp.connection.state()).isEqualTo(before);
            assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(2);
        }
    }

    @Test
    void timeWaitHasNoOtherTimer() {
        // RFC 9293 3.10.7.4, eighth.
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder()
                .keepAlive(true)
                .keepAliveIdle(Duration.ofSeconds(5))
                .build());
        tcp.connection.close(tcp.now);
        tcp.turn();
        tcp.arrives(tcp.peer(FIN_ACK, 1, 1));
        tcp.arrives(tcp.peer(ACK, 2, 2));
        tcp.turn();
        assertThat(tcp.connection.isTimeWait()).isTrue();

        assertThat(tcp.connection.nextDeadline()).isEqualTo(tcp.now + 60_000 * MS);
        tcp.pass(60_000 * MS - 1);
        assertThat(tcp.connection.isTimeWait()).isTrue();
    }

    @Test
    void keepAliveProbesAndGivesUp() {
        TcpHarness tcp = TcpHarness.established(
                PLAIN.toBuilder().keepAlive(true).keepAliveProbes(2).build());

        assertThat(tcp.pass(7_200_000 * MS - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(". 0 ack 1");
        tcp.acks(1);
        assertThat(tcp.pass(7_200_000 * MS)).containsExactly(". 0 ack 1");
        assertThat(tcp.pass(75_000 * MS)).containsExactly(". 0 ack 1");
        assertThat(tcp.pass(75_000 * MS)).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("timed out", "closed");
    }

    @Test
    void theUpperLayerMayDropOrResetTheHandshake() {
        TcpHarness dropped = TcpHarness.synReceived(PLAIN);
        dropped.sent();
        dropped.upper.verdict = Verdict.DROP;
        dropped.acks(1);
        assertThat(dropped.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(dropped.turn()).isEmpty();

        TcpHarness reset = TcpHarness.synReceived(PLAIN);
        reset.sent();
        reset.upper.verdict = Verdict.RESET;
        reset.acks(1);
        assertThat(reset.turn()).containsExactly("R 1 ack 1");
        assertThat(reset.upper.takeEvents()).containsExactly("closed");

        TcpHarness refused = new TcpHarness(PLAIN);
        refused.upper.verdict = Verdict.RESET;
        refused.accept(refused.peer(SYN, 0, 0).mss(1460));
        assertThat(refused.turn()).containsExactly("R " + -refused.iss + " ack 1");
        assertThat(refused.connection.isClosed()).isTrue();
    }

    @Test
    void theUpperLayerMayResetOnTheSynAck() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.upper.verdict = Verdict.RESET;

        tcp.peerSyn();

        assertThat(tcp.turn()).containsExactly("R 1 ack 1");
        assertThat(tcp.upper.takeEvents()).containsExactly("closed");
    }
}
