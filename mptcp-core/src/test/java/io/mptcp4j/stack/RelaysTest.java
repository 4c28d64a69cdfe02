package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.ServerName;
import io.mptcp4j.testing.IcmpPacket;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Server 0 of four, to which a balancer brings joins of others: tokens begin with two bits that name the server. */
class RelaysTest {
    private static final int PORT = 443;
    private static final int OURS = 0x0123_4567;
    private static final int OF_SERVER_1 = 0x4123_4567;
    private static final int OF_SERVER_2 = 0x8123_4567;
    private static final int LIMIT = 100;

    private final RecordingGroup group = new RecordingGroup();
    private final TestHost host = new TestHost(
            StackSettings.builder().maxRelays(LIMIT).relaysPerSecond(1_000).build(), group);

    @Test
    void aJoinOfAnotherServerAndAllThatFollowsGoesThere() {
        // RFC 8684 3.2: the token names the connection
        host.deliver(join(1, OF_SERVER_2), from(1).ack(1), from(1).ack(1).payload(new byte[100]));

        assertThat(group.relayed).extracting(Relayed::server).containsExactly(2, 2, 2);
        assertThat(group.relayed.get(0).segment())
                .hasToString(join(1, OF_SERVER_2).toString());
        assertThat(group.relayed.get(2).segment().payload()).hasSize(100);
        assertThat(host.sent()).isEmpty();
        assertThat(host.stack.relayCount()).isEqualTo(1);
        assertThat(host.stack.counters().get(Counter.JOINS_RELAYED)).isEqualTo(1);
        assertThat(host.stack.counters().get(Counter.PACKETS_RELAYED)).isEqualTo(3);
    }

    @Test
    void aSynThatComesAgainIsNoOtherJoin() {
        host.deliver(join(1, OF_SERVER_2), join(1, OF_SERVER_2), from(1).ack(1));

        assertThat(group.relayed).extracting(Relayed::server).containsExactly(2, 2, 2);
        assertThat(host.stack.counters().get(Counter.JOINS_RELAYED)).isEqualTo(1);
    }

    @Test
    void theSameOverIpv6() {
        Segment syn = join(1, OF_SERVER_1).addresses(TestHost.PEER_IPV6, TestHost.IPV6);
        host.deliver(syn, from(1).addresses(TestHost.PEER_IPV6, TestHost.IPV6).ack(1));

        assertThat(group.relayed).extracting(Relayed::server).containsExactly(1, 1);
    }

    @Test
    void aTokenThatNamesThisServerAndNoConnectionIsReset() {
        host.deliver(join(1, OURS));

        assertThat(group.relayed).isEmpty();
        assertReset(MpTcprst.MPTCP_SPECIFIC);
        assertThat(host.dropped(DropReason.UNKNOWN_TOKEN)).isEqualTo(1);
    }

    @Test
    void aTokenOfAServerThatIsNotThereIsReset() {
        // RFC 8684 3.2: as an unknown port is, and 3.6: reason 1
        group.gone = true;

        host.deliver(join(1, OF_SERVER_1));

        assertReset(MpTcprst.MPTCP_SPECIFIC);
        assertThat(host.stack.relayCount()).isZero();
    }

    @Test
    void aServerThatDiesTakesItsSubflowsWithIt() {
        host.deliver(join(1, OF_SERVER_1), from(1).ack(1));
        group.gone = true;

        host.deliver(from(1).ack(77));

        assertThat(host.sent()).singleElement().satisfies(reset -> {
            assertThat(reset.flags()).isEqualTo(TcpFlags.RST);
            assertThat(reset.seq()).isEqualTo(77);
        });
        assertThat(host.stack.relayCount()).isZero();
    }

    @Test
    void whatWasRelayedIsNotRelayedAgain() {
        host.deliverRelayed(join(1, OF_SERVER_2));

        assertThat(group.relayed).isEmpty();
        assertReset(MpTcprst.MPTCP_SPECIFIC);
    }

    @Test
    void aNewConnectionOnAClosedFourTupleIsOurs() {
        host.stack.listen(null, PORT, 5, ConnectionSettings.DEFAULT, which -> {});
        host.deliver(join(1, OF_SERVER_2), from(1).ack(1), from(1).ack(2).with(TcpFlags.FIN));

        host.deliver(from(1).flags(TcpFlags.SYN));

        assertThat(group.relayed).hasSize(3);
        assertThat(host.stack.relayCount()).isZero();
        assertThat(host.sent()).singleElement().satisfies(answer -> assertThat(answer.flags())
                .isEqualTo(TcpFlags.SYN | TcpFlags.ACK));
    }

    @Test
    void aSynThatMayBeForgedDoesNotEndARelay() {
        // RFC 5961 4: its owner challenges it
        host.deliver(join(1, OF_SERVER_2), from(1).ack(1), from(1).flags(TcpFlags.SYN), from(1).ack(1));

        assertThat(group.relayed).extracting(Relayed::server).containsExactly(2, 2, 2, 2);
    }

    @Test
    void aRstThatMayBeForgedDoesNotEndARelayAtOnce() {
        host.deliver(join(1, OF_SERVER_2), from(1).ack(1), from(1).flags(TcpFlags.RST), from(1).ack(1));

        assertThat(group.relayed).hasSize(4);
        assertThat(host.sent()).isEmpty();
    }

