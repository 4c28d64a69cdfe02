package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import org.junit.jupiter.api.Test;

/** What path MTU discovery does to the segments of one connection (RFC 1191, RFC 8201, RFC 8899, RFC 4821). */
class PathMtuTest {
    private static final int BASE_MSS = 1160;
    private static final long TEN_MINUTES = 600_000 * MS;

    /** With a window of so many segments. */
    private static TcpHarness withWindowOf(int segments) {
        TcpHarness tcp = TcpHarness.established();
        int una = 1;
        for (int i = 0; i < segments; i++) {
            tcp.write(MSS);
            una += MSS;
            tcp.acks(una);
        }
        tcp.sent();
        return tcp;
    }

    @Test
    void whatWasTooLongLeavesAgainAtOnceAndIsNoCongestionWhenSmallerSegmentsPassed() {
        // RFC 1191 6.4, RFC 8899 3
        TcpHarness tcp = TcpHarness.established();
        tcp.unit(0, MSS, true);
        tcp.unit(MSS, MSS, true);
        for (int i = 0; i < 5; i++) {
            tcp.unit(2 * MSS + 100 * i, 100, true);
        }
        tcp.sent();
        tcp.connection.onPathMtu(1000, tcp.now);
        long window = tcp.connection.congestion().window();
        for (int i = 1; i <= 5; i++) {
            tcp.arrives(tcp.peer(16, 1, 1).sack(2 * MSS + 1, 2 * MSS + 1 + 100 * i));
        }

        assertThat(tcp.turn())
                .containsExactly(". 1:961 ack 1", ". 961:1461 ack 1", ". 1461:2421 ack 1", ". 2421:2921 ack 1");
        tcp.acks(2 * MSS + 501);
        assertThat(tcp.connection.congestion().window()).isGreaterThanOrEqualTo(window);
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isZero();
        assertThat(tcp.counters.get(Counter.PATH_MTU_REPORTS)).isEqualTo(1);
    }

    @Test
    void aLossAmongShorterSegmentsIsCongestionAsEver() {
        TcpHarness tcp = TcpHarness.established();
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.write(9_600);
        tcp.sent();
        long window = tcp.connection.congestion().window();

        for (int i = 2; i < 6; i++) {
            tcp.arrives(tcp.peer(16, 1, 1).sack(961, 961 * i - i + 1));
        }

        assertThat(tcp.connection.congestion().window()).isLessThan(window);
    }

    @Test
    void withoutSackTheDuplicatesOfWhatPassedAreNoSecondSign() {
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().sack(false).build());
        tcp.unit(0, MSS, true);
        for (int i = 0; i < 5; i++) {
            tcp.unit(MSS + 100 * i, 100, true);
        }
        tcp.sent();
        tcp.connection.onPathMtu(1000, tcp.now);
        long window = tcp.connection.congestion().window();
        for (int i = 0; i < 5; i++) {
            tcp.acks(1);
        }

