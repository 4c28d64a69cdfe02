package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.AddAddr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ADD_ADDR with a port and of all forms of address (RFC 8684 3.4.1), and joins to announced ports. */
class AnnouncedPortTest {
    private static final int PORT = 8443;
    private static final int STACK_ID = 1;
    private static final Option TIMESTAMPS = Option.timestamps(1_000, 0);

    @Test
    void anAddressOfTheFirstSubflowIsAnnouncedWithAPort() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(announcing(PORT))) {
            List<AddAddr> announced = establish(it);

            assertThat(announced).hasSize(1);
            // Linux knows ID 0 with the port of the first subflow only.
            assertThat(announced.get(0).addressId()).isEqualTo(STACK_ID);
            assertThat(announced.get(0).address()).isEqualTo(SegmentScript.STACK);
            assertThat(announced.get(0).port()).isEqualTo(PORT);
            assertThat(it.mptcp.isGenuineAddAddr(announced.get(0))).isTrue();
        }
    }

    @Test
    void aJoinToAnAnnouncedPortNeedsNoListener() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(announcing(PORT))) {
            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK, PORT);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            assertThat(synAck.sourcePort()).isEqualTo(PORT);
            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE)));

            assertThat(it.connection().subflow(1).state()).isEqualTo(SubflowState.ACTIVE);
            it.join(41_001, 5);
            assertThat(count(it, Counter.JOIN_SYN_RX)).isEqualTo(2);
            assertThat(count(it, Counter.JOIN_PORT_SYN_RX)).isEqualTo(1);
            assertThat(count(it, Counter.JOIN_ACK_RX)).isEqualTo(2);
            assertThat(count(it, Counter.JOIN_PORT_ACK_RX)).isEqualTo(1);
        }
    }

    private static long count(ScriptedConnection it, Counter counter) {
        return it.script.stack().counters().get(counter);
    }

    @Test
    void whoJoinsAnAnnouncedPortCountsItsAnswer() {
        IpAddress other = IpAddress.parse("10.0.0.22");
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, other, PORT)));
            ScriptedFlow flow = it.script.awaitSyn();
            Segment syn = flow.expect(TcpFlags.SYN);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, false, 7, NONCE)));

            assertThat(count(it, Counter.JOIN_SYN_ACK_RX)).isEqualTo(1);
            assertThat(count(it, Counter.JOIN_PORT_SYN_ACK_RX)).isEqualTo(1);
        }
    }

    @Test
    void eachPortWaitsForItsOwnEcho() {
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(announcing(PORT, PORT + 1))) {
            assertThat(establish(it)).extracting(AddAddr::port).containsExactly(PORT);

            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(STACK_ID, SegmentScript.STACK, PORT + 7)));
            assertThat(addAddrs(it, take(it.first))).isEmpty();

            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(STACK_ID, SegmentScript.STACK, PORT)));
            assertThat(addAddrs(it, take(it.first))).extracting(AddAddr::port).containsExactly(PORT + 1);
        }
    }

    @Test
    void noMorePortsAreAnnouncedThanTheLimit() {
        int[] ports = new int[200];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = PORT + i;
        }
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(announcing(ports))) {
            List<AddAddr> announced = establish(it);
            for (int i = 0; i < announced.size(); i++) {
                it.first.inject(it.first
                        .segment()
                        .option(it.mptcp.addAddrEcho(
                                STACK_ID, SegmentScript.STACK, announced.get(i).port())));
                announced.addAll(addAddrs(it, take(it.first)));
            }

            assertThat(announced)
                    .hasSizeLessThanOrEqualTo(LocalAddressIds.MAXIMUM_KNOWN)
                    .hasSizeGreaterThanOrEqualTo(OutgoingSignals.MAXIMUM_WAITING);
        }
    }

    // ---- 40 octets

    @Test
    void ipv6WithPortLeavesWithoutTimestamps() {
        // RFC 8684 3.4.1 and RFC 7323 3.2: 12 octets of timestamps and 32 of ADD_ADDR are more than 40.
        try (ScriptedConnection it = ScriptedConnection.synFromPeer(announcing(PORT), TIMESTAMPS)) {
            establish(it);
            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(STACK_ID, SegmentScript.STACK, PORT)));
            take(it.first);

            it.script.addAddress("fd00::3/64", 3);

            List<Segment> sent = take(it.first);
            Segment announcement = sent.stream()
                    .filter(segment -> it.mptcp.addAddr(segment) != null)
                    .findFirst()
                    .orElseThrow();
            AddAddr view = it.mptcp.addAddr(announcement);
            assertThat(view.length()).isEqualTo(AddAddr.MAXIMUM_LENGTH);
            assertThat(view.address()).isEqualTo(IpAddress.parse("fd00::3"));
            assertThat(view.port()).isEqualTo(PORT);
            assertThat(it.mptcp.isGenuineAddAddr(view)).isTrue();
            assertThat(announcement.option(Option.TIMESTAMPS)).isNull();
            // Everything else has them.
            it.script.write(100);
            assertThat(it.first.expect(TcpFlags.ACK).option(Option.TIMESTAMPS)).isNotNull();
        }
    }

    @Test
    void ipv6WithoutPortLeavesWithTimestamps() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, TIMESTAMPS)) {
            it.script.addAddress("fd00::3/64", 3);

            Segment announcement = take(it.first).get(0);
            assertThat(it.mptcp.addAddr(announcement).isIpv4()).isFalse();
            assertThat(announcement.option(Option.TIMESTAMPS)).isNotNull();
        }
    }

    @Test
    void theEchoOfIpv6WithPortHasTimestamps() {
        IpAddress other = IpAddress.parse("fd00::22");
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, TIMESTAMPS)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, other, PORT)));

            Segment echo = take(it.first).get(0);
            assertThat(it.mptcp.addAddr(echo).isEcho()).isTrue();
            assertThat(it.mptcp.addAddr(echo).port()).isEqualTo(PORT);
            assertThat(echo.option(Option.TIMESTAMPS)).isNotNull();
        }
    }

    // ---- what the peer announces

    @Test
    void anIpv4MappedAddressIsEchoedAsItCameAndJoinedOverIpv4() {
        IpAddress other = IpAddress.parse("10.0.0.22");
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.mappedAddAddr(7, other)));

            AddAddr echo = addAddrs(it, take(it.first)).get(0);
            assertThat(echo.isEcho()).isTrue();
            assertThat(echo.isIpv4()).isFalse();
            assertThat(echo.address()).isEqualTo(other);
            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destination()).isEqualTo(other);
        }
    }

    @Test
    void anotherPortOfAKnownAddressIsOneMoreWayToReachIt() {
        // RFC 8684 3.4.1: a new ADD_ADDR may have the same ID and another port.
        IpAddress other = IpAddress.parse("10.0.0.22");
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, other, 0)));
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, other, PORT)));

            assertThat(it.connection().signals().remoteAddressCount()).isEqualTo(1 + 2);
            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destinationPort())
                    .isEqualTo(80);
            assertThat(it.script.awaitSyn().expect(TcpFlags.SYN).destinationPort())
                    .isEqualTo(PORT);

            // RFC 8684 3.4.2: removal is by ID.
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(7)));
            assertThat(it.connection().signals().remoteAddressCount()).isEqualTo(1);
        }
    }

    @Test
    void anotherPortOfTheFirstSubflowsAddressIsJoined() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(0, SegmentScript.PEER, PORT)));

            Segment syn = it.script.awaitSyn().expect(TcpFlags.SYN);
            assertThat(syn.destination()).isEqualTo(SegmentScript.PEER);
            assertThat(syn.destinationPort()).isEqualTo(PORT);
        }
    }

    private static List<AddAddr> establish(ScriptedConnection it) {
        it.first.inject(it.first.segment().option(it.mptcp.keys()));
        it.first.injectOctets(100, it.mptcp.keysAndData(100));
        it.script.read();
        it.script.advance(Duration.ofMillis(45));
        return addAddrs(it, take(it.first));
    }

    private static List<AddAddr> addAddrs(ScriptedConnection it, List<Segment> segments) {
        List<AddAddr> found = new ArrayList<>();
        for (Segment segment : segments) {
            AddAddr view = it.mptcp.addAddr(segment);
            if (view != null) {
                found.add(view);
            }
        }
        return found;
    }

    /** Announces each address of the stack with these ports. */
    private static ConnectionSettings announcing(int... ports) {
        return ConnectionSettings.builder()
                .pathManager(() -> new Announcing(ports))
                .build();
    }

    private record Announcing(int... ports) implements PathManager {
        @Override
        public void onEstablished(PathRequests requests, long nowNanos) {
            onLocalAddressesChanged(requests, nowNanos);
        }

        @Override
        public void onLocalAddressesChanged(PathRequests requests, long nowNanos) {
            for (int i = 0; i < requests.localAddressCount(); i++) {
                for (int port : ports) {
                    requests.announce(requests.localAddress(i), port);
                }
            }
        }

        @Override
        public void onSubflowClosed(
                PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
            // Announces only.
        }
    }
}
