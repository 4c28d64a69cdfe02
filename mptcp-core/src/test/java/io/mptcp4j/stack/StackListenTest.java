package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.TcpFlags;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A listener and its connections, seen from a peer that speaks plain TCP in packets. */
class StackListenTest {
    private static final int PORT = 80;
    private static final int PEER_PORT = 5_000;

    private int acceptable;
    private final TestHost host = new TestHost(StackSettings.builder()
            .maxHalfOpen(2)
            .synCookies(SynCookies.OFF)
            .maxConnections(10)
            .build());
    private final Listener listener =
            host.stack.listen(null, PORT, 5, ConnectionSettings.DEFAULT, which -> acceptable++);
    private int peerNext = 1_001;

    @Test
    void boundsHalfOpenConnectionsAndDropsSynsBeyond() {
        // RFC 4987 3.1
        for (int port = 1; port <= 5; port++) {
            host.deliver(TestHost.segment(port, PORT).seq(1).flags(TcpFlags.SYN));
        }

        assertThat(listener.halfOpen()).isEqualTo(2);
        assertThat(host.sent()).hasSize(2).allMatch(segment -> segment.flags() == (TcpFlags.SYN | TcpFlags.ACK));
        assertThat(host.dropped(DropReason.BACKLOG_FULL)).isEqualTo(3);
    }

    @Test
    void makesRoomWhenAHalfOpenConnectionIsReset() {
        host.deliver(TestHost.segment(1, PORT).seq(1).flags(TcpFlags.SYN));
        host.deliver(TestHost.segment(2, PORT).seq(1).flags(TcpFlags.SYN));

        host.deliver(TestHost.segment(2, PORT).seq(2).flags(TcpFlags.RST));

        assertThat(listener.halfOpen()).isEqualTo(1);
        assertThat(host.stack.connectionCount()).isEqualTo(1);
        assertThat(host.stack.subflowCount()).isEqualTo(1);
    }

    @Test
    void aPacketAtItsLastHopHasArrived() {
        // RFC 1122 3.2.1.7, RFC 8200 3: only routers look at what is left.
        host.deliver(TestHost.segment(1, PORT).seq(1).flags(TcpFlags.SYN).ttl(1));
        host.deliver(TestHost.segment(2, PORT).seq(1).flags(TcpFlags.SYN).ttl(0));

        assertThat(host.sent()).hasSize(2);
    }

    @Test
    void aPeerThatTellsNoSegmentSizeGetsSmallSegments() {
        // RFC 9293 3.7.1 (MUST-15)
        host.deliver(TestHost.segment(1, PORT).seq(1).flags(TcpFlags.SYN));
        host.deliver(new Segment()
                .addresses(TestHost.PEER_IPV6, TestHost.IPV6)
                .ports(2, PORT)
                .seq(1)
                .flags(TcpFlags.SYN));

        assertThat(host.stack.connections().get(0).subflow(0).tcp().maximumSegmentSize())
                .isEqualTo(536);
        assertThat(host.stack.connections().get(1).subflow(0).tcp().maximumSegmentSize())
                .isEqualTo(1_220);
    }

    @Test
    void aPortThatSomebodyListensOnIsNotChosenForAConnectionOfOurs() {
        // RFC 6056 3.2
        TestHost narrow = new TestHost(
                StackSettings.builder().ephemeralPorts(40_000, 40_001).build());
        Listener service = narrow.stack.listen(null, 40_000, 5, ConnectionSettings.DEFAULT, which -> {});
        for (int i = 0; i < 10; i++) {
            connect(narrow, 1 + i);
        }
        assertThat(narrow.sent()).hasSize(10).allMatch(segment -> segment.sourcePort() == 40_001);
        assertThat(connect(narrow, 1)).isNull();

        service.close(narrow.now);

        assertThat(connect(narrow, 1)).isNotNull();
    }

    private static MptcpConnection connect(TestHost from, int toPort) {
        MptcpConnection connection = from.stack.connect(
                ConnectionSettings.DEFAULT, new StackPair.Recorder(), null, 0, TestHost.PEER_IPV4, toPort, from.now);
        from.stack.output(from.now);
        return connection;
    }

