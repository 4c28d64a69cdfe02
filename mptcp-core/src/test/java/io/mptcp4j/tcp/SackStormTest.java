package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A peer that reports whatever costs most, over and over, while 16 MiB are in flight. What is counted are the records that are
 * looked at: a bound for each acknowledgment, and one for each segment that was sent.
 */
class SackStormTest {
    private static final int ACK = TcpFlags.ACK;
    private static final int SEGMENTS = (16 << 20) / MSS;

    /** Four blocks, and what leaves because of them, each along a tree of 2^14 records. */
    private static final long STEPS_AN_ACKNOWLEDGMENT = 120;

    private static final long STEPS_A_SEGMENT = 30;

    private final TcpHarness tcp;
    private long acknowledgments;

    SackStormTest() {
        TcpSettings settings = TcpHarness.PLAIN.toBuilder().windowScaling(true).build();
        // The numbers pass 2^32 on their way.
        tcp = new TcpHarness(settings, smss -> new FixedWindow(1L << 25), -(8 << 20), 9_000);
        tcp.upper.quiet = true;
        tcp.output.quiet = true;
        tcp.connection.open(tcp.now);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(TcpFlags.SYN | ACK, 0, 1).mss(MSS).windowScale(9).sackPermitted());
        tcp.acks(1);
        // At the pace of the window.
        for (int written = 0; written < SEGMENTS * MSS; tcp.pass(MS)) {
            written += tcp.write(SEGMENTS * MSS - written);
        }
    }

    private static int at(int segment) {
        return 1 + segment * MSS;
    }

    private void reports(int ack, int... edges) {
        tcp.now += MS / 1_000;
        tcp.arrives(tcp.peer(ACK, 1, ack).sack(edges));
        tcp.turn();
        acknowledgments++;
    }

    private void checkSteps() {
        long most = STEPS_AN_ACKNOWLEDGMENT * acknowledgments + STEPS_A_SEGMENT * SEGMENTS;
        assertThat(tcp.connection.queue.steps()).isLessThan(most);
    }

    @Test
    void sixteenMebibytesAreInFlight() {
        assertThat(tcp.connection.octetsSent()).isEqualTo((long) SEGMENTS * MSS);
    }

    @Test
    void segmentsReportedFromBackToFront() {
        for (int i = SEGMENTS - 1; i > 0; i--) {
            reports(1, at(i), at(i + 1));
        }
        checkSteps();
    }

    @Test
    void everySecondSegmentFromBothEndsInTurn() {
        for (int i = 1; i < SEGMENTS / 2; i += 2) {
            reports(1, at(i), at(i + 1), at(SEGMENTS - i), at(SEGMENTS - i + 1));
        }
        checkSteps();
    }

    @Test
    void theSameAgainAndAgainWithBlocksThatAreNeverQuiteTheSame() {
        for (int i = 1; i < SEGMENTS; i += 2) {
            reports(1, at(i), at(i + 1));
        }
        reports(1, at(1), at(SEGMENTS));
        for (int i = 0; i < 20_000; i++) {
            int shift = i % 1_000;
            reports(
                    1,
                    at(2 + shift),
                    at(SEGMENTS - 1_000),
                    at(1 + shift),
                    at(SEGMENTS - 500 - shift % 7),
                    at(3 + shift),
                    at(SEGMENTS - shift),
                    at(4_000 + shift),
                    at(4_001 + shift));
        }
        checkSteps();
    }

    @Test
    void blocksInNoOrderOfWhateverWasAndWasNeverSent() {
        Random random = new Random(4);
        for (int i = 0; i < 20_000; i++) {
            int[] edges = new int[8];
            for (int k = 0; k < 8; k += 2) {
                int from = random.nextInt(SEGMENTS);
                switch (random.nextInt(6)) {
                    // Below SND.UNA, beyond SND.NXT, the wrong way round, and half of the number space away.
                    case 0 -> edges[k] = -at(from);
                    case 1 -> edges[k] = at(SEGMENTS + from);
                    case 2 -> edges[k] = at(from) + (1 << 31);
                    default -> edges[k] = at(from) + random.nextInt(2 * MSS);
                }
                int length = random.nextInt(3) == 0 ? random.nextInt(1 << 24) : random.nextInt(3 * MSS);
                edges[k + 1] = edges[k] + (random.nextInt(10) == 0 ? -length : length);
            }
            reports(1, edges);
        }
        checkSteps();
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void blocksThatHoldNoWholeSegment() {
        for (int i = 0; i < 20_000; i++) {
            int from = at(i * 7_919 % (SEGMENTS - 1)) + 1;
            reports(1, from, from + MSS, from + 5, from + 2 * MSS - 10);
        }
        checkSteps();
    }

    @Test
    void theFrontMovesOnByASegmentWhileTheRestIsReportedAnew() {
        for (int i = 0; i < SEGMENTS - 3; i++) {
            int behind = i + 2 + i * 31 % (SEGMENTS - i - 2);
            reports(at(i), at(behind), at(behind + 1), at(i + 1), at(SEGMENTS - i % 2));
        }
        checkSteps();
    }

    @Test
    void lossesThatAreTakenBackWithEachAcknowledgment() {
        // All but the last segments are judged lost; one leaves again.
        reports(1, at(SEGMENTS - 3), at(SEGMENTS));
        for (int i = 0; i < 5_000; i++) {
            tcp.now += 20 * MS;
            // That one has arrived twice (RFC 2883), or so the peer says.
            reports(1, at(SEGMENTS - 2), at(SEGMENTS - 1), at(SEGMENTS - 3), at(SEGMENTS));
        }
        checkSteps();
        assertThat(tcp.counters.get(Counter.UNDONE_BY_DUPLICATES)).isPositive();
    }
}
