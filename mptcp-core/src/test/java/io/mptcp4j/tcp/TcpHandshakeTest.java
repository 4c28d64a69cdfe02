package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

class TcpHandshakeTest {
    private static final int SYN = TcpFlags.SYN;
    private static final int ACK = TcpFlags.ACK;

    @Test
    void opensActively() {
        TcpHarness tcp = new TcpHarness(TcpSettings.DEFAULT);
        tcp.output.withOptions = true;

        tcp.connection.open(tcp.now);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_SENT);
        assertThat(tcp.turn()).containsExactly("S 0 mss 1460 ws 10 sackOK TS");

        tcp.arrives(tcp.peer(SYN | ACK, 0, 1)
                .mss(1400)
                .windowScale(7)
                .sackPermitted()
                .timestamps());
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.turn()).containsExactly(". 1 ack 1 TS");
        assertThat(tcp.upper.takeEvents()).containsExactly("established");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(1400);
        assertThat(tcp.connection.isSackEnabled()).isTrue();
        assertThat(tcp.connection.hasTimestamps()).isTrue();
        assertThat(tcp.connection.hasPending()).isFalse();
    }

    @Test
    void opensPassivelyAndAnswersWithTheOptionsThatTheSynCarried() {
        TcpHarness tcp = new TcpHarness(TcpSettings.DEFAULT);
        tcp.output.withOptions = true;

        tcp.accept(tcp.peer(SYN, 0, 0).mss(1400).sackPermitted());
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(tcp.turn()).containsExactly("S 0 ack 1 mss 1460 sackOK");

        tcp.acks(1);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("established");
        assertThat(tcp.counters.get(Counter.SYNS_REPEATED)).isZero();
    }

    @Test
    void aSynWithoutOptionsIsAnsweredWithNoneButTheSegmentSize() {
        // RFC 7323 1.3, 2.2, RFC 2018 2; RFC 9293 3.7.1 (MUST-15).
        TcpHarness tcp = new TcpHarness(TcpSettings.DEFAULT);
        tcp.output.withOptions = true;

        tcp.accept(tcp.peer(SYN, 0, 0));

        assertThat(tcp.turn()).containsExactly("S 0 ack 1 mss 1460");
        assertThat(tcp.connection.maximumSegmentSize()).isEqualTo(536);
    }

    @Test
    void repeatsTheSynWithBackOffAndGivesUp() {
        TcpHarness tcp = TcpHarness.synSent(PLAIN.toBuilder().synRetries(2).build());

        assertThat(tcp.pass(999 * MS)).isEmpty();
        assertThat(tcp.pass(MS)).containsExactly("S 0");
        assertThat(tcp.pass(1_999 * MS)).isEmpty();
        assertThat(tcp.pass(MS)).containsExactly("S 0");
        assertThat(tcp.pass(4_000 * MS)).isEmpty();
        assertThat(tcp.upper.takeEvents()).containsExactly("timed out", "closed");
        assertThat(tcp.connection.isClosed()).isTrue();
        assertThat(tcp.connection.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(tcp.counters.get(Counter.SYNS_REPEATED)).isEqualTo(2);
    }

    @Test
    void opensSimultaneously() {
        // RFC 9293 3.5, figure 7.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);

        tcp.arrives(tcp.peer(SYN, 0, 0).mss(1460));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.SYN_RECEIVED);
        assertThat(tcp.turn()).containsExactly("S 0 ack 1");

        tcp.arrives(tcp.peer(SYN | ACK, 0, 1).mss(1460));
        assertThat(tcp.connection.state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(tcp.upper.takeEvents()).containsExactly("established");
    }

    @Test
    void octetsAndFinOnASynAckComeAgain() {
        // RFC 9293 3.10.7.3, fourth, would take them.
        TcpHarness tcp = TcpHarness.synSent(PLAIN);
        tcp.now += 10 * MS;

        tcp.arrives(tcp.peer(SYN | ACK | TcpFlags.FIN, 0, 1).mss(1460).octets(10));
        assertThat(tcp.turn()).containsExactly(". 1 ack 1");
        assertThat(tcp.upper.takeEvents()).containsExactly("established");

        tcp.arrives(tcp.peer(ACK | TcpFlags.FIN, 1, 1).octets(10));
        assertThat(tcp.turn()).containsExactly(". 1 ack 12");
        assertThat(tcp.upper.takeEvents()).containsExactly("octets 1:11", "fin 11");
    }

    @Test
    void theWindowOfASynIsToldToTheLayerAboveAsItStands() {
        // RFC 7323 2.2.
        TcpHarness tcp = TcpHarness.synSent(TcpSettings.DEFAULT);

        tcp.arrives(tcp.peer(SYN | ACK, 0, 1).mss(1460).windowScale(7));

        assertThat(tcp.upper.lastWindow).isEqualTo(65_535);
        assertThat(tcp.connection.sendWindow()).isEqualTo(65_535);
    }

    @Test
    void sendsAndReceivesOctets() {
        TcpHarness tcp = TcpHarness.established();

        assertThat(tcp.write(3000)).isEqualTo(3000);
        assertThat(tcp.sent()).containsExactly(". 1:1461 ack 1", ". 1461:2921 ack 1", "P 2921:3001 ack 1");
        assertThat(tcp.connection.lowestOutstanding()).isZero();

        tcp.arrives(tcp.peer(ACK, 1, 3001).octets(100));
        assertThat(tcp.connection.hasOutstanding()).isFalse();
        assertThat(tcp.upper.takeEvents()).containsExactly("acked", "octets 1:101");
        assertThat(tcp.turn()).containsExactly(". 3001 ack 101");
        assertThat(tcp.connection.lowestOutstanding()).isEqualTo(Long.MAX_VALUE);
        assertThat(tcp.connection.smoothedRttNanos()).isPositive();
    }

    @Test
    void closesFromBothEnds() {
        TcpHarness tcp = TcpHarness.established();

        tcp.connection.close(tcp.now);
        assertThat(tcp.turn()).containsExactly("F 1 ack 1");
        tcp.acks(2);
        assertThat(tcp.connection.state()).isEqualTo(TcpState.FIN_WAIT_2);
        tcp.arrives(tcp.peer(TcpFlags.FIN | ACK, 1, 2));
        assertThat(tcp.connection.isTimeWait()).isTrue();
        assertThat(tcp.turn()).containsExactly(". 2 ack 2");
        tcp.pass(60_000 * MS);
        assertThat(tcp.upper.takeEvents()).containsExactly("acked", "fin 1", "closed");
    }
}
