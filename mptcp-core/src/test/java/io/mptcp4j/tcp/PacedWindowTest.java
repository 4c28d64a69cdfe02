package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static io.mptcp4j.tcp.TcpHarness.TIMER_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** At what pace a window leaves whose controller names no rate. The round-trip time is 10 ms, unless a test says otherwise. */
class PacedWindowTest {
    private static final int MANY = 1 << 20;

    /** A window that leaves in quanta of eleven segments a millisecond: a tenth more than itself in a round trip. */
    private static final int SEGMENTS = 100;

    private static final int QUANTUM = 11 * MSS;

    private long window = SEGMENTS * MSS;
    private long threshold = SEGMENTS * MSS;
    private final List<Boolean> limits = new ArrayList<>();

    private final class Window implements CongestionController {
        @Override
        public void onSegmentSize(int maximumSegmentSize) {}

        @Override
        public void onAcked(long acked, long inFlight, long rttNanos, boolean limitedByWindow, long nowNanos) {
            limits.add(limitedByWindow);
        }

        @Override
        public void onLoss(long inFlight, long nowNanos) {}

        @Override
        public void onRecovered(long nowNanos) {}

        @Override
        public void onRetransmissionTimeout(long inFlight, long nowNanos) {
            window = MSS;
        }

        @Override
        public void onIdleRestart(long nowNanos) {}

        @Override
        public long window() {
            return window;
        }

        @Override
        public long slowStartThreshold() {
            return threshold;
        }

        @Override
        public String name() {
            return "window";
        }
    }

    private TcpHarness connected(long roundTrip) {
        return connected(roundTrip, PLAIN);
    }

    private TcpHarness connected(long roundTrip, TcpSettings settings) {
        TcpSettings scaling = settings.toBuilder().windowScaling(true).build();
        TcpHarness tcp = new TcpHarness(scaling, mss -> new Window(), 1_000, 9_000);
        tcp.connection.open(tcp.now);
        tcp.turn();
        tcp.now += roundTrip;
        tcp.peerSyn();
        tcp.acks(1);
        tcp.turn();
        return tcp;
    }

    /** What leaves in each of so many milliseconds, in segments. */
    private static List<Integer> eachMilli(TcpHarness tcp, int millis) {
        List<Integer> segments = new ArrayList<>();
        for (int i = 0; i < millis; i++) {
            segments.add(tcp.write(MANY) / MSS);
            tcp.pass(MS);
        }
        return segments;
    }

    @Test
    void aWindowThatOpensAtOnceLeavesWithinARoundTrip() {
        TcpHarness tcp = connected(10 * MS);

        assertThat(eachMilli(tcp, 9)).containsExactly(22, 11, 11, 11, 11, 11, 11, 11, 1);
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(window);
    }

    @Test
    void inSlowStartItLeavesInHalfOfOne() {
        threshold = Long.MAX_VALUE;
        TcpHarness tcp = connected(10 * MS);

        assertThat(eachMilli(tcp, 5)).containsExactly(40, 20, 20, 20, 0);
    }

    @Test
    void slowStartThatIsAboutToEndDoesNotDoubleTheRate() {
        threshold = 2 * SEGMENTS * MSS;
        TcpHarness tcp = connected(10 * MS);

        assertThat(eachMilli(tcp, 3)).containsExactly(22, 11, 11);
    }

    @Test
    void asMuchAsAnInitialWindowLeavesAtOnce() {
        window = 10 * MSS;
        TcpHarness tcp = connected(100 * MS);

        assertThat(tcp.write(MANY)).isEqualTo(window);
        tcp.pass(100 * MS);
        tcp.acks(1 + 10 * MSS);
        assertThat(tcp.write(MANY)).isEqualTo(window);
    }

    @Test
    void aQuantumIsNoLessThanAnInitialWindow() {
        TcpHarness tcp = connected(100 * MS);
        tcp.write(MANY);

        // 1.1 segments a millisecond.
        int quantum = 0;
        int millis = 0;
        for (; quantum == 0; millis++) {
            tcp.pass(MS);
            quantum = tcp.write(MANY);
        }

        assertThat(quantum).isBetween(10 * MSS, 11 * MSS);
        assertThat(millis).isBetween(9, 10);
    }

    @Test
    void aRoundTripOfAMillisecondIsNotDivided() {
        TcpHarness tcp = connected(MS);

        assertThat(tcp.write(MANY)).isEqualTo(window);
    }

    @Test
    void aQueueRaisesTheRateAboveThatOfAcknowledgments() {
        // Without tail loss probes, which would be in flight too.
        TcpHarness tcp = connected(10 * MS, TIMER_ONLY);
        eachMilli(tcp, 10);

        // The path has become ten times longer. Acknowledgments of a tenth of a window each 10 ms: as much leaves at
        // once.
        tcp.pass(90 * MS);
        for (int i = 1; i <= 9; i++) {
            tcp.acks(1 + i * 10 * MSS);
            assertThat(tcp.write(MANY)).isEqualTo(10 * MSS);
            tcp.pass(10 * MS);
        }
    }

    @Test
    void whoUsesTheWindowUpAtItsPaceIsLimitedByIt() {
        TcpHarness tcp = connected(10 * MS);
        eachMilli(tcp, 9);

        tcp.acks(1 + 2 * MSS);
        tcp.write(MANY);
        tcp.acks(1 + SEGMENTS * MSS);

        assertThat(limits).containsExactly(true, true);
    }

    @Test
    void whoHasLessToSendThanTheWindowIsNot() {
        TcpHarness tcp = connected(10 * MS);
        // More than leaves at once, and less than a window.
        int written = 0;
        while (written < 50 * MSS) {
            written += tcp.write(50 * MSS - written);
            tcp.pass(MS);
        }

        tcp.acks(1 + 50 * MSS);

        assertThat(limits).containsExactly(false);
    }

    @Test
    void afterATimeoutTheFirstSegmentWaitsForNothing() {
        TcpHarness tcp = connected(10 * MS);
        tcp.write(MANY);
        assertThat(tcp.connection.sendRoom()).isZero();

        List<String> sent = tcp.pass(400 * MS);

        assertThat(sent).contains(". 1:1461 ack 1");
        assertThat(tcp.connection.consecutiveTimeouts()).isEqualTo(1);
    }

    @Test
    void theFirstRetransmissionWaitsForNothing() {
        TcpHarness tcp = connected(10 * MS);
        eachMilli(tcp, 4);
        tcp.write(MANY);
        tcp.sent();
        assertThat(tcp.connection.sendRoom()).isZero();

        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).sack(1 + MSS, 1 + 10 * MSS));

        assertThat(tcp.turn()).containsExactly(". 1:1461 ack 1");
    }

    @Test
    void whatWasNotSentIsSavedForAQuantum() {
        TcpHarness tcp = connected(10 * MS);
        tcp.write(MANY);
        tcp.now += 8 * MS;
        tcp.connection.advance(tcp.now);

        assertThat(tcp.write(MANY)).isEqualTo(2 * QUANTUM);
    }
}
