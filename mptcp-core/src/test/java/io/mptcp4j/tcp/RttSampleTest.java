package io.mptcp4j.tcp;

import static io.mptcp4j.wire.TcpFlags.ACK;
import static io.mptcp4j.wire.TcpFlags.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which acknowledgments measure the round-trip time (RFC 6298 3). */
class RttSampleTest {
    private static final long MS = 1_000_000;
    private static final int MSS = 1460;
    private static final TcpSettings STAMPS = TcpSettings.DEFAULT;

    @Test
    void octetsThatWaitedBehindAHoleGiveNoSample() {
        TcpHarness tcp = TcpHarness.established(
                TcpSettings.DEFAULT.toBuilder().sack(false).timestamps(false).build());
        long smoothed = tcp.connection.smoothedRttNanos();
        tcp.write(2 * MSS);
        tcp.turn();

        // The first segment was lost, the second arrived at once; the timer repeats the first.
        tcp.pass(1_000 * MS);
        tcp.now += 10 * MS;
        tcp.acks(2 * MSS + 1);

        assertThat(tcp.connection.smoothedRttNanos()).isEqualTo(smoothed);
    }

    private static TcpHarness synReceived() {
        TcpHarness tcp = new TcpHarness(STAMPS);
        tcp.accept(tcp.peer(SYN, 0, 0).mss(MSS).timestamps(100, 0));
        tcp.turn();
        return tcp;
    }

    @Test
    void aSynThatWasRepeatedIsMeasuredByTheEchoOfTheLast() {
        TcpHarness tcp = TcpHarness.synSent(STAMPS);
        tcp.pass(1_000 * MS);
        tcp.now += 30 * MS;
        tcp.arrives(tcp.peer(SYN | ACK, 0, 1).mss(MSS).timestamps(100, tcp.output.lastTsVal));

        assertThat(tcp.connection.smoothedRttNanos()).isEqualTo(30 * MS);
    }

    @Test
    void theEchoOfAnEarlierSynIsNoMeasure() {
        // A pause of the timer lies between, if the first SYN/ACK was lost and the peer goes on to echo the first SYN.
        TcpHarness tcp = TcpHarness.synSent(STAMPS);
        int first = tcp.output.lastTsVal;
        tcp.pass(1_000 * MS);
        tcp.now += 30 * MS;
        tcp.arrives(tcp.peer(SYN | ACK, 0, 1).mss(MSS).timestamps(100, first));

        assertThat(tcp.connection.smoothedRttNanos()).isZero();
        // RFC 6298 5.7
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isEqualTo(3_000 * MS);
    }

    @Test
    void aThirdAckThatCameManyTimesIsNoMeasureOfTheSynAck() {
        TcpHarness tcp = synReceived();
        tcp.now += 10 * MS;
        int first = tcp.output.lastTsVal;
        tcp.pass(7_000 * MS);
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(150, first));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isEqualTo(3_000 * MS);
    }

    @Test
    void aSynAckThatLeftAgainForThePeersSakeIsNotMeasuredFromThereOn() {
        TcpHarness tcp = synReceived();
        int first = tcp.output.lastTsVal;
        tcp.now += 900 * MS;
        tcp.arrives(tcp.peer(SYN, 0, 0).mss(MSS).timestamps(1_000, 0));
        assertThat(tcp.turn()).hasSize(1);
        tcp.now += 5 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1).timestamps(1_000, first));

        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.connection.smoothedRttNanos()).isZero();
    }

    @Test
    void whatASingleSegmentsAcknowledgmentWaitsForIsNoDelayOfThePath() {
        // RFC 9293 3.8.6.3
        TcpHarness tcp = new TcpHarness(TcpHarness.PLAIN).connect();
        long smoothed = tcp.connection.smoothedRttNanos();
        tcp.write(MSS);
        tcp.turn();
        long sent = tcp.now;

        assertThat(tcp.connection.presentRttNanos(sent + 40 * MS + smoothed)).isEqualTo(smoothed);
        assertThat(tcp.connection.presentRttNanos(sent + 60 * MS)).isEqualTo(20 * MS);

        // The second one is answered at once, and the first one with it.
        tcp.now += 15 * MS;
        tcp.write(MSS);
        tcp.turn();

        assertThat(tcp.connection.presentRttNanos(sent + 60 * MS)).isEqualTo(45 * MS);
    }

    @Test
    void twoSegmentsThatLeftTogetherAreAnsweredAtOnce() {
        TcpHarness tcp = new TcpHarness(TcpHarness.PLAIN).connect();
        tcp.write(2 * MSS);
        tcp.turn();

        assertThat(tcp.connection.presentRttNanos(tcp.now + 30 * MS)).isEqualTo(30 * MS);
    }

    @Test
    void theVariationRisesAtOnceAndFallsOnceARoundTripByTheLargestDeviationOfIt() {
        RttEstimator rtt = new RttEstimator(STAMPS);
        rtt.onSample(100 * MS, 0);
        rtt.onSample(200 * MS, 0);
        assertThat(rtt.variance()).isEqualTo(62_500_000);

        for (int i = 1; i < 20; i++) {
            rtt.onSample(rtt.smoothed() + (i == 10 ? 10 * MS : 0), i * MS);
        }
        assertThat(rtt.variance()).isEqualTo(62_500_000);
        rtt.onSample(rtt.smoothed(), 100 * MS);

        // RFC 6298 2.3, with the 10 ms of the round trip that is over.
        assertThat(rtt.variance()).isEqualTo(62_500_000 - 13_125_000);
    }
}
