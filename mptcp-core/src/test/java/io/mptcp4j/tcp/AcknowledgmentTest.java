package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.wire.TcpFlags;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is acknowledged, when, and with which SACK blocks (RFC 9293 3.8.6.3, RFC 5681 4.2, RFC 2018). */
class AcknowledgmentTest {
    private static final int ACK = TcpFlags.ACK;

    /** The first sixteen segments have been acknowledged at once: from here on acknowledgments are delayed. */
    private static TcpHarness delaying(TcpSettings settings) {
        TcpHarness tcp = TcpHarness.established(settings);
        for (int i = 0; i < 16; i++) {
            octets(tcp, MSS);
            assertThat(tcp.turn()).hasSize(1);
        }
        tcp.upper.takeEvents();
        return tcp;
    }

    private static void octets(TcpHarness tcp, int count) {
        tcp.arrives(tcp.peer(ACK, tcp.connection.receivedInOrderSsn(), 1).octets(count));
    }

    private static String ack(TcpHarness tcp) {
        return ". 1 ack " + tcp.connection.receivedInOrderSsn();
    }

    @Test
    void oneSegmentWaitsFortyMilliseconds() {
        TcpHarness tcp = delaying(PLAIN);

        octets(tcp, MSS);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.pass(40 * MS - 1)).isEmpty();
        assertThat(tcp.pass(1)).containsExactly(ack(tcp));
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void everySecondFullSegmentIsAcknowledgedAtOnce() {
        TcpHarness tcp = delaying(PLAIN);
        int acknowledgments = 0;

        for (int i = 0; i < 20; i++) {
            octets(tcp, MSS);
            acknowledgments += tcp.turn().size();
        }

        assertThat(acknowledgments).isEqualTo(10);
    }

    @Test
    void aBatchOfSegmentsIsAcknowledgedOnce() {
        // RFC 9293 3.10.7.4 (MUST-58, MUST-59).
        TcpHarness tcp = delaying(PLAIN);

        for (int i = 0; i < 40; i++) {
            octets(tcp, MSS);
        }

        assertThat(tcp.turn()).containsExactly(ack(tcp));
    }

    @Test
    void aCoalescedSegmentIsAcknowledgedAtOnce() {
        TcpHarness tcp = delaying(PLAIN);

        octets(tcp, 40 * MSS);

        assertThat(tcp.turn()).containsExactly(ack(tcp));
    }

    @Test
    void theAcknowledgmentRidesOnOctets() {
        TcpHarness tcp = delaying(PLAIN);
        octets(tcp, MSS);

        tcp.write(100);

        assertThat(tcp.turn()).containsExactly("P 1:101 ack " + tcp.connection.receivedInOrderSsn());
        // Longer than an acknowledgment may wait, shorter than a tail loss probe does.
        assertThat(tcp.pass(50 * MS)).isEmpty();
    }

    @Test
    void withoutDelayEverySegmentIsAcknowledged() {
        TcpHarness tcp = delaying(PLAIN.toBuilder().delayedAck(Duration.ZERO).build());

        octets(tcp, 10);

        assertThat(tcp.turn()).containsExactly(ack(tcp));
    }

    @Test
    void aSegmentBehindAGapIsAcknowledgedAtOnceWithSack() {
        TcpHarness tcp = delaying(PLAIN);
        int next = tcp.connection.receivedInOrderSsn();

        tcp.arrives(tcp.peer(ACK, next + 1000, 1).octets(500));
        assertThat(tcp.turn()).containsExactly(ack(tcp) + " sack " + (next + 1000) + "-" + (next + 1500));
        tcp.arrives(tcp.peer(ACK, next, 1).octets(1000));
        assertThat(tcp.turn()).containsExactly(". 1 ack " + (next + 1500));
    }

    @Test
    void theLatestBlockComesFirst() {
        // RFC 2018 4.
        TcpHarness tcp = TcpHarness.established();
        for (int from : new int[] {1001, 5001, 3001, 7001}) {
            tcp.arrives(tcp.peer(ACK, from, 1).octets(100));
            tcp.turn();
        }
        tcp.arrives(tcp.peer(ACK, 9001, 1).octets(100));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 sack 9001-9101,7001-7101,3001-3101,5001-5101");

        tcp.arrives(tcp.peer(ACK, 1101, 1).octets(100));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 sack 1001-1201,9001-9101,7001-7101,3001-3101");
    }

