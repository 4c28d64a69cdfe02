package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Explicit congestion notification, rule by rule (RFC 3168 6.1). "tos 2" is ECT(0); E and W are ECE and CWR. */
class ExplicitCongestionTest {
    private static final int ACK = TcpFlags.ACK;
    private static final int ECE = TcpFlags.ECE;
    private static final int CWR = TcpFlags.CWR;
    private static final int SYN = TcpFlags.SYN;
    private static final int CE = 3;
    private static final TcpSettings OFFER =
            PLAIN.toBuilder().ecn(EcnMode.OFFER).build();
    private static final TcpSettings OFF = PLAIN.toBuilder().ecn(EcnMode.OFF).build();

    private static TcpHarness established() {
        TcpHarness tcp = TcpHarness.synSent(OFFER);
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(SYN | ACK | ECE, 0, 1).mss(MSS).sackPermitted());
        tcp.turn();
        tcp.sent();
        return tcp;
    }

    // ---- 6.1.1

    @Test
    void aSynAsksWithBothBitsInAPacketThatMayNotBeMarked() {
        TcpHarness tcp = new TcpHarness(OFFER);
        tcp.connection.open(tcp.now);
        assertThat(tcp.turn()).containsExactly("SEW 0");
    }

    @Test
    void byDefaultASynDoesNotAsk() {
        TcpHarness tcp = new TcpHarness(PLAIN);
        tcp.connection.open(tcp.now);
        assertThat(tcp.turn()).containsExactly("S 0");
    }

    @Test
    void aSynThatIsRepeatedDoesNotAsk() {
        // RFC 3168 6.1.1.1
        TcpHarness tcp = TcpHarness.synSent(OFFER);
        assertThat(tcp.pass(1_000 * MS)).containsExactly("S 0");
    }

    @Test
    void behindASynThatDidNotAskNothingMayBeMarkedButMarksAreEchoed() {
        // RFC 3168 6.1.1: the answer is to the first SYN, and the second did not ask.
        TcpHarness tcp = TcpHarness.synSent(OFFER);
        tcp.pass(1_000 * MS);
        tcp.arrives(tcp.peer(SYN | ACK | ECE, 0, 1).mss(MSS));
        tcp.turn();

        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1");
        tcp.arrives(tcp.peer(ACK, 1, 101).octets(100).trafficClass(CE));
        assertThat(tcp.turn()).containsExactly("E 101 ack 101");
    }

    @Test
    void norBehindAPeersSynThatDoesNotAskAnyMore() {
        // RFC 3168 6.1.1: it may have learnt that such SYNs are swallowed.
        TcpHarness tcp = new TcpHarness(PLAIN);
        tcp.accept(tcp.peer(SYN | ECE | CWR, 0, 0).mss(MSS));
        tcp.turn();
        tcp.arrives(tcp.peer(SYN, 0, 0).mss(MSS));
        assertThat(tcp.turn()).containsExactly("SE 0 ack 1");
        tcp.acks(1);

        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1");
    }

    @Test
    void aSynOfBothEndsAtOnceThatDoesNotAskMarksNothing() {
        // RFC 3168 6.1.1: by default ours does not.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.arrives(tcp.peer(SYN | ECE | CWR, 0, 0).mss(MSS));
        tcp.turn();
        tcp.arrives(tcp.peer(SYN | ACK | ECE, 0, 1).mss(MSS));
        tcp.turn();

        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1");
    }

    @Test
    void aSynThatAsksIsAnsweredByEce() {
        TcpHarness tcp = new TcpHarness(PLAIN);
        tcp.accept(tcp.peer(SYN | ECE | CWR, 0, 0).mss(MSS));
        assertThat(tcp.turn()).containsExactly("SE 0 ack 1");
        assertThat(tcp.pass(1_000 * MS)).containsExactly("SE 0 ack 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, ECE, CWR})
    void aSynWithLessThanBothBitsDoesNotAsk(int bits) {
        TcpHarness tcp = new TcpHarness(OFFER);
        tcp.accept(tcp.peer(SYN | bits, 0, 0).mss(MSS));
        assertThat(tcp.turn()).containsExactly("S 0 ack 1");
    }

    @Test
    void whoIsUnwillingDoesNotAnswerEce() {
        TcpHarness tcp = new TcpHarness(OFF);
        tcp.accept(tcp.peer(SYN | ECE | CWR, 0, 0).mss(MSS));
        assertThat(tcp.turn()).containsExactly("S 0 ack 1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, CWR, ECE | CWR})
    void onlyEceAloneOnTheSynAckAgrees(int bits) {
        // Both bits are a reflection by somebody who does not know them.
        TcpHarness tcp = TcpHarness.synSent(OFFER);
        tcp.arrives(tcp.peer(SYN | ACK | bits, 0, 1).mss(MSS));
        tcp.turn();
        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1");
        assertThat(tcp.counters.get(Counter.ECN_CONNECTIONS)).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "ACCEPT"})
    void eceOnASynAckThatNobodyAskedForMeansNothing(EcnMode mode) {
        TcpHarness tcp = TcpHarness.synSent(PLAIN.toBuilder().ecn(mode).build());
        tcp.arrives(tcp.peer(SYN | ACK | ECE, 0, 1).mss(MSS));
        tcp.turn();
        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1");
    }

    // ---- 6.1.2, the sender

    @Test
    void newOctetsMayBeMarkedAndNothingElse() {
        // RFC 3168 6.1.4, 6.1.5
        TcpHarness tcp = established();
        tcp.write(2 * MSS);
        assertThat(tcp.sent()).containsExactly(". 1:1461 ack 1 tos 2", "P 1461:2921 ack 1 tos 2");
        assertThat(tcp.pass(300 * MS)).isNotEmpty().noneMatch(segment -> segment.contains("tos"));
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 2921 ack 1");
        tcp.connection.sendProbe(tcp.now);
        assertThat(tcp.turn()).containsExactly(". 0 ack 1");
        tcp.acks(2921);
        tcp.connection.close(tcp.now);
        assertThat(tcp.turn()).containsExactly("F 2921 ack 1");
    }

    @Test
    void anEchoHalvesTheWindowOnceForEachWindowOfOctets() {
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();

        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS));
        long reduced = tcp.connection.congestion().window();
        assertThat(reduced).isLessThanOrEqualTo(7L * MSS);
        for (int i = 2; i <= 10; i++) {
            tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + i * MSS));
        }
        assertThat(tcp.counters.get(Counter.ECN_REDUCTIONS)).isEqualTo(1);
        assertThat(tcp.connection.congestion().window()).isGreaterThanOrEqualTo(reduced);

        tcp.write(3 * MSS);
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + 11 * MSS));
        assertThat(tcp.counters.get(Counter.ECN_REDUCTIONS)).isEqualTo(2);
        assertThat(tcp.counters.get(Counter.SEGMENTS_RETRANSMITTED)).isZero();
        assertThat(tcp.counters.get(Counter.DELIVERED_CE)).isEqualTo(11);
    }

    @Test
    void anAcknowledgmentWithAnEchoNeverMakesTheWindowLarger() {
        // RFC 3168 6.1.2: in slow start, behind the reduction, as before it.
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();

        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS));
        long reduced = tcp.connection.congestion().window();
        assertThat(reduced).isEqualTo(5L * MSS);
        for (int i = 2; i <= 10; i++) {
            tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + i * MSS));
            assertThat(tcp.connection.congestion().window()).isEqualTo(reduced);
        }

        // And no later one claims what these have acknowledged.
        tcp.write(10 * MSS);
        tcp.acks(1 + 11 * MSS);
        assertThat(tcp.connection.congestion().window()).isLessThanOrEqualTo(reduced + MSS);
    }

    @Test
    void theFirstNewOctetsBehindAReductionHaveCwr() {
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + 10 * MSS));
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 14601 ack 1");

        tcp.unit(10L * MSS, MSS, true);
        tcp.unit(11L * MSS, MSS, true);

        assertThat(tcp.sent()).containsExactly("W 14601:16061 ack 1 tos 2", ". 16061:17521 ack 1 tos 2");
    }

    @Test
    void aReductionBecauseOfALossIsToldByCwrTooAndAnEchoAddsNothingToIt() {
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();
        for (int i = 2; i <= 5; i++) {
            tcp.arrives(tcp.peer(ACK, 1, 1).sack(1 + MSS, 1 + i * MSS));
        }
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
        assertThat(tcp.turn().get(0)).isEqualTo(". 1:1461 ack 1");
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + 10 * MSS));
        tcp.write(MSS);
        assertThat(tcp.sent()).containsExactly("PW 14601:16061 ack 1 tos 2");
        assertThat(tcp.counters.get(Counter.ECN_REDUCTIONS)).isZero();
    }

    @Test
    void aLossInAWindowForWhichAnEchoHasReducedReducesNoMore() {
        // RFC 3168 6.1.2: once for each window of octets, marks and losses alike.
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS));
        long threshold = tcp.connection.congestion().slowStartThreshold();
        for (int i = 3; i <= 6; i++) {
            tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS).sack(1 + 2 * MSS, 1 + i * MSS));
        }
        assertThat(tcp.turn().get(0)).isEqualTo(". 1461:2921 ack 1");
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(threshold);

        tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * MSS));
        tcp.write(5 * MSS);
        for (int i = 12; i <= 15; i++) {
            tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * MSS).sack(1 + 11 * MSS, 1 + i * MSS));
        }
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(2);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isLessThan(threshold);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aReductionThatAnEchoAsksForIsNotTakenBack(boolean marked) {
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();
        for (int i = 2; i <= 5; i++) {
            tcp.arrives(tcp.peer(ACK | (marked ? ECE : 0), 1, 1).sack(1 + MSS, 1 + i * MSS));
        }
        assertThat(tcp.turn().get(0)).isEqualTo(". 1:1461 ack 1");

        tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * MSS).sack(1, 1 + MSS));

        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isEqualTo(1);
        assertThat(tcp.connection.congestion().window() < 10L * MSS).isEqualTo(marked);
    }

    @Test
    void norIsOneThatAnEchoHasMadeBeforeTheLoss() {
        TcpHarness tcp = established();
        tcp.write(10 * MSS);
        tcp.sent();
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS));
        for (int i = 3; i <= 6; i++) {
            tcp.arrives(tcp.peer(ACK, 1, 1 + MSS).sack(1 + 2 * MSS, 1 + i * MSS));
        }
        assertThat(tcp.turn().get(0)).isEqualTo(". 1461:2921 ack 1");

        tcp.arrives(tcp.peer(ACK, 1, 1 + 10 * MSS).sack(1 + MSS, 1 + 2 * MSS));

        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isEqualTo(1);
        assertThat(tcp.connection.congestion().window()).isLessThan(10L * MSS);
    }

    @Test
    void aSuperSegmentHasCwrToo() {
        TcpHarness tcp = established();
        tcp.output.superSegment = 60_000;
        tcp.write(10 * MSS);
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + 10 * MSS));
        tcp.sent();
        tcp.write(2 * MSS);
        assertThat(tcp.sent()).containsExactly("PW 14601:17521/1460 ack 1 tos 2");
    }

    @Test
    void anEchoOnAConnectionThatDidNotAgreeMeansNothing() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(10 * MSS);
        long window = tcp.connection.congestion().window();
        tcp.arrives(tcp.peer(ACK | ECE, 1, 1 + MSS));
        assertThat(tcp.connection.congestion().window()).isGreaterThanOrEqualTo(window);
    }

    // ---- 6.1.3, the receiver

    @Test
    void aMarkIsEchoedAtOnceAndUntilTheSenderHasHeard() {
        TcpHarness tcp = established();
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100).trafficClass(CE));
        assertThat(tcp.turn()).containsExactly("E 1 ack 101");
        tcp.arrives(tcp.peer(ACK, 101, 1).octets(100).trafficClass(2));
        assertThat(tcp.turn()).containsExactly("E 1 ack 201");
        tcp.write(10);
        assertThat(tcp.sent()).containsExactly("PE 1:11 ack 201 tos 2");
        tcp.arrives(tcp.peer(ACK | CWR, 201, 1).octets(100).trafficClass(2));
        assertThat(tcp.turn()).containsExactly(". 11 ack 301");
    }

    @Test
    void neitherTheFirstMarkNorCwrWaitsWithADelayedAcknowledgment() {
        TcpHarness tcp = established();
        for (int i = 0; i < 16; i++) {
            octets(tcp, ACK, 2);
            assertThat(tcp.turn()).hasSize(1);
        }
        octets(tcp, ACK, 2);
        assertThat(tcp.turn()).isEmpty();
        tcp.pass(40 * MS);

        octets(tcp, ACK, CE);
        assertThat(tcp.turn()).hasSize(1).allMatch(segment -> segment.startsWith("E"));

        octets(tcp, ACK | CWR, 2);
        assertThat(tcp.turn()).hasSize(1).noneMatch(segment -> segment.startsWith("E"));
    }

    private static void octets(TcpHarness tcp, int flags, int trafficClass) {
        int next = tcp.connection.receivedInOrderSsn();
        tcp.arrives(tcp.peer(flags, next, 1).octets(MSS).trafficClass(trafficClass));
    }

    @Test
    void aMarkOnThePacketWithCwrBeginsAnew() {
        TcpHarness tcp = established();
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100).trafficClass(CE));
        tcp.turn();
        tcp.arrives(tcp.peer(ACK | CWR, 101, 1).octets(100).trafficClass(CE));
        assertThat(tcp.turn()).containsExactly("E 1 ack 201");
    }

    @Test
    void aMarkOutsideTheWindowOrWithoutOctetsIsIgnored() {
        // RFC 3168 6.1.5: a forged packet must not slow down the sender; 6.1.4
        TcpHarness tcp = established();
        tcp.arrives(tcp.peer(ACK, 1 + 10_000_000, 1).octets(100).trafficClass(CE));
        tcp.turn();
        tcp.arrives(tcp.peer(ACK, 1, 1).trafficClass(CE));
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100));
        assertThat(tcp.turn()).containsExactly(". 1 ack 101");
    }

    @Test
    void aMarkBehindAGapCounts() {
        TcpHarness tcp = established();
        tcp.arrives(tcp.peer(ACK, 101, 1).octets(100).trafficClass(CE));
        assertThat(tcp.turn()).containsExactly("E 1 ack 1 sack 101-201");
    }

    @Test
    void aMarkOnAConnectionThatDidNotAgreeIsNotEchoed() {
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(100).trafficClass(CE));
        assertThat(tcp.turn()).containsExactly(". 1 ack 101");
    }

    // ---- the rest of the octet

    @Test
    void theTrafficClassIsOnEveryPacketButItsLowerBitsAreOurs() {
        TcpHarness tcp = TcpHarness.synSent(OFFER.toBuilder().trafficClass(0xbb).build());
        assertThat(tcp.sent()).isEmpty();
        tcp.arrives(tcp.peer(SYN | ACK | ECE, 0, 1).mss(MSS));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 tos 184");
        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 1:101 ack 1 tos 186");
        tcp.connection.changeSettings(OFFER, tcp.now);
        tcp.write(100);
        assertThat(tcp.sent()).containsExactly("P 101:201 ack 1 tos 2");
    }
}
