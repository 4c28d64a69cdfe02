package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** RFC 7323: the timestamps option, PAWS, and round-trip times. */
class TimestampsTest {
    private static final int ACK = TcpFlags.ACK;
    private static final TcpSettings SETTINGS =
            TcpSettings.builder().nagle(false).build();

    private static TcpHarness established() {
        TcpHarness tcp = new TcpHarness(SETTINGS);
        tcp.connection.open(tcp.now);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(TcpFlags.SYN | ACK, 0, 1)
                .mss(1460)
                .windowScale(7)
                .sackPermitted()
                .timestamps(100, tcp.output.lastTsVal));
        tcp.turn();
        tcp.upper.takeEvents();
        return tcp;
    }

    @Test
    void everySegmentCarriesTheClockAndEchoesThePeers() {
        TcpHarness tcp = established();
        int before = tcp.output.lastTsVal;

        tcp.now += 25 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(123, before));
        tcp.turn();

        assertThat(tcp.output.lastTsVal - before).isEqualTo(25);
        assertThat(tcp.output.lastTsEcr).isEqualTo(123);
    }

    @Test
    void theEchoIsTheEarliestUnacknowledgedSegments() {
        // RFC 7323 4.3 (2): delayed acknowledgments are part of the round trip.
        TcpHarness tcp = established();

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(200, 0));
        tcp.arrives(tcp.peer(ACK, 11, 1).octets(10).timestamps(250, 0));
        tcp.turn();

        assertThat(tcp.output.lastTsEcr).isEqualTo(200);
    }

    @Test
    void theEchoIsOfTheLastSegmentBeforeAHoleAndThenOfTheOneThatFillsIt() {
        // RFC 7323 4.3, (B) and (C).
        TcpHarness tcp = established();

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(200, 0));
        tcp.turn();
        assertThat(tcp.output.lastTsEcr).isEqualTo(200);
        tcp.arrives(tcp.peer(ACK, 21, 1).octets(10).timestamps(210, 0));
        tcp.turn();
        assertThat(tcp.output.lastTsEcr).isEqualTo(200);
        tcp.arrives(tcp.peer(ACK, 31, 1).octets(10).timestamps(220, 0));
        tcp.turn();
        assertThat(tcp.output.lastTsEcr).isEqualTo(200);

        tcp.arrives(tcp.peer(ACK, 11, 1).octets(10).timestamps(230, 0));
        tcp.turn();
        assertThat(tcp.output.lastTsEcr).isEqualTo(230);
    }

    @Test
    void aRstOfOursHasTimestampsTooButNotBeforeTheHandshakeIsOver() {
        // RFC 7323 3.2, 5.2.
        TcpHarness tcp = established();
        tcp.output.withOptions = true;
        tcp.now += 25 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(321, 0));
        int before = tcp.output.lastTsVal;
        tcp.connection.reset(tcp.now);
        assertThat(tcp.turn()).containsExactly("R 1 ack 11 TS");
        assertThat(tcp.output.lastTsVal - before).isEqualTo(25);
        assertThat(tcp.output.lastTsEcr).isEqualTo(321);

        TcpHarness early = new TcpHarness(SETTINGS);
        early.output.withOptions = true;
        early.accept(early.peer(TcpFlags.SYN, 0, 0).mss(1460).timestamps(100, 0));
        early.turn();
        early.connection.reset(early.now);
        assertThat(early.turn()).containsExactly("R 1 ack 1");
    }

    @Test
    void aTimestampThatNobodyAgreedOnMeansNothing() {
        // RFC 7323 3.2.
        TcpHarness tcp = new TcpHarness(SETTINGS).connect();
        tcp.output.withOptions = true;
        tcp.write(10);
        tcp.sent();
        long rtt = tcp.connection.smoothedRttNanos();

        tcp.arrives(tcp.peer(ACK, 1, 11).octets(10).timestamps(1_000, 77));
        tcp.arrives(tcp.peer(ACK, 11, 11).octets(10).timestamps(-1_000_000, 77));

        assertThat(tcp.turn()).containsExactly(". 11 ack 21");
        assertThat(tcp.connection.smoothedRttNanos()).isLessThanOrEqualTo(rtt);
        assertThat(tcp.counters.dropped(DropReason.PAWS)).isZero();
    }

    @Test
    void anOldTimestampMakesASegmentUnacceptable() {
        // RFC 7323 5.3, R1.
        TcpHarness tcp = established();

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(99, 0));

        assertThat(tcp.upper.takeEvents()).isEmpty();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.counters.dropped(DropReason.PAWS)).isEqualTo(1);
    }

    @Test
    void whatARetransmissionHasOvertakenIsTaken() {
        // RFC 7323 5.3: "these delayed segments will be discarded unnecessarily".
        TcpHarness tcp = established();
        tcp.arrives(tcp.peer(ACK, 21, 1).octets(10).timestamps(120, 0));
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(180, 0));
        tcp.upper.takeEvents();

        tcp.arrives(tcp.peer(ACK, 11, 1).octets(10).timestamps(119, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("octets 11:21");
        assertThat(tcp.counters.dropped(DropReason.PAWS)).isZero();
        assertThat(tcp.turn()).containsExactly(". 1 ack 31");
    }

    @Test
    void halfASecondIsNotTooLate() {
        TcpHarness tcp = established();
        tcp.now += 500 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(600, 0));
        tcp.turn();
        tcp.now += 500 * MS;
        tcp.arrives(tcp.peer(ACK, 11, 1).octets(10).timestamps(1_100, 0));
        tcp.turn();
        tcp.upper.takeEvents();

        tcp.arrives(tcp.peer(ACK, 21, 1).octets(10).timestamps(590, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("octets 21:31");
        assertThat(tcp.counters.dropped(DropReason.PAWS)).isZero();
    }

    @Test
    void butNotAfterASecond() {
        TcpHarness tcp = established();
        for (int i = 0; i < 3; i++) {
            tcp.arrives(tcp.peer(ACK, 1 + 10 * i, 1).octets(10).timestamps(120 + 600 * i, 0));
            tcp.now += 600 * MS;
            tcp.turn();
        }
        tcp.arrives(tcp.peer(ACK, 31, 1).octets(10).timestamps(1_921, 0));
        tcp.upper.takeEvents();

        tcp.arrives(tcp.peer(ACK, 41, 1).octets(10).timestamps(119, 0));

        assertThat(tcp.upper.takeEvents()).isEmpty();
        assertThat(tcp.counters.dropped(DropReason.PAWS)).isEqualTo(1);
    }

    @Test
    void norWhenSoMuchArrivedThatNumbersCouldComeAgain() {
        OldestTimestamp oldest = new OldestTimestamp();
        oldest.start(100, Integer.MAX_VALUE - 5, 0);
        int seq = Integer.MAX_VALUE - 5;
        int tsVal = 100;
        for (int i = 0; i < 1 << 12; i++) {
            assertThat(oldest.isAfter(tsVal - 1)).isEqualTo(tsVal == 100);
            oldest.onSegment(tsVal, seq, MS);
            seq += 1 << 20;
            tsVal++;
            // 2^20 octets each: what came 2^30 before is too old, and a former round of numbers is four times as far.
            assertThat(oldest.isAfter(tsVal - 1 - (1 << 10) - 2)).isTrue();
        }
    }

    @Test
    void anOldTimestampDoesNotStopARst() {
        TcpHarness tcp = established();

        tcp.arrives(tcp.peer(TcpFlags.RST, 1, 0).timestamps(99, 0));

        assertThat(tcp.connection.isClosed()).isTrue();
    }

    @Test
    void aTimestampIsForgottenAfterTwentyFourDays() {
        // RFC 7323 5.5.
        TcpHarness tcp = established();
        tcp.now += 25L * 24 * 3600 * 1000 * MS;

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10).timestamps(99, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:11");
        tcp.turn();
        assertThat(tcp.output.lastTsEcr).isEqualTo(99);
    }

    @Test
    void aSegmentWhoseOptionsWereStrippedIsTaken() {
        TcpHarness tcp = established();

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(10));

        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:11");
    }

    @Test
    void aRetransmissionGivesASampleByItsEcho() {
        TcpHarness tcp = established();
        tcp.write(100);
        tcp.pass(210 * MS);
        int echo = tcp.output.lastTsVal;
        assertThat(tcp.connection.segmentsRetransmitted()).isPositive();

        long before = tcp.connection.smoothedRttNanos();
        tcp.now += 74 * MS;
        tcp.arrives(tcp.peer(ACK, 1, 101).timestamps(300, echo));

        assertThat(tcp.connection.smoothedRttNanos()).isGreaterThan(before);
        assertThat(tcp.connection.retransmissionTimeoutNanos()).isLessThan(300 * MS);
    }
}
