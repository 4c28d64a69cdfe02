package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.tcp.TcpState;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may take the 4-tuple of a connection in TIME-WAIT (RFC 6191 2, RFC 9293 3.6.1). */
class TimeWaitReuseTest {
    private static final int PORT = 80;
    private static final int PEER_PORT = 5_000;
    private static final int ISS = 1_000_000;
    private static final int TS = 70_000;
    private static final long SECOND = 1_000_000_000L;

    private final TestHost host = new TestHost();

    // The peer's FIN has the number ISS + 1 and the timestamp TS + 1.
    @ParameterizedTest(name = "timestamps before {0}: a SYN {1} behind the FIN, timestamp {2}: {3}")
    @CsvSource({
        "true,     1,  1, true",
        "true,   -99,  1, true", // younger by its timestamp alone
        "true,     1,  0, true", // a tie, broken by the sequence number
        "true,     0,  0, false",
        "true,   999, -1, false", // older by its timestamp, whatever its number
        "true,     1,   , true", // no timestamp in the SYN
        "true,     0,   , false",
        "false,  -99,  5, true", // the old connection had none, so none of its octets can be taken for new ones
        "false,  -99, -200000, true", // nor is there a timestamp that it could be older than
        "false,    1,   , true",
        "false,    0,   , false",
    })
    void aSynThatIsYoungerThanAllThatWasSentIsTaken(boolean before, int number, Integer stamp, boolean taken) {
        host.stack.listen(null, PORT, 5, ConnectionSettings.DEFAULT, Listener -> {});
        MptcpConnection old = timeWaitAsServer(before);
        int sent = host.device.sent.size();
        Segment last = last();

        Segment syn = fromPeer().seq(ISS + 1 + number).flags(TcpFlags.SYN);
        host.deliver(stamp == null ? syn : syn.option(Option.timestamps(TS + 1 + stamp, 0)));

        assertThat(host.sent()).hasSize(sent + 1);
        if (taken) {
            assertThat(last().flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(last().ack()).isEqualTo(ISS + 2 + number);
            // RFC 9293 3.6.1 (MAY-2): our numbers are larger than those of the old connection, too.
            assertThat(last().seq() - last.seq()).isPositive();
            assertThat(host.stack.connections()).hasSize(1).doesNotContain(old);
        } else {
            assertThat(last().flags()).isEqualTo(TcpFlags.ACK);
            assertThat(host.stack.connections()).containsExactly(old);
        }
    }

    @Test
    void theNewConnectionBeginsBehindAnOldOneThatHasSentMoreThanItsClockSays() {
        host.stack.listen(null, PORT, 5, ConnectionSettings.DEFAULT, Listener -> {});
        MptcpConnection old = timeWaitAsServer(true);
        // The clock of initial sequence numbers goes on by 250 a millisecond.
        int highest = last().seq();
        host.now += 1_000_000L;
        host.deliver(fromPeer().seq(5).flags(TcpFlags.SYN).option(Option.timestamps(TS + 2, 0)));

        assertThat(last().seq() - highest).isGreaterThanOrEqualTo(0x1_0000);
        assertThat(host.stack.connections()).doesNotContain(old);
    }

    // ---- we connect

    @Test
    void aConnectionOfOursMayTakeThePortOfOneThatIsOverForASecond() {
        MptcpConnection old = timeWaitAsClient(true);
        int highest = last().seq();
        assertThat(connect(PEER_PORT)).isNull();

        host.now += SECOND;
        MptcpConnection next = connect(PEER_PORT);
        host.stack.output(host.now);

        assertThat(next).isNotNull();
        assertThat(last().flags()).isEqualTo(TcpFlags.SYN);
        assertThat(last().seq() - highest).isPositive();
        assertThat(host.stack.connections()).containsExactly(next);
        assertThat(old.subflowCount()).isZero();
    }

    @Test
    void withoutTimestampsThePortIsTakenForTheWholeOfTimeWait() {
        timeWaitAsClient(false);
        host.now += 59 * SECOND;
        host.stack.advance(host.now);
        assertThat(connect(PEER_PORT)).isNull();

        host.now += SECOND;
        host.stack.advance(host.now);
        host.stack.output(host.now);
        assertThat(connect(PEER_PORT)).isNotNull();
    }

    @Test
    void aPortInTimeWaitIsChosenOnlyWhenNoneIsFree() {
        TestHost narrow = new TestHost(
                StackSettings.builder().ephemeralPorts(40_000, 40_001).build());
        MptcpConnection old = timeWaitAsClient(narrow, true);
        narrow.now += SECOND;
        MptcpConnection second = connect(narrow, 0);
        assertThat(narrow.stack.connections()).containsExactlyInAnyOrder(old, second);

        MptcpConnection third = connect(narrow, 0);

        assertThat(narrow.stack.connections()).containsExactlyInAnyOrder(second, third);
        assertThat(connect(narrow, 0)).isNull();
    }

    // ---- steps

    private MptcpConnection timeWaitAsServer(boolean stamps) {
        Segment syn = fromPeer().seq(ISS).flags(TcpFlags.SYN);
        host.deliver(stamps ? syn.option(Option.timestamps(TS, 0)) : syn);
        Segment synAck = last();
        int ours = stamps ? tsVal(synAck) : 0;
        host.deliver(stamped(fromPeer().seq(ISS + 1).ack(synAck.seq() + 1), stamps, TS, ours));
        MptcpConnection connection = host.stack.connections().get(0);
        connection.close(host.now);
        host.stack.output(host.now);
        host.deliver(stamped(fromPeer().seq(ISS + 1).ack(synAck.seq() + 2).with(TcpFlags.FIN), stamps, TS + 1, ours));
        assertThat(connection.subflow(0).tcp().state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(connection.closeCause()).isEqualTo(CloseCause.NORMAL);
        return connection;
    }

    private MptcpConnection timeWaitAsClient(boolean stamps) {
        MptcpConnection connection = connect(PEER_PORT);
        finishAsClient(host, connection, stamps);
        return connection;
    }

    private static MptcpConnection timeWaitAsClient(TestHost on, boolean stamps) {
        MptcpConnection connection = connect(on, 0);
        finishAsClient(on, connection, stamps);
        return connection;
    }

    private static void finishAsClient(TestHost on, MptcpConnection connection, boolean stamps) {
        on.stack.output(on.now);
        Segment syn = on.sent().get(on.device.sent.size() - 1);
        Segment peer = TestHost.segment(PORT, syn.sourcePort());
        Segment synAck = peer.copy().seq(ISS).ack(syn.seq() + 1).with(TcpFlags.SYN);
        on.deliver(stamped(synAck, stamps, TS, stamps ? tsVal(syn) : 0));
        connection.close(on.now);
        on.stack.output(on.now);
        Segment fin = peer.copy().seq(ISS + 1).ack(syn.seq() + 2).with(TcpFlags.FIN);
        on.deliver(stamped(fin, stamps, TS + 1, stamps ? tsVal(syn) : 0));
        assertThat(connection.subflow(0).tcp().state()).isEqualTo(TcpState.TIME_WAIT);
    }

    private MptcpConnection connect(int localPort) {
        return connect(host, localPort);
    }

    private static MptcpConnection connect(TestHost on, int localPort) {
        ConnectionSettings plain = ConnectionSettings.builder()
                .multipath(false)
                .tcp(TcpSettings.DEFAULT)
                .build();
        return on.stack.connect(plain, new StackPair.Recorder(), null, localPort, TestHost.PEER_IPV4, PORT, on.now);
    }

    private static Segment stamped(Segment segment, boolean stamps, int tsVal, int tsEcr) {
        return stamps ? segment.option(Option.timestamps(tsVal, tsEcr)) : segment;
    }

    private static int tsVal(Segment segment) {
        return ByteBuffer.wrap(segment.option(Option.TIMESTAMPS).data()).getInt(0);
    }

    private Segment fromPeer() {
        return TestHost.segment(PEER_PORT, PORT);
    }

    private Segment last() {
        return host.sent().get(host.device.sent.size() - 1);
    }
}
