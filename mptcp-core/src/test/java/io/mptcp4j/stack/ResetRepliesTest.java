package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

class ResetRepliesTest {
    private static final int MPTCP = 30;

    private final TestHost host = new TestHost();

    @Test
    void answersASynToAClosedPortWithARstThatAcknowledgesIt() {
        // RFC 9293 3.10.7.1: <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>
        host.deliver(TestHost.segment(5_000, 80).seq(1_000).flags(TcpFlags.SYN));

        Segment reset = host.sent().get(0);
        assertThat(reset.flags()).isEqualTo(TcpFlags.RST | TcpFlags.ACK);
        assertThat(reset.seq()).isZero();
        assertThat(reset.ack()).isEqualTo(1_001);
        assertThat(reset.sourcePort()).isEqualTo(80);
        assertThat(reset.destinationPort()).isEqualTo(5_000);
        assertThat(host.dropped(DropReason.NO_LISTENER)).isEqualTo(1);
        assertThat(host.stack.counters().get(Counter.RESETS_OUT)).isEqualTo(1);
    }

    @Test
    void answersAnAckWithARstOfTheNumberThatThePeerExpects() {
        // RFC 9293 3.10.7.1: <SEQ=SEG.ACK><CTL=RST>
        Segment data = new Segment()
                .addresses(TestHost.PEER_IPV6, TestHost.IPV6)
                .ports(5_000, 80)
                .seq(1_000)
                .ack(77)
                .payload(new byte[10]);

        host.deliver(data);

        Segment reset = host.sent().get(0);
        assertThat(reset.flags()).isEqualTo(TcpFlags.RST);
        assertThat(reset.seq()).isEqualTo(77);
        assertThat(reset.source()).isEqualTo(TestHost.IPV6);
    }

    @Test
    void neverAnswersARst() {
        host.deliver(TestHost.segment(5_000, 80).flags(TcpFlags.RST));
        host.deliver(TestHost.segment(5_000, 80).flags(TcpFlags.RST | TcpFlags.SYN));

        assertThat(host.sent()).isEmpty();
        assertThat(host.dropped(DropReason.NO_LISTENER)).isEqualTo(2);
    }

    @Test
    void withholdsRstsBeyondTheRate() {
        for (int i = 0; i < 100; i++) {
            host.deliver(TestHost.segment(5_000, 1 + i).flags(TcpFlags.SYN));
        }

        assertThat(host.sent()).hasSize(64);
        assertThat(host.dropped(DropReason.RATE_LIMITED)).isEqualTo(36);
    }

    @Test
    void saysWhyWhenTheTokenOfAJoinIsUnknown() {
        // RFC 8684 3.2, 3.6: MP_TCPRST with reason 1.
        byte[] join = {0x10, 1, 1, 2, 3, 4, 9, 9, 9, 9};

        host.deliver(TestHost.segment(5_000, 80).flags(TcpFlags.SYN).option(new Option(MPTCP, join)));

        Segment reset = host.sent().get(0);
        assertThat(reset.flags()).isEqualTo(TcpFlags.RST | TcpFlags.ACK);
        assertThat(reset.option(MPTCP).data()).containsExactly(0x80, 1);
        assertThat(host.dropped(DropReason.UNKNOWN_TOKEN)).isEqualTo(1);
    }
}
