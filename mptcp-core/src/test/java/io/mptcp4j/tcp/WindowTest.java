package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.congestion.NewReno;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** Windows in both directions (RFC 9293 3.8.6, RFC 7323 2). */
class WindowTest {
    private static final int ACK = TcpFlags.ACK;
    private static final TcpSettings SCALED =
            PLAIN.toBuilder().windowScaling(true).windowShift(10).build();

    @Test
    void ourWindowIsScaledAfterTheSyn() {
        TcpHarness tcp = new TcpHarness(SCALED);
        tcp.output.withWindow = true;
        tcp.upper.window = 64 << 20;

        tcp.connection.open(tcp.now);
        assertThat(tcp.turn()).containsExactly("S 0 win 65535");
        tcp.peerSyn();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 win 65535");
        tcp.upper.window = (65_535 + 40) << 10;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(30 << 10));
        assertThat(tcp.turn()).containsExactly(". 1 ack 30721 win 65535");
    }

    @Test
    void thePeersWindowIsScaledAfterItsSyn() {
        TcpHarness tcp = new TcpHarness(SCALED);
        tcp.peerWindow = 1000;
        tcp.connection.open(tcp.now);
        tcp.turn();
        tcp.peerSyn();
        assertThat(tcp.connection.sendWindow()).isEqualTo(1000);

        tcp.acks(1);

        assertThat(tcp.connection.sendWindow()).isEqualTo(1000 << 7);
        assertThat(tcp.upper.lastWindow).isEqualTo(1000 << 7);
    }

    @Test
    void withoutThePeersOptionNothingIsScaled() {
        TcpHarness tcp = new TcpHarness(SCALED);
        tcp.output.withWindow = true;
        tcp.accept(tcp.peer(TcpFlags.SYN, 0, 0).mss(MSS));
        tcp.turn();
        tcp.acks(1);
        tcp.upper.window = 50_000;
        tcp.connection.requestAck();

        assertThat(tcp.turn()).containsExactly(". 1 ack 1 win 50000");
        assertThat(tcp.connection.sendWindow()).isEqualTo(65_535);
    }

    @Test
    void theRightEdgeMovesByWorthwhileStepsOnly() {
        // RFC 9293 3.8.6.2.2: silly window avoidance of the receiver.
        TcpHarness tcp = TcpHarness.established();
        tcp.output.withWindow = true;
        tcp.upper.window = 0;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(65_535));
        assertThat(tcp.turn()).containsExactly(". 1 ack 65536 win 0");

        tcp.upper.window = 1459;
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 65536 win 0");
        tcp.upper.window = 1460;
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 65536 win 1460");
    }

    @Test
    void halfOfASmallBufferIsAWorthwhileStep() {
        TcpHarness tcp = new TcpHarness(PLAIN);
        tcp.upper.window = 1000;
        tcp.connect();
        tcp.output.withWindow = true;
        tcp.upper.window = 0;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(1000));
        tcp.turn();

        tcp.upper.window = 499;
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1001 win 0");
        tcp.upper.window = 500;
        tcp.connection.requestAck();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1001 win 500");
    }

    @Test
    void aClosedWindowStillTakesAcknowledgments() {
        // RFC 9293 3.10.7.4, first.
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.window = 0;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(65_535));
        tcp.write(100);
        tcp.turn();
        tcp.upper.takeEvents();

        tcp.arrives(tcp.peer(ACK, 65_536, 101).octets(10));

        assertThat(tcp.upper.takeEvents()).containsExactly("acked");
        assertThat(tcp.turn()).containsExactly(". 101 ack 65536");
    }

    @Test
    void aClosedWindowStillTakesAReset() {
        // RFC 9293 3.8.6 (MUST-66).
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.window = 0;
        tcp.arrives(tcp.peer(ACK, 1, 1).octets(65_535));
        tcp.turn();
        tcp.upper.takeEvents();

        tcp.arrives(tcp.peer(TcpFlags.RST, 65_536, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("reset", "closed");
    }

    @Test
    void aShiftAboveFourteenMeansFourteen() {
        // RFC 7323 2.3.
        TcpHarness tcp = TcpHarness.synSent(SCALED);
        tcp.arrives(tcp.peer(TcpFlags.SYN | ACK, 0, 1).mss(1460).windowScale(15).sackPermitted());
        tcp.turn();

        tcp.peerWindow = 2;
        tcp.acks(1);

        assertThat(tcp.connection.sendWindow()).isEqualTo(2 << 14);
    }

    @Test
    void theOctetsOfASegmentWithAnOldAcknowledgmentAreTakenAndNothingElse() {
        // RFC 9293 3.10.7.4, fifth: SND.UNA =< SEG.ACK updates the window.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(3_000);
        tcp.acks(2_921);
        tcp.turn();
        tcp.upper.takeEvents();
        long window = tcp.connection.congestion().window();

        tcp.peerWindow = 10;
        for (int i = 0; i < 4; i++) {
            tcp.arrives(tcp.peer(ACK, 1 + 100 * i, 1_461).octets(100));
            tcp.arrives(tcp.peer(ACK, 101 + 100 * i, 1_461));
        }

        assertThat(tcp.connection.sendWindow()).isEqualTo(65_535);
        assertThat(tcp.connection.congestion().window()).isEqualTo(window);
        assertThat(tcp.connection.outstandingOctets()).isEqualTo(80);
        assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(401);
        assertThat(tcp.upper.takeEvents()).doesNotContain("acked");
    }

    @Test
    void onlyNewerSegmentsUpdateThePeersWindow() {
        // RFC 9293 3.10.7.4, fifth: SND.WL1 and SND.WL2.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(200);
        tcp.peerWindow = 5_000;
        tcp.arrives(tcp.peer(ACK, 11, 101).octets(10));
        assertThat(tcp.connection.sendWindow()).isEqualTo(5_000);

        tcp.peerWindow = 9_000;
        tcp.arrives(tcp.peer(ACK, 1, 101).octets(10));
        assertThat(tcp.connection.sendWindow()).isEqualTo(5_000);
        tcp.arrives(tcp.peer(ACK, 21, 101));
        assertThat(tcp.connection.sendWindow()).isEqualTo(9_000);
    }

    @Test
    void aZeroWindowStopsSendingUntilAProbeFindsItOpen() {
        TcpHarness tcp = TcpHarness.established();
        tcp.peerWindow = 0;
        tcp.acks(1);
        assertThat(tcp.connection.sendRoom()).isZero();
        assertThat(tcp.write(100)).isZero();

        tcp.connection.sendProbe(tcp.now);
        assertThat(tcp.connection.hasPending()).isTrue();
        assertThat(tcp.turn()).containsExactly(". 0 ack 1");

        tcp.peerWindow = 4_000;
        tcp.acks(1);
        assertThat(tcp.connection.sendRoom()).isEqualTo(4_000);
        assertThat(tcp.write(100)).isEqualTo(100);
    }

    @Test
    void aProbeIsAnsweredWithTheWindow() {
        TcpHarness tcp = TcpHarness.established();
        tcp.output.withWindow = true;
        tcp.upper.window = 30_000;

        tcp.arrives(tcp.peer(ACK, 0, 1));

        assertThat(tcp.turn()).containsExactly(". 1 ack 1 win 30000");
    }

    @Test
    void emptySegmentsStayInsideAWindowThatHasShrunk() {
        TcpHarness tcp = TcpHarness.established();
        tcp.write(5 * MSS);
        tcp.sent();
        tcp.peerWindow = 1_000;
        tcp.acks(1);

        tcp.connection.requestAck();

        assertThat(tcp.turn()).containsExactly(". 1001 ack 1");
        assertThat(tcp.connection.sendRoom()).isZero();
    }

    @Test
    void aPartOfAnOpenWindowWaitsForTheOverrideTimeout() {
        // RFC 9293 3.8.6.2.1: silly window avoidance of the sender.
        TcpHarness tcp = TcpHarness.established();
        tcp.peerWindow = 1_000;
        tcp.acks(1);

        assertThat(tcp.write(3_000)).isZero();
        assertThat(tcp.pass(200 * MS)).isEmpty();
        assertThat(tcp.write(3_000)).isEqualTo(1_000);
        assertThat(tcp.sent()).containsExactly(". 1:1001 ack 1");
    }

    @Test
    void halfOfTheLargestWindowIsWorthASegment() {
        TcpHarness tcp = new TcpHarness(PLAIN);
        tcp.peerWindow = 2_000;
        tcp.connect();
        tcp.peerWindow = 1_000;
        tcp.acks(1);

        assertThat(tcp.write(3_000)).isEqualTo(1_000);
    }

    @Test
    void sequenceNumbersWrapInBothDirections() {
        for (int before = 1; before <= 5_000; before += 713) {
            TcpHarness tcp = new TcpHarness(PLAIN, NewReno::new, -before, -before / 2).connect();
            int sent = 0;
            int received = 1;
            for (int round = 0; round < 6; round++) {
                sent += tcp.write(MSS);
                tcp.arrives(tcp.peer(ACK, received + MSS, sent + 1).octets(MSS));
                tcp.arrives(tcp.peer(ACK, received, sent + 1).octets(MSS));
                received += 2 * MSS;
                tcp.turn();
            }
            assertThat(tcp.connection.hasOutstanding()).isFalse();
            assertThat(tcp.connection.receivedInOrderSsn()).isEqualTo(received);
            tcp.write(5 * MSS);
            tcp.arrives(tcp.peer(ACK, received, sent + 1).sack(sent + 1 + MSS, sent + 1 + 4 * MSS));
            assertThat(tcp.turn()).contains(". " + (sent + 1) + ":" + (sent + 1 + MSS) + " ack " + received);
        }
    }
}
