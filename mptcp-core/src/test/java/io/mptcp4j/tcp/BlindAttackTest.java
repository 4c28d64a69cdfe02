package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.wire.TcpFlags;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 5961, and the RST, SYN and ACK rules of RFC 9293 3.10.7. */
class BlindAttackTest {
    private static final int ACK = TcpFlags.ACK;
    private static final int RST = TcpFlags.RST;
    private static final int SYN = TcpFlags.SYN;

    @Test
    void aRstWithExactlyTheNextNumberResets() {
        // RFC 5961 3.2.
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(RST, 1, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("reset", "closed");
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void aRstElsewhereInTheWindowDrawsAChallengeAck() {
        // RFC 5961 3.2.
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(RST, 2, 0));

        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.counters.get(Counter.CHALLENGE_ACKS)).isEqualTo(1);
        assertThat(tcp.counters.dropped(DropReason.BAD_RESET)).isEqualTo(1);
    }

    @Test
    void aRstOutsideTheWindowIsDroppedInSilence() {
        // RFC 5961 3.2.
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(RST, 0, 0));
        tcp.arrives(tcp.peer(RST, 1_000_000, 0));

        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void aSynOnASynchronizedConnectionDrawsAChallengeAck() {
        // RFC 5961 4.2: irrespective of the sequence number.
        for (int seq : new int[] {0, 1, 500, 1_000_000}) {
            TcpHarness tcp = TcpHarness.established();
            tcp.arrives(tcp.peer(SYN, seq, 0));
            assertThat(tcp.turn()).containsExactly(". 1 ack 1");
            assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        }
    }

    @Test
    void anAcknowledgmentOfWhatWasNotSentIsDroppedWithAChallengeAck() {
        // RFC 5961 5.2; an optimistic acknowledgment gains nothing.
        TcpHarness tcp = TcpHarness.established();
        tcp.write(1000);
        tcp.sent();

        tcp.arrives(tcp.peer(ACK, 1, 1002).octets(10));

        assertThat(tcp.turn()).containsExactly(". 1001 ack 1");
        assertThat(tcp.upper.takeEvents()).isEmpty();
        assertThat(tcp.connection.outstandingOctets()).isEqualTo(1000);
    }

    @Test
    void anAcknowledgmentOlderThanTheLargestWindowIsDropped() {
        // RFC 5961 5.2: SND.UNA - MAX.SND.WND =< SEG.ACK.
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(ACK, 1, 1 - 65_536).octets(10));
        assertThat(tcp.upper.takeEvents()).isEmpty();
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");

