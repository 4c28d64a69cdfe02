package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.DeliverySample;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What leaves at the pace that the congestion controller sets, and what it is told of deliveries. */
class PacingTest {
    private static final int MANY = 1 << 20;

    /** Segments a millisecond: one. */
    private static final long SLOW = 1_000L * MSS;

    private long rate = SLOW;
    private final List<Long> rates = new ArrayList<>();
    private final List<Boolean> limits = new ArrayList<>();

    /** Has room for everything, at a rate. */
    private final class Paced implements CongestionController {
        @Override
        public void onSegmentSize(int maximumSegmentSize) {}

        @Override
        public void onAcked(long acked, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {}

        @Override
        public boolean usesDeliverySamples() {
            return true;
        }

        @Override
        public void onDelivered(DeliverySample sample, long nowNanos) {
            long octets = sample.delivered() - sample.priorDelivered();
            rates.add(sample.intervalNanos() == 0 ? 0 : octets * 1_000 * MS / sample.intervalNanos());
            limits.add(sample.isApplicationLimited());
        }

        @Override
        public void onLoss(long inFlight, long nowNanos) {}

        @Override
        public void onRecovered(long nowNanos) {}

        @Override
        public void onRetransmissionTimeout(long inFlight, long nowNanos) {}

        @Override
        public void onIdleRestart(long nowNanos) {}

        @Override
        public long window() {
            return 8 << 20;
        }

        @Override
        public long slowStartThreshold() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean regulatesRecovery() {
            return true;
        }

        @Override
        public long pacingRate() {
            return rate;
        }

        @Override
        public String name() {
            return "paced";
        }
    }

    private TcpHarness connected() {
        TcpSettings settings = PLAIN.toBuilder().windowScaling(true).build();
        TcpHarness tcp = new TcpHarness(settings, mss -> new Paced(), 1_000, 9_000);
        tcp.connect();
        tcp.acks(1);
        tcp.turn();
        return tcp;
    }

    @Test
    void twoQuantaLeaveAtOnceAfterAPauseAndThenOneInItsTime() {
        TcpHarness tcp = connected();

        assertThat(tcp.write(MANY)).isEqualTo(4 * MSS);
        assertThat(tcp.connection.sendRoom()).isZero();
        assertThat(tcp.write(MANY)).isZero();
        int sent = 0;
        for (int i = 0; i < 10; i++) {
            tcp.pass(2 * MS - 1);
            assertThat(tcp.write(MANY)).isZero();
            tcp.pass(1);
            sent += tcp.write(MANY);
        }

        assertThat(sent).isEqualTo(20 * MSS);
    }

    @Test
    void aLoopThatWakesUpALittleLateLosesNothing() {
        TcpHarness tcp = connected();
        tcp.write(MANY);
        int sent = 0;
        for (int i = 0; i < 10; i++) {
            tcp.now += 3 * MS;
            tcp.connection.advance(tcp.now);
            sent += tcp.write(MANY);
        }

        assertThat(sent).isBetween(28 * MSS, 30 * MSS);
    }

    @Test
    void superSegmentsLeaveWhereAMillisecondHoldsThem() {
        rate = 200_000_000;
        TcpHarness tcp = connected();
        tcp.output.superSegment = 65_000;
        tcp.write(1_000);
        tcp.sent();
        tcp.pass(2 * MS);

        int sent = tcp.write(MANY);

        // 200,000 octets a millisecond; twice that after a pause.
        assertThat(sent).isBetween(350_000, 400_000);
        assertThat(tcp.sent()).hasSizeLessThan(10);
        tcp.pass(MS);
        assertThat(tcp.write(MANY)).isBetween(190_000, 210_000);
    }

    @Test
    void retransmissionsKeepThePaceButTheFirst() {
        TcpHarness tcp = connected();
        tcp.write(MANY);
        tcp.pass(4 * MS);
        tcp.write(MANY);
        tcp.sent();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).sack(1 + 2 * MSS, 1 + 6 * MSS));

        assertThat(tcp.turn()).containsExactly(". 1:1461 ack 1");
        assertThat(tcp.pass(4 * MS)).contains(". 1461:2921 ack 1");
    }

    @Test
    void withoutARateEverythingLeaves() {
        rate = CongestionController.NO_PACING;
        TcpHarness tcp = connected();

        assertThat(tcp.write(60_000)).isEqualTo(60_000);
        assertThat(tcp.connection.nextDeadline()).isGreaterThan(tcp.now + 10 * MS);
    }

    @Test
    void theRateOfDeliveryIsThatOfDepartureOrOfAcknowledgmentWhicheverIsLess() {
        TcpHarness tcp = connected();
        tcp.write(MANY);
        tcp.turn();
        tcp.pass(2 * MS);
        tcp.write(MANY);
        tcp.turn();
        // Six segments have left in 2 ms. Three of them arrive within 10 ms of the first, three 10 ms later.
        tcp.pass(8 * MS);
        tcp.acks(1 + 3 * MSS);
        tcp.pass(10 * MS);
        tcp.acks(1 + 6 * MSS);

        // 3 in 10 ms; 6 in 20 ms.
        assertThat(rates).containsExactly(300L * MSS, 300L * MSS);
    }

    @Test
    void aPauseOfTheApplicationIsSeen() {
        TcpHarness tcp = connected();
        for (int i = 0; i < 3; i++) {
            // More is there to send at the end of the turn.
            tcp.unit(i * MSS, MSS, true);
            tcp.turn();
            tcp.pass(10 * MS);
            tcp.acks(1 + (i + 1) * MSS);
        }
        tcp.turn();
        tcp.unit(3 * MSS, MSS, true);
        tcp.turn();
        tcp.pass(10 * MS);
        tcp.acks(1 + 4 * MSS);

        // Before the first one there was nothing to send either.
        assertThat(limits).containsExactly(true, false, false, true);
    }
}