        assertThat(tcp.turn()).containsExactly(". 1:961 ack 1", ". 961:1461 ack 1");
        assertThat(tcp.connection.congestion().window()).isEqualTo(window);
    }

    @Test
    void twoTimeoutsOfFullSegmentsAreABlackHole() {
        // RFC 8899 4.3, RFC 4821 7.7
        TcpHarness tcp = TcpHarness.established();
        tcp.write(MSS);
        tcp.sent();

        assertThat(tcp.pass(300 * MS)).contains("P 1:1461 ack 1");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(MSS);
        assertThat(tcp.pass(1_000 * MS)).contains(". 1:1161 ack 1");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(BASE_MSS);
        assertThat(tcp.counters.get(Counter.PATH_MTU_BLACK_HOLES)).isEqualTo(1);
    }

    @Test
    void withoutProbingABlackHoleIsAnOutage() {
        TcpHarness tcp =
                TcpHarness.established(PLAIN.toBuilder().pathMtuProbing(false).build());
        tcp.write(MSS);
        tcp.pass(20_000 * MS);

        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(MSS);
    }

    @Test
    void smallSegmentsThatVanishLeaveTheSizeAlone() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(500);
        tcp.pass(20_000 * MS);

        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(MSS);
    }

    @Test
    void tenMinutesAfterAReportOneSegmentProbesForTheOldSize() {
        // RFC 1191 6.3, RFC 4821 7.4
        TcpHarness tcp = withWindowOf(10);
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES - 1;
        int before = tcp.write(960);
        assertThat(tcp.sent()).hasSize(1);
        tcp.acks(14_601 + before);
        tcp.now += 1;

        tcp.write(6_000);

        assertThat(tcp.sent().subList(0, 3))
                .containsExactly(". 15561:17021 ack 1", ". 17021:17981 ack 1", ". 17981:18941 ack 1");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(960);
        tcp.acks(17_021);
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(MSS);
        assertThat(tcp.counters.get(Counter.PATH_MTU_PROBES_DELIVERED)).isEqualTo(1);
    }

    @Test
    void whileALossIsBeingRepairedNothingIsProbed() {
        // RFC 4821 7.4
        TcpHarness tcp = withWindowOf(20);
        int begin = 1 + 20 * MSS;
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES - 20 * MS;
        int flight = tcp.write(10 * 960);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(16, 1, begin).sack(begin + 960, begin + flight));
        assertThat(tcp.turn()).containsExactly(". " + begin + ":" + (begin + 960) + " ack 1");
        tcp.now += 10 * MS;

        // There would be room for a probe and what has to follow.
        int more = tcp.write(6_000);
        assertThat(more).isGreaterThanOrEqualTo(3 * 960);
        assertThat(tcp.sent()).noneMatch(PathMtuTest::isLong);

        // But as soon as the window holds what has to follow.
        boolean probed = false;
        for (int end = begin + flight + more; !probed && end < 200_000; ) {
            tcp.now += 10 * MS;
            tcp.acks(end);
            end += tcp.write(20_000);
            probed = tcp.sent().stream().anyMatch(PathMtuTest::isLong);
        }
        assertThat(probed).isTrue();
    }

    private static boolean isLong(String segment) {
        String[] edges = segment.split(" ")[1].split(":");
        return Integer.parseInt(edges[1]) - Integer.parseInt(edges[0]) == MSS;
    }

    @Test
    void aLostProbeLeavesAgainInPiecesAndIsNoCongestion() {
        // RFC 4821 7.6.2
        TcpHarness tcp = withWindowOf(10);
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES;
        tcp.write(6_000);
        tcp.sent();
        long window = tcp.connection.congestion().window();

        int from = 14_601 + MSS;
        for (int i = 1; i <= 4; i++) {
            tcp.arrives(tcp.peer(16, 1, 14_601).sack(from, from + 960 * i));
        }

        assertThat(tcp.turn()).containsExactly(". 14601:15561 ack 1", ". 15561:16061 ack 1");
        tcp.acks(20_601);
        assertThat(tcp.connection.congestion().window()).isGreaterThanOrEqualTo(window);
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(960);
        assertThat(tcp.counters.get(Counter.PATH_MTU_PROBES_LOST)).isEqualTo(1);
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isZero();
        // RFC 4821 7.6.2: the next one waits for a window full of round trips.
        tcp.write(6_000);
        assertThat(tcp.sent().get(0)).isEqualTo(". 20601:21561 ack 1");
    }

    @Test
    void aProbeIsOneSegmentOfExactlyTheSizeAlsoOnADeviceThatCutsSuperSegments() {
        TcpHarness tcp = withWindowOf(10);
        tcp.output.superSegment = 60_000;
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES;

        tcp.write(9_140);

        assertThat(tcp.sent()).containsExactly(". 14601:16061 ack 1", "P 16061:23741/960 ack 1");
    }

    @Test
    void withoutSackNothingIsProbed() {
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().sack(false).build());
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES;
        tcp.write(8_000);

        assertThat(tcp.sent().get(0)).isEqualTo(". 1:961 ack 1");
    }

    @Test
    void tooLittleToSendIsNoProbe() {
        // RFC 4821 7.3
        TcpHarness tcp = withWindowOf(10);
        tcp.connection.onPathMtu(1000, tcp.now);
        tcp.now += TEN_MINUTES;
        tcp.write(2_000);

        assertThat(tcp.sent().get(0)).isEqualTo(". 14601:15561 ack 1");
    }
}
