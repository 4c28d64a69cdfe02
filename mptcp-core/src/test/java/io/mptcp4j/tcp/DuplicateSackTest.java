package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** What arrives twice is reported (RFC 2883, the examples of section 4). Numbers begin with 1; segments are of 500 octets. */
class DuplicateSackTest {
    private static final int ACK = TcpFlags.ACK;

    /** Four segments have arrived and are acknowledged: RCV.NXT is 2001. */
    private static TcpHarness fourReceived() {
        TcpHarness tcp = TcpHarness.established();
        for (int seq = 1; seq < 2_000; seq += 500) {
            octets(tcp, seq, 500);
        }
        assertThat(tcp.turn()).containsExactly(". 1 ack 2001");
        return tcp;
    }

    private static void octets(TcpHarness tcp, int seq, int count) {
        tcp.arrives(tcp.peer(ACK, seq, 1).octets(count));
    }

    @Test
    void aSegmentThatComesAgainIsReported() {
        // RFC 2883 4.1.1: the duplicate lies before the acknowledgment number.
        TcpHarness tcp = fourReceived();

        octets(tcp, 1_501, 500);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 1501-2001");
        assertThat(tcp.counters.get(Counter.DUPLICATES_REPORTED_OLD)).isEqualTo(1);
        octets(tcp, 2_001, 500);
        assertThat(tcp.turn()).containsExactly(". 1 ack 2501");
    }

    @Test
    void aDuplicateIsReportedBeforeWhatIsOutOfOrder() {
        // RFC 2883 4.1.2.
        TcpHarness tcp = fourReceived();
        octets(tcp, 3_001, 500);
        tcp.turn();

        octets(tcp, 1_501, 500);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 1501-2001,3001-3501");
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 3001-3501");
    }

    @Test
    void aDuplicateOutOfOrderIsFollowedByTheRangeThatItLiesIn() {
        // RFC 2883 4.1.3.
        TcpHarness tcp = fourReceived();
        octets(tcp, 3_001, 500);
        octets(tcp, 3_501, 500);
        octets(tcp, 5_001, 500);
        tcp.turn();

        octets(tcp, 3_501, 500);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 3501-4001,3001-4001,5001-5501");
        assertThat(tcp.counters.get(Counter.DUPLICATES_REPORTED_OUT_OF_ORDER)).isEqualTo(1);
    }

    @Test
    void theRangeOfADuplicateComesSecondEvenWhenThreeOthersChangedLater() {
        TcpHarness tcp = fourReceived();
        for (int seq : new int[] {3_001, 5_001, 7_001, 9_001}) {
            octets(tcp, seq, 500);
        }
        tcp.turn();

        octets(tcp, 3_001, 500);
        octets(tcp, 5_501, 500);
        octets(tcp, 7_501, 500);
        octets(tcp, 9_501, 500);

        assertThat(tcp.turn()).first().asString().startsWith(". 1 ack 2001 sack 3001-3501,3001-3501,");
    }

    @Test
    void ofAPartThatComesAgainThePartIsReported() {
        // RFC 2883 4.2.1.
        TcpHarness tcp = fourReceived();
        tcp.now += 100 * MS;

        octets(tcp, 1_501, 1_000);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2501 sack 1501-2001");
    }

    @Test
    void manyDuplicatesOfOneBatchAreReportedTogetherWhenTheyAreNeighbours() {
        TcpHarness tcp = fourReceived();

        octets(tcp, 1, 500);
        octets(tcp, 501, 500);
        octets(tcp, 1_501, 500);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 1-1001", ". 1 ack 2001 sack 1501-2001");
    }

    @Test
    void aPartThatComesAgainIsReportedAtOnceThoughTheRestIsInOrder() {
        // RFC 2883 4.2: once delayed acknowledgments have begun.
        TcpHarness tcp = TcpHarness.established();
        for (int i = 0; i < 20; i++) {
            octets(tcp, 1 + 500 * i, 500);
            tcp.turn();
        }
        tcp.pass(40_000_000);
        octets(tcp, 10_001, 100);
        assertThat(tcp.turn()).isEmpty();

        octets(tcp, 10_051, 100);

        assertThat(tcp.turn()).containsExactly(". 1 ack 10151 sack 10051-10101");
    }

    @Test
    void moreDuplicatesThanAreRememberedAreNotReported() {
        // Past the limit: a segment of two octets from every fourth on.
        TcpHarness tcp = fourReceived();
        for (int i = 0; i < 3 * ReceivedDuplicates.MOST; i++) {
            octets(tcp, 1 + 4 * i, 2);
        }

        assertThat(tcp.turn()).hasSize(ReceivedDuplicates.MOST).last().isEqualTo(". 1 ack 2001 sack 61-63");
        octets(tcp, 2_001, 500);
        assertThat(tcp.turn()).containsExactly(". 1 ack 2501");
    }

    @Test
    void whatASegmentThatFillsTheGapBringsOfTheRangeBehindItIsReported() {
        TcpHarness tcp = TcpHarness.established();
        octets(tcp, 1_001, 1_000);
        tcp.turn();

        octets(tcp, 1, 1_400);

        assertThat(tcp.turn()).containsExactly(". 1 ack 2001 sack 1001-1401");
    }

    @Test
    void octetsDoNotTakeThePlaceOfAReport() {
        TcpHarness tcp = fourReceived();

        octets(tcp, 1_501, 500);
        tcp.write(100);

        assertThat(tcp.turn()).containsExactly("P 1:101 ack 2001", ". 101 ack 2001 sack 1501-2001");
    }

    @Test
    void withoutSackADuplicateIsAcknowledgedAndNoMore() {
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().sack(false).build());
        octets(tcp, 1, 500);
        tcp.turn();

        octets(tcp, 1, 500);

        assertThat(tcp.turn()).containsExactly(". 1 ack 501");
    }

    @Test
    void aReportOfWhatWasAcknowledgedIsNoReportOfSomethingNew() {
        // RFC 2883 5: the sender's side.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(5 * 1_000);
        tcp.turn();
        tcp.acks(2_001);

        tcp.arrives(tcp.peer(ACK, 1, 2_001).sack(1_001, 2_001));

        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.octetsInFlight()).isEqualTo(3_000);
        assertThat(tcp.counters.get(Counter.DUPLICATE_REPORTS_IN)).isEqualTo(1);
    }
}