    @Test
    void reservedBitsAreNotLookedAt() {
        // RFC 9293 3.1: later standards use them, as AccECN does on SYNs.
        byte[] syn = TestHost.segment(1, PORT).seq(1).flags(TcpFlags.SYN).toBytes();
        syn[20 + 12] |= 0x0f;

        host.deliver(true, syn);
        host.stack.output(host.now);

        assertThat(host.sent()).hasSize(1);
        assertThat(host.sent().get(0).flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
        assertThat(host.device.sent.get(0)[20 + 12] & 0x0f).isZero();
    }

    @Test
    void aPortListensThoughAConnectionOfItsOwnIsBeingOpenedFromIt() {
        // RFC 9293 3.9.1.1 (MUST-41, MUST-42).
        host.stack.connect(
                ConnectionSettings.DEFAULT, new StackPair.Recorder(), null, PORT, TestHost.PEER_IPV4, 9, host.now);
        host.stack.output(host.now);

        host.deliver(TestHost.segment(1, PORT).seq(1).flags(TcpFlags.SYN));

        assertThat(host.sent()).hasSize(2);
        assertThat(host.sent().get(0).flags()).isEqualTo(TcpFlags.SYN);
        assertThat(host.sent().get(1).flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
        assertThat(listener.halfOpen()).isEqualTo(1);
    }

    @Test
    void tellsItsObserverWhenAConnectionCanBeAccepted() {
        handshake(1_000);

        assertThat(acceptable).isEqualTo(1);
        assertThat(listener.halfOpen()).isZero();
        assertThat(listener.accept(new StackPair.Recorder())).isNotNull();
        assertThat(listener.accept(new StackPair.Recorder())).isNull();
    }

    @Test
    void dropsASegmentWithoutAckAndAnswersAnAckOutOfNowhereWithARst() {
        // RFC 9293 3.10.7.2
        host.deliver(TestHost.segment(1, PORT).seq(1).flags(TcpFlags.PSH).payload(new byte[3]));
        assertThat(host.sent()).isEmpty();

        host.deliver(TestHost.segment(1, PORT).seq(1).ack(99));
        assertThat(host.sent().get(0).flags()).isEqualTo(TcpFlags.RST);
    }

    @Test
    void answersOneWhoComesAfterTheListenerClosedWithARst() {
        Segment synAck = handshake(1_000);
        listener.close(host.now);
        listener.close(host.now);
        host.stack.output(host.now);

        Segment reset = last();
        assertThat(reset.has(TcpFlags.RST)).isTrue();
        assertThat(reset.seq()).isEqualTo(synAck.seq() + 1);
        assertThat(host.stack.connectionCount()).isZero();
        host.deliver(TestHost.segment(PEER_PORT + 1, PORT).seq(1).flags(TcpFlags.SYN));
        assertThat(last().flags()).isEqualTo(TcpFlags.RST | TcpFlags.ACK);
    }

    @Test
    void takesANewSynFromAPortWhoseConnectionIsInTimeWait() {
        // RFC 9293 3.10.7.4, RFC 1122 4.2.2.13: if it begins beyond the old connection's sequence space.
        Segment synAck = handshake(1_000);
        MptcpConnection connection = listener.accept(new StackPair.Recorder());
        connection.close(host.now);
        host.stack.output(host.now);
        assertThat(last().has(TcpFlags.FIN)).isTrue();
        host.deliver(fromPeer().seq(peerNext).ack(synAck.seq() + 2).with(TcpFlags.FIN));
        int before = host.device.sent.size();

        host.deliver(fromPeer().seq(900).flags(TcpFlags.SYN));
        assertThat(host.sent().stream().skip(before)).noneMatch(segment -> segment.has(TcpFlags.SYN));
        host.deliver(fromPeer().seq(900_000).flags(TcpFlags.SYN));

        assertThat(last().flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
        assertThat(last().ack()).isEqualTo(900_001);
    }

    @Test
    void survivesAnyBitFlippedInSegmentsOfAnEstablishedConnection() {
        Segment synAck = handshake(1_000);
        listener.accept(new StackPair.Recorder());
        byte[] model = fromPeer()
                .seq(peerNext)
                .ack(synAck.seq() + 1)
                .option(new Option(Option.MPTCP, new byte[] {0x20, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 8}))
                .payload(new byte[8])
                .toBytes();
        Random random = new Random(5);
        for (int i = 0; i < 30_000 && host.stack.connectionCount() == 1; i++) {
            byte[] packet = model.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                int bit = 32 * 8 + random.nextInt((packet.length - 32) * 8);
                packet[bit / 8] ^= (byte) (1 << bit % 8);
            }
            // RST, SYN and FIN would end it: that is another test.
            packet[33] &= ~(TcpFlags.RST | TcpFlags.SYN | TcpFlags.FIN);
            host.deliver(true, packet);
            host.stack.advance(host.now);
            host.stack.output(host.now);
            host.now += 10_000;
        }

        assertThat(host.stack.connectionCount()).isEqualTo(1);
    }

    @Test
    void blindAttacksOnAllConnectionsDrawSoManyAnswersAndNoMore() {
        // RFC 5961 7: fifty connections might give 500 answers a second.
        TestHost busy =
                new TestHost(StackSettings.builder().challengeAcksPerSecond(100).build());
        busy.stack.listen(null, PORT, 100, ConnectionSettings.DEFAULT, which -> {});
        int connections = 50;
        int[] next = new int[connections];
        for (int i = 0; i < connections; i++) {
            busy.deliver(TestHost.segment(PEER_PORT + i, PORT).seq(1_000).flags(TcpFlags.SYN));
            next[i] = busy.sent().get(busy.device.sent.size() - 1).seq() + 1;
            busy.deliver(TestHost.segment(PEER_PORT + i, PORT).seq(1_001).ack(next[i]));
        }
        int before = busy.device.sent.size();
        for (int i = 0; i < 10 * connections; i++) {
            busy.deliver(TestHost.segment(PEER_PORT + i % connections, PORT)
                    .seq(1_002)
                    .flags(TcpFlags.RST));
        }

        assertThat(busy.device.sent.size() - before).isBetween(50, 150);
        assertThat(busy.stack.connectionCount()).isEqualTo(connections);
        // A keepalive is answered all the same.
        before = busy.device.sent.size();
        busy.now += 1_000_000_000L;
        for (int i = 0; i < 4 * connections; i++) {
            busy.deliver(TestHost.segment(PEER_PORT + i % connections, PORT)
                    .seq(1_000)
                    .ack(next[i % connections]));
        }
        assertThat(busy.device.sent.size() - before).isEqualTo(4 * connections);
    }

    /** A plain three-way handshake; returns the SYN/ACK. */
    private Segment handshake(int iss) {
        peerNext = iss + 1;
        host.deliver(fromPeer().seq(iss).flags(TcpFlags.SYN).option(Option.mss(1_460)));
        Segment synAck = last();
        assertThat(synAck.flags()).isEqualTo(TcpFlags.SYN | TcpFlags.ACK);
        host.deliver(fromPeer().seq(peerNext).ack(synAck.seq() + 1));
        return synAck;
    }

    private Segment fromPeer() {
        return TestHost.segment(PEER_PORT, PORT);
    }

    private Segment last() {
        return host.sent().get(host.device.sent.size() - 1);
    }
}