        tcp.arrives(tcp.peer(ACK, 1, 1 - 65_535).octets(10));
        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:11");
    }

    @Test
    void challengeAcksAreLimitedInNumber() {
        // RFC 5961 7.
        TcpHarness tcp = TcpHarness.established();
        int answers = 0;
        for (int i = 0; i < 50; i++) {
            tcp.arrives(tcp.peer(SYN, 1, 0));
            answers += tcp.turn().size();
        }
        assertThat(answers).isEqualTo(10);
        assertThat(tcp.counters.dropped(DropReason.RATE_LIMITED)).isEqualTo(40);

        tcp.pass(1_000 * MS);
        tcp.arrives(tcp.peer(SYN, 1, 0));
        assertThat(tcp.turn()).hasSize(1);
    }

    @Test
    void aSegmentWithoutAckIsDropped() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(0, 1, 0).octets(10));

        assertThat(tcp.upper.takeEvents()).isEmpty();
        assertThat(tcp.counters.dropped(DropReason.NO_ACKNOWLEDGMENT)).isEqualTo(1);
    }

    @Test
    void aSegmentOutsideTheWindowIsAnsweredWithAnAck() {
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(ACK, 1 + 65_535, 1).octets(10));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        tcp.arrives(tcp.peer(ACK, 0, 1));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.counters.dropped(DropReason.OUT_OF_WINDOW)).isEqualTo(2);
    }

    @Test
    void synSentAnswersAWrongAckWithARstAndGoesOn() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        tcp.arrives(tcp.peer(ACK, 77, 2));
        assertThat(tcp.turn()).containsExactly("R 2");
        tcp.arrives(tcp.peer(ACK | RST, 77, 2));
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_SENT);
    }

    @Test
    void synSentIsRefusedOnlyByARstThatAcknowledgesTheSyn() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        tcp.arrives(tcp.peer(RST, 77, 0));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_SENT);
        tcp.arrives(tcp.peer(RST | ACK, 0, 1));
        assertThat(tcp.upper.takeEvents()).containsExactly("refused", "closed");
    }

    @Test
    void synSentIgnoresASegmentWithoutSyn() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        tcp.arrives(tcp.peer(ACK, 0, 1).octets(10));

        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_SENT);
    }

    @Test
    void aRstMayCarryOctets() {
        // RFC 9293 3.5.3 (SHLD-2): they say why.
        TcpHarness tcp = TcpHarness.established();

        tcp.arrives(tcp.peer(RST | ACK, 1, 1).octets(20));

        assertThat(tcp.upper.takeEvents()).containsExactly("reset", "closed");
        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void anotherSynBeforeTheThirdAckDrawsAnAckThatItsSenderAnswersByARst() {
        // RFC 5961 4.2, also in SYN-RECEIVED: the peer has begun anew.
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);

        tcp.arrives(tcp.peer(SYN, 5_000, 0));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        tcp.arrives(tcp.peer(SYN, -5_000, 0));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);

        tcp.arrives(tcp.peer(RST, 1, 0));
        assertThat(tcp.connection.isClosed()).isTrue();
    }

    @Test
    void synReceivedIsResetByTheNextNumber() {
        TcpHarness tcp = TcpHarness.synReceived(PLAIN);

        tcp.arrives(tcp.peer(RST, 1, 0));

        assertThat(tcp.upper.takeEvents()).containsExactly("reset", "closed");
    }

    @Test
    void closingStatesEndOnARst() {
        for (TcpHarness tcp : new TcpHarness[] {
            TcpHarness.finWait1(),
            TcpHarness.finWait2(),
            TcpHarness.closeWait(),
            TcpHarness.closing(),
            TcpHarness.lastAck()
        }) {
            tcp.arrives(tcp.peer(RST, tcp.connection.receivedInOrderSsn(), 0));
            assertThat(tcp.upper.takeEvents()).containsExactly("reset", "closed");
        }
        TcpHarness timeWait = TcpHarness.timeWait();
        timeWait.arrives(timeWait.peer(RST, 2, 0));
        assertThat(timeWait.upper.takeEvents()).containsExactly("closed");
    }

    @Test
    void inTimeWaitANewSynMayReplaceTheConnection() {
        // RFC 9293 3.6.1 (MAY-2) and RFC 6191 2.
        TcpHarness tcp = TcpHarness.timeWait();

        assertThat(tcp.mayBeReplacedBy(tcp.peer(SYN, 2, 0))).isTrue();
        assertThat(tcp.mayBeReplacedBy(tcp.peer(SYN, 1, 0))).isFalse();
        TcpHarness established = TcpHarness.established();
        assertThat(established.mayBeReplacedBy(established.peer(SYN, 100, 0))).isFalse();
    }

    @Test
    void garbageNeverBreaksAConnection() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            TcpHarness tcp = TcpHarness.established(
                    PLAIN.toBuilder().timestamps(seed % 2 == 0).build());
            for (int i = 0; i < 300 && !tcp.connection.isClosed(); i++) {
                throwAt(tcp, random);
                tcp.write(random.nextInt(4_000));
                tcp.turn();
                tcp.pass(random.nextInt(100) * MS);
                assertThat(tcp.connection.octetsInFlight()).isBetween(0L, 200_000L);
                assertThat(tcp.connection.sendRoom()).isNotNegative();
            }
        }
    }

    private static void throwAt(TcpHarness tcp, Random random) {
        tcp.upper.quiet = true;
        tcp.peerWindow = random.nextInt(65_536);
        int flags = ACK | random.nextInt(64) & random.nextInt(64) & ~RST;
        int seq = tcp.connection.receivedInOrderSsn() + random.nextInt(20_000) - 10_000;
        int sent = (int) tcp.connection.octetsSent() + 1;
        int ack = sent - random.nextInt(20_000) + 1_000;
        TcpHarness segment = tcp.peer(flags, seq, ack).octets(random.nextInt(3_000));
        if (random.nextBoolean()) {
            int left = sent - random.nextInt(30_000) + 1_000;
            segment.sackBlock(left, left + random.nextInt(10_000) - 1_000);
        }
        tcp.arrives(segment);
    }
}
