package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static io.mptcp4j.tcp.TcpHarness.TIMER_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.stream.RangeSet;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The retransmission timer (RFC 6298), what it repeats, and when it gives up. The round-trip time is 10 ms: RTO 210 ms. With SACK a
 * probe comes before it ({@link TailLossProbeTest}), so most of these are without.
 */
class RetransmissionTest {
    private static final int ACK = TcpFlags.ACK;

    @Test
    void theTimerRepeatsTheFirstSegmentAndDoublesItself() {
        // Otherwise it would be a shorter segment from the second time on (RFC 8899 4.3).
        TcpHarness tcp = TcpHarness.established(
                TIMER_ONLY.toBuilder().pathMtuProbing(false).build());
        tcp.write(3 * MSS);
        tcp.sent();

        assertThat(tcp.pass(210 * MS - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(". 1:1461 ack 1");
        assertThat(tcp.pass(420 * MS - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(". 1:1461 ack 1");
        assertThat(tcp.pass(840 * MS - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(". 1:1461 ack 1");
        assertThat(tcp.upper.takeEvents()).containsExactly("timeout 1", "timeout 2", "timeout 3");
        assertThat(tcp.connection.consecutiveTimeouts()).isEqualTo(3);
        assertThat(tcp.connection.congestion().window()).isEqualTo(MSS);
    }

    @Test
    void afterATimeoutEverythingOutstandingIsRepeatedInSlowStart() {
        TcpHarness tcp = TcpHarness.established(TIMER_ONLY);
        tcp.write(5 * MSS);
        tcp.sent();

        assertThat(tcp.pass(210 * MS)).containsExactly(". 1:1461 ack 1");
        tcp.acks(1461);
        assertThat(tcp.turn()).containsExactly(". 1461:2921 ack 1", ". 2921:4381 ack 1");
        tcp.acks(4381);
        assertThat(tcp.turn()).containsExactly(". 4381:5841 ack 1", "P 5841:7301 ack 1");
        tcp.acks(7301);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.consecutiveTimeouts()).isZero();
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theThresholdIsSetByTheFirstTimeoutOfASegmentAndNotByFurtherOnes() {
        // RFC 5681 3.1: it is held constant.
        TcpHarness tcp =
                TcpHarness.established(PLAIN.toBuilder().pathMtuProbing(false).build());
        tcp.write(10 * MSS);
        tcp.pass(400 * MS);
        assertThat(tcp.connection.consecutiveTimeouts()).isEqualTo(1);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(5 * MSS);

        tcp.pass(2_000 * MS);

        assertThat(tcp.connection.consecutiveTimeouts()).isGreaterThan(1);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(5 * MSS);
        assertThat(tcp.connection.congestion().window()).isEqualTo(MSS);
    }

    @Test
    void anAcknowledgmentOfSomethingNewRestartsTheTimer() {
        // RFC 6298 5.3.
        TcpHarness tcp = TcpHarness.established(TIMER_ONLY);
        tcp.write(2 * MSS);
        tcp.pass(10 * MS);
        tcp.acks(1461);
        long deadline = tcp.connection.nextDeadline();

        assertThat(deadline).isEqualTo(tcp.now + tcp.connection.retransmissionTimeoutNanos());
    }

    @Test
    void whatWasRepeatedGivesNoSample() {
        // RFC 6298 3 (Karn).
        TcpHarness tcp = TcpHarness.established(TIMER_ONLY);
        tcp.write(100);
        tcp.pass(210 * MS);
        long smoothed = tcp.connection.smoothedRttNanos();

        tcp.acks(101);

        assertThat(tcp.connection.smoothedRttNanos()).isEqualTo(smoothed);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isEqualTo(420 * MS);
        tcp.write(100);
        tcp.now += 10 * MS;
        tcp.acks(201);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isLessThan(220 * MS);
    }

    @Test
    void givesUpAfterSoManyTimeouts() {
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().dataRetries(2).build());
        tcp.write(100);
        tcp.sent();

        tcp.pass(10_000 * MS);

        assertThat(tcp.upper.takeEvents()).containsExactly("timeout 1", "timeout 2", "timed out", "closed");
    }

    @Test
    void aSoftErrorEndsNothingButTellsWhyThereWasNoAnswer() {
        // RFC 9293 3.9.2.2 (SHLD-25, MUST-56).
        for (boolean answered : new boolean[] {false, true}) {
            TcpHarness tcp =
                    TcpHarness.established(PLAIN.toBuilder().dataRetries(2).build());
            tcp.write(100);
            tcp.connection.onUnreachable(false, tcp.now);
            if (answered) {
                tcp.acks(1);
            }

            tcp.pass(500 * MS);
            assertThat(tcp.connection.isClosed()).isFalse();
            tcp.pass(10_000 * MS);

            assertThat(tcp.upper.takeEvents()).endsWith("timed out", "closed");
            assertThat(tcp.connection.isUnreachable()).isEqualTo(!answered);
        }
    }

    @Test
    void aPeerThatIsSilentIsGivenMoreThanAHundredSeconds() {
        // RFC 9293 3.8.3 (SHLD-11), RFC 1122 4.2.3.5.
        TcpHarness tcp = TcpHarness.established(TcpSettings.DEFAULT);
        tcp.write(100);

        tcp.pass(100_000 * MS);
        assertThat(tcp.connection.isClosed()).isFalse();
        tcp.pass(1_000_000 * MS);
        assertThat(tcp.connection.isClosed()).isTrue();
    }

    @Test
    void givesUpAfterTheUserTimeout() {
        TcpHarness tcp = TcpHarness.established(
                PLAIN.toBuilder().userTimeout(Duration.ofSeconds(3)).build());
        tcp.write(100);
        tcp.pass(2_000 * MS);
        tcp.acks(101);
        tcp.pass(10_000 * MS);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        tcp.upper.takeEvents();

        tcp.write(100);
        tcp.pass(2_999 * MS);
        assertThat(tcp.connection.isClosed()).isFalse();
        tcp.pass(MS);
        assertThat(tcp.upper.takeEvents()).endsWith("timed out", "closed");
    }

    @Test
    void aClosedWindowOverWhatIsOutstandingIsProbedForAsLongAsThePeerAnswers() {
        // RFC 9293 3.8.6: a shrunken window is survived.
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().dataRetries(3).build());
        tcp.write(2 * MSS);
        tcp.sent();
        tcp.peerWindow = 0;
        tcp.acks(1);
        for (int i = 0; i < 20; i++) {
            assertThat(tcp.pass(tcp.connection.nextDeadline() - tcp.now)).containsExactly(". 1:1461 ack 1");
            tcp.acks(1);
        }
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);

        tcp.peerWindow = 65_535;
        tcp.acks(1461);
        assertThat(tcp.pass(120_000 * MS)).contains("P 1461:2921 ack 1");
    }

    @Test
    void aSuperSegmentIsOneUnitAndItsSlicesGoAgainAsOne() {
        TcpHarness tcp = TcpHarness.established();
        tcp.output.superSegment = 65_000;
        tcp.unit(0, 10 * MSS, false);
        assertThat(tcp.sent()).containsExactly("P 1:14601/1460 ack 1");

        // SACK of the fifth to the tenth segment: the first four are lost.
        tcp.arrives(tcp.peer(ACK, 1, 1).sack(1 + 4 * MSS, 1 + 10 * MSS));
        assertThat(tcp.turn()).containsExactly(". 1:5841/1460 ack 1");
        assertThat(tcp.connection.segmentsRetransmitted()).isEqualTo(4);
        assertThat(tcp.connection.octetsRetransmitted()).isEqualTo(4 * MSS);
        assertThat(tcp.connection.lowestOutstanding()).isZero();

        tcp.acks(1 + MSS);
        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(MSS);
        tcp.acks(14_601);
        assertThat(tcp.connection.hasOutstanding()).isFalse();
    }

    @Test
    void aPartOfASuperSegmentIsAcknowledged() {
        TcpHarness tcp = TcpHarness.established(TIMER_ONLY);
        tcp.output.superSegment = 65_000;
        tcp.unit(0, 10 * MSS, false);
        tcp.sent();

        tcp.acks(1 + 3 * MSS);

        assertThat(tcp.connection.outstandingOctets()).isEqualTo(7 * MSS);
        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(3 * MSS);
        assertThat(tcp.pass(220 * MS)).containsExactly(". 4381:5841 ack 1");
    }

    @Test
    void positionsMayGoBackwards() {
        // Octets reinjected from another subflow lie behind newer ones.
        TcpHarness tcp = TcpHarness.established();
        tcp.unit(5_000, 1_000, true);
        tcp.unit(2_000, 500, true);
        tcp.unit(9_000, 100, true);
        tcp.sent();
        RangeSet ranges = new RangeSet();
        tcp.connection.outstandingRanges(ranges);

        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(2_000);
        assertThat(ranges.total()).isEqualTo(1_600);
        assertThat(ranges.contains(2_499)).isTrue();
        assertThat(ranges.contains(2_500)).isFalse();
        tcp.acks(1_001);
        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(2_000);
        tcp.acks(1_501);
        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(9_000);
        assertThat(tcp.pass(220 * MS)).containsExactly("P 1501:1601 ack 1");
    }

    @Test
    void octetsAreNotRepeatedWhileTheUpperLayerForbids() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(100);
        tcp.sent();
        tcp.upper.mayTransmit = false;

        assertThat(tcp.pass(500 * MS)).isEmpty();

        tcp.upper.mayTransmit = true;
        assertThat(tcp.turn()).containsExactly("P 1:101 ack 1");
    }

    @Test
    void aLostSynLeavesALongTimeoutAndTheInitialWindowThatWouldHaveBeen() {
        // RFC 6298 5.7; RFC 6928 2, for a round trip of more than a second looks the same.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.pass(1_000 * MS);
        tcp.peerSyn();

        assertThat(tcp.connection.congestion().window()).isEqualTo(10 * MSS);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isEqualTo(3_000 * MS);
    }

    @Test
    void twoLostSynsLeaveAnInitialWindowOfOneSegment() {
        // RFC 5681 3.1.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        assertThat(tcp.pass(3_000 * MS)).hasSize(2);
        tcp.peerSyn();

        assertThat(tcp.connection.congestion().window()).isEqualTo(MSS);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isEqualTo(3_000 * MS);
    }

    @Test
    void aNarrowerPathMakesShorterSegmentsAndRepeatsTheLongOnes() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(MSS);
        tcp.acks(1461);
        tcp.write(2 * MSS);
        tcp.sent();
        long window = tcp.connection.congestion().window();

        tcp.connection.onPathMtu(1000, tcp.now);

        assertThat(tcp.turn())
                .containsExactly(". 1461:2421 ack 1", ". 2421:2921 ack 1", ". 2921:3881 ack 1", "P 3881:4381 ack 1");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(960);
        // As many segments as before (RFC 5681 3.1, RFC 4821 4).
        assertThat(tcp.connection.congestion().window()).isEqualTo(window * 960 / MSS);
        assertThat(tcp.connection.congestion().slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anUnreachableDestinationEndsAnAttemptToConnectOnly() {
        TcpHarness established = TcpHarness.established();
        established.connection.onUnreachable(true, established.now);
        assertThat(established.connection.isClosed()).isFalse();

        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.connection.onUnreachable(false, tcp.now);
        assertThat(tcp.connection.isClosed()).isFalse();
        tcp.connection.onUnreachable(true, tcp.now);
        assertThat(tcp.upper.takeEvents()).containsExactly("timed out", "closed");
        assertThat(tcp.connection.isUnreachable()).isTrue();
    }
}
