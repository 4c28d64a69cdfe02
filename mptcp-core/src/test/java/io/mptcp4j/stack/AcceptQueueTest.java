package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import org.junit.jupiter.api.Test;

/** Handshakes that complete while as many connections wait to be accepted as may: those peers have to wait, as with Linux. */
class AcceptQueueTest {
    private static final int PORT = 80;
    private static final int SYN_ACK = TcpFlags.SYN | TcpFlags.ACK;
    private static final long SECOND = 1_000_000_000L;

    private final TestHost host = new TestHost();
    private final Listener listener = host.stack.listen(null, PORT, 1, ConnectionSettings.DEFAULT, which -> {});

    /** The queue holds one, and that place is taken after this second peer's SYN was answered; returns the SYN/ACK. */
    private Segment secondOfTwo() {
        Segment first = syn(1);
        Segment second = syn(2);
        host.deliver(from(1).ack(first.seq() + 1));
        assertThat(listener.acceptable()).isEqualTo(1);
        host.device.sent.clear();
        return second;
    }

    private Segment syn(int port) {
        host.deliver(TestHost.segment(port, PORT).seq(1_000).flags(TcpFlags.SYN).option(Option.mss(1_460)));
        Segment answer = host.sent().get(host.sent().size() - 1);
        assertThat(answer.flags()).isEqualTo(SYN_ACK);
        return answer;
    }

    private static Segment from(int port) {
        return TestHost.segment(port, PORT).seq(1_001);
    }

    private void passes(long nanos) {
        host.now += nanos;
        host.stack.advance(host.now);
        host.stack.output(host.now);
    }

    private long overflows() {
        return host.stack.counters().get(Counter.LISTEN_OVERFLOWS);
    }

    @Test
    void aThirdAckThatFindsTheQueueFullIsNotHeard() {
        Segment synAck = secondOfTwo();

        host.deliver(from(2).ack(synAck.seq() + 1));
        host.deliver(from(2).ack(synAck.seq() + 1).payload(new byte[10]));

        assertThat(host.sent()).isEmpty();
        assertThat(listener.halfOpen()).isEqualTo(1);
        assertThat(listener.acceptable()).isEqualTo(1);
        assertThat(host.stack.connectionCount()).isEqualTo(2);
        assertThat(overflows()).isEqualTo(2);
        assertThat(host.dropped(DropReason.BACKLOG_FULL)).isEqualTo(2);
    }

    @Test
    void octetsThatComeAgainWhenThereIsRoomCompleteTheHandshake() {
        Segment synAck = secondOfTwo();
        host.deliver(from(2).ack(synAck.seq() + 1).payload(new byte[10]));

        listener.accept(new StackPair.Recorder());
        host.deliver(from(2).ack(synAck.seq() + 1).payload(new byte[10]));

        assertThat(listener.halfOpen()).isZero();
        MptcpConnection second = listener.accept(new StackPair.Recorder());
        assertThat(second.receiveStream().available()).isEqualTo(10);
        assertThat(overflows()).isEqualTo(1);
    }

    @Test
    void theSynAckComesAgainAndItsAnswerCompletesTheHandshake() {
        Segment synAck = secondOfTwo();
        host.deliver(from(2).ack(synAck.seq() + 1));
        listener.accept(new StackPair.Recorder());

        passes(SECOND);

        assertThat(host.sent()).hasSize(1).allMatch(segment -> segment.flags() == SYN_ACK);
        host.deliver(from(2).ack(synAck.seq() + 1));
        assertThat(listener.accept(new StackPair.Recorder())).isNotNull();
    }

    @Test
    void whoeverNeverFindsRoomIsForgottenWithItsHandshake() {
        Segment synAck = secondOfTwo();
        for (int i = 0; i < 130; i++) {
            passes(SECOND);
            host.deliver(from(2).ack(synAck.seq() + 1));
        }

        assertThat(listener.halfOpen()).isZero();
        assertThat(host.stack.connectionCount()).isEqualTo(1);
    }

    @Test
    void aResetAndAnAcknowledgmentOfSomethingElseAreHeardAllTheSame() {
        Segment synAck = secondOfTwo();

        // RFC 9293 3.10.7.4, fifth: in SYN-RECEIVED an unacceptable acknowledgment is answered by a RST.
        host.deliver(from(2).ack(synAck.seq() + 5));
        assertThat(host.sent()).hasSize(1).allMatch(segment -> segment.flags() == TcpFlags.RST);

        host.deliver(from(2).flags(TcpFlags.RST));
        assertThat(listener.halfOpen()).isZero();
        assertThat(host.stack.connectionCount()).isEqualTo(1);
        assertThat(overflows()).isZero();
    }
}