    @Test
    void anIcmpErrorFollowsTheSegmentThatItQuotes() {
        host.deliver(join(1, OF_SERVER_2), from(1).ack(1));
        Segment quoted =
                new Segment().addresses(TestHost.IPV4, TestHost.PEER_IPV4).ports(PORT, 1);

        host.deliver(IcmpPacket.error(IpAddress.parse("10.0.0.9"), TestHost.IPV4, 3, 4, 1_000, quoted.toBytes()));

        assertThat(group.relayed).hasSize(3);
        assertThat(host.stack.counters().get(Counter.PACKETS_RELAYED)).isEqualTo(3);
        assertThat(host.dropped(DropReason.BAD_ICMP)).isZero();
    }

    // ---- bounds

    @Test
    void relaysThatAreIdleAreForgotten() {
        // RFC 5382 5, REQ-5: 4 minutes, and 2 hours and 4 minutes
        host.deliver(join(1, OF_SERVER_1), join(2, OF_SERVER_1), from(2).ack(1), join(3, OF_SERVER_1));
        host.deliver(from(3).ack(1), from(3).ack(1).with(TcpFlags.FIN));

        pass(Duration.ofMinutes(4).minusNanos(1));
        assertThat(host.stack.relayCount()).isEqualTo(3);
        pass(Duration.ofNanos(1));
        assertThat(host.stack.relayCount()).isEqualTo(1);
        host.deliver(from(2).ack(1));
        pass(Duration.ofMinutes(124).minusNanos(1));
        assertThat(host.stack.relayCount()).isEqualTo(1);
        pass(Duration.ofNanos(1));
        assertThat(host.stack.relayCount()).isZero();
        assertThat(host.stack.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFloodOfJoinsEvictsWhatIsNotEstablishedFirst() {
        // given
        for (int port = 1; port <= 10; port++) {
            host.deliver(join(port, OF_SERVER_1), from(port).ack(1));
        }

        // when: more than there is room for, slowly enough for the limit of a second
        for (int port = 1_001; port <= 1_000 + 3 * LIMIT; port++) {
            pass(Duration.ofMillis(1));
            host.deliver(join(port, OF_SERVER_2));
        }

        // then
        assertThat(host.stack.relayCount()).isEqualTo(LIMIT);
        assertThat(host.stack.counters().get(Counter.RELAYS_EVICTED)).isEqualTo(10 + 3 * LIMIT - LIMIT);
        group.relayed.clear();
        for (int port = 1; port <= 10; port++) {
            host.deliver(from(port).ack(1));
        }
        assertThat(group.relayed).extracting(Relayed::server).hasSize(10).containsOnly(1);
    }

    @Test
    void establishedRelaysGiveWayToo() {
        for (int port = 1; port <= LIMIT + 1; port++) {
            host.deliver(join(port, OF_SERVER_1), from(port).ack(1));
        }

        host.deliver(from(1).ack(5), from(2).ack(5));

        assertThat(host.stack.relayCount()).isEqualTo(LIMIT);
        assertThat(host.sent()).singleElement().satisfies(reset -> assertThat(reset.destinationPort())
                .isEqualTo(1));
    }

    @Test
    void soManyNewRelaysASecondAndNoMore() {
        for (int port = 1; port <= 2_000; port++) {
            host.deliver(join(port, OF_SERVER_1));
        }

        assertThat(host.stack.counters().get(Counter.JOINS_RELAYED)).isEqualTo(256);
        assertThat(host.dropped(DropReason.RATE_LIMITED)).isEqualTo(2_000 - 256);
        assertThat(host.sent()).isEmpty();
        pass(Duration.ofSeconds(1));
        host.deliver(join(1_999, OF_SERVER_1));
        assertThat(host.stack.counters().get(Counter.JOINS_RELAYED)).isEqualTo(257);
    }

    // ---- the client

    private static Segment from(int port) {
        return TestHost.segment(port, PORT).seq(1_000);
    }

    private static Segment join(int port, int token) {
        return from(port)
                .flags(TcpFlags.SYN)
                .option(Option.written(into -> MpJoin.writeSyn(into, 0, false, 2, token, 9)));
    }

    private void pass(Duration time) {
        host.now += time.toNanos();
        host.stack.advance(host.now);
    }

    private void assertReset(int reason) {
        assertThat(host.sent()).singleElement().satisfies(reset -> {
            assertThat(reset.flags()).isEqualTo(TcpFlags.RST | TcpFlags.ACK);
            assertThat(reset.mptcpOption(MptcpSubtype.MP_TCPRST).data()[1]).isEqualTo((byte) reason);
        });
    }

    private record Relayed(int server, Segment segment) {}

    private static final class RecordingGroup implements ServerGroup {
        private final List<Relayed> relayed = new ArrayList<>();
        private boolean gone;

        @Override
        public ServerName name() {
            return ServerName.of(0, 4);
        }

        @Override
        public boolean relay(int server, PacketBuffer packet, long nowNanos) {
            if (gone) {
                return false;
            }
            byte[] octets = new byte[packet.length()];
            packet.buffer().getBytes(packet.index(), octets);
            relayed.add(new Relayed(server, Segment.parse(octets)));
            return true;
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) {
            return 0;
        }

        @Override
        public void close() {
            gone = true;
        }
    }
}