    @Test
    void whatTheUpperLayerWritesLeavesLessRoomForSack() {
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.optionOctets = 20;
        for (int from : new int[] {1001, 5001}) {
            tcp.arrives(tcp.peer(ACK, from, 1).octets(100));
            tcp.turn();
        }
        tcp.arrives(tcp.peer(ACK, 3001, 1).octets(100));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 sack 3001-3101,5001-5101");
        tcp.upper.optionOctets = 40;
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
    }

    @Test
    void octetsThatLeaveDoNotReplaceAnAcknowledgmentWithSack() {
        TcpHarness tcp = TcpHarness.established();
        tcp.arrives(tcp.peer(ACK, 1001, 1).octets(100));

        tcp.write(10);

        assertThat(tcp.turn()).containsExactly("P 1:11 ack 1", ". 11 ack 1 sack 1001-1101");
    }

    @Test
    void withoutSackEverySegmentBehindAGapOwesADuplicate() {
        // RFC 5681 4.2: the peer counts them.
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().sack(false).build());

        for (int i = 1; i <= 4; i++) {
            tcp.arrives(tcp.peer(ACK, 1 + i * MSS, 1).octets(MSS));
        }
        assertThat(tcp.turn()).containsExactly(". 1 ack 1", ". 1 ack 1", ". 1 ack 1", ". 1 ack 1");

        for (int i = 5; i < 40; i++) {
            tcp.arrives(tcp.peer(ACK, 1 + i * MSS, 1).octets(MSS));
        }
        assertThat(tcp.turn()).hasSize(16);
    }

    @Test
    void octetsGoUpOnceHoweverOftenTheyArrive() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(ACK, 501, 1).octets(500));
        tcp.arrives(tcp.peer(ACK, 301, 1).octets(1000));
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(400));
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(2000));
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(2000));

        assertThat(tcp.upper.takeEvents())
                .containsExactly(
                        "octets 501:1001", "octets 301:501", "octets 1001:1301", "octets 1:301", "octets 1301:2001");
        assertThat(tcp.connection.octetsReceived()).isEqualTo(2000);
        assertThat(tcp.counters.dropped(DropReason.OUT_OF_WINDOW)).isEqualTo(1);
    }

    @Test
    void whatTheUpperLayerRefusesIsNotAcknowledged() {
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.takesOctets = false;

        tcp.arrives(tcp.peer(ACK, 1, 1).octets(500));
        tcp.arrives(tcp.peer(ACK, 1001, 1).octets(500));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.counters.dropped(DropReason.NO_ROOM)).isEqualTo(2);

        tcp.upper.takesOctets = true;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(500));
        assertThat(tcp.turn()).containsExactly(". 1 ack 501");
    }

    @Test
    void aPeerCannotMakeUsRememberMoreRangesThanTheLimit() {
        TcpHarness tcp = TcpHarness.established();

        for (int i = 1; i <= 4_200; i++) {
            tcp.arrives(tcp.peer(ACK, 1 + 4 * i, 1).octets(2));
        }
        assertThat(tcp.connection.octetsReceived()).isEqualTo(4_096 * 2);

        // What is in order, or touches a range, is still taken.
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(4));
        tcp.arrives(tcp.peer(ACK, 9 + 2, 1).octets(2));
        assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(7);
        assertThat(tcp.connection.octetsReceived()).isEqualTo(4_096 * 2 + 6);
    }

    @Test
    void aRequestedAcknowledgmentLeavesInTheNextTurn() {
        TcpHarness tcp = TcpHarness.established();

        tcp.connection.requestAck();
        assertThat(tcp.connection.hasPending()).isTrue();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.connection.hasPending()).isFalse();
    }

    @Test
    void aSuperSegmentDoesNotReplaceARequestedAcknowledgment() {
        // The options that the upper layer wants to send may not ride on a super-segment.
        TcpHarness tcp = TcpHarness.established();
        tcp.output.superSegment = 65_000;
        tcp.connection.requestAck();
        tcp.unit(0, 3 * MSS, false);
        assertThat(tcp.turn()).containsExactly("P 1:4381/1460 ack 1", ". 4381 ack 1");

        tcp.connection.requestAck();
        tcp.unit(3 * MSS, 100, false);
        assertThat(tcp.turn()).containsExactly("P 4381:4481 ack 1");
    }
}
