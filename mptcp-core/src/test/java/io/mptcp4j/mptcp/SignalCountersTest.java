package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MpJoin;
import io.mptcp4j.wire.mptcp.MpTcprst;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The counters that bear the kernel's names count each event once: handshakes, joins, signals and mappings. */
class SignalCountersTest {
    private static final IpAddress OTHER = IpAddress.parse("10.0.0.22");

    @Test
    void connections() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            assertCounted(it, Counter.MP_CAPABLE_SYN_RX, 1);
            assertCounted(it, Counter.MP_CAPABLE_ACK_RX, 1);
            assertCounted(it, Counter.MPTCP_ESTABLISHED, 1);
            assertCounted(it, Counter.MPTCP_CURRENTLY_ESTABLISHED, 1);
            it.script.abort();
            assertCounted(it, Counter.MPTCP_ESTABLISHED, 1);
            assertCounted(it, Counter.MPTCP_CURRENTLY_ESTABLISHED, 0);
        }
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            assertCounted(it, Counter.MP_CAPABLE_SYN_TX, 1);
            assertCounted(it, Counter.MP_CAPABLE_SYN_ACK_RX, 1);
        }
    }

    @Test
    void joinsOfThePeer() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.join(41_000, 5, true);
            assertCounted(it, Counter.JOIN_SYN_RX, 1);
            assertCounted(it, Counter.JOIN_SYN_BACKUP_RX, 1);
            assertCounted(it, Counter.JOIN_ACK_RX, 1);
            assertCounted(it, Counter.JOINS_ESTABLISHED, 1);

            ScriptedFlow flow = it.script.peer(SECOND, 41_001, SegmentScript.STACK);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 6, NONCE)));
            Segment synAck = flow.expect(TcpFlags.SYN | TcpFlags.ACK);
            flow.inject(flow.segment().option(it.mptcp.joinAck(synAck, NONCE + 1)));
            assertCounted(it, Counter.JOIN_SYN_RX, 2);
            assertCounted(it, Counter.JOIN_SYN_BACKUP_RX, 1);
            assertCounted(it, Counter.JOIN_ACK_RX, 1);
            assertCounted(it, Counter.JOIN_ACK_HMAC_FAILURES, 1);
            assertCounted(it, Counter.JOINS_FAILED, 1);
            assertCounted(it, Counter.TCPRST_TX, 1);
        }
    }

    @Test
    void joinsOfOurs() {
        try (ScriptedConnection it = ScriptedConnection.fromStack()) {
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow wrong = it.script.awaitSyn();
            wrong.expect(TcpFlags.SYN);
            wrong.inject(wrong.segment()
                    .with(TcpFlags.SYN)
                    .option(Option.written(into -> MpJoin.writeSynAck(into, 0, false, 0, 42L, NONCE))));
            assertCounted(it, Counter.JOIN_SYN_TX, 1);
            assertCounted(it, Counter.JOIN_SYN_ACK_RX, 1);
            assertCounted(it, Counter.JOIN_SYN_ACK_HMAC_FAILURES, 1);

            it.script.advance(Duration.ofSeconds(2));
            ScriptedFlow right = it.script.awaitSyn();
            Segment syn = right.expect(TcpFlags.SYN);
            right.inject(right.segment().with(TcpFlags.SYN).option(it.mptcp.joinSynAck(syn, true, 0, NONCE)));
            assertCounted(it, Counter.JOIN_SYN_TX, 2);
            assertCounted(it, Counter.JOIN_SYN_ACK_RX, 2);
            assertCounted(it, Counter.JOIN_SYN_ACK_BACKUP_RX, 1);
            assertCounted(it, Counter.JOIN_SYN_ACK_HMAC_FAILURES, 1);
        }
    }

    @Test
    void joinsForWhichThereIsNoRoom() {
        StackSettings limits = StackSettings.builder().maxSubflows(1).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(joining(), limits)) {
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(7, OTHER, 0)));
            it.script
                    .stack()
                    .changeEndpoints(
                            Endpoints.NONE.withLimits(4, 4).with(Endpoint.parse("10.0.0.1 id 9 fullmesh")),
                            it.script.now());
            it.script.advance(Duration.ofMillis(1));

            assertThat(it.script.hasSyn()).isFalse();
            assertThat(it.script.stack().counters().get(Counter.JOIN_SYN_TX_REFUSED))
                    .isPositive();
            assertCounted(it, Counter.JOIN_SYN_TX, 0);
        }
    }

    private static ConnectionSettings joining() {
        return ConnectionSettings.builder()
                .pathManager(PathManagers.byName("endpoints"))
                .build();
    }

    @Test
    void addresses() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            int room = AddressSignals.MAXIMUM_REMOTE_ADDRESSES
                    - it.connection().signals().remoteAddressCount();
            for (int id = 1; id <= room + 2; id++) {
                it.first.inject(it.first
                        .segment()
                        .option(it.mptcp.addAddr(id, IpAddress.parse("10.0.1." + id), id == 1 ? 81 : 0)));
            }
            assertCounted(it, Counter.ADD_ADDR_RX, room + 2);
            assertCounted(it, Counter.ADD_ADDR_PORT_RX, 1);
            assertCounted(it, Counter.ADD_ADDR_DROPPED, 2);
            assertCounted(it, Counter.ECHO_ADD_TX, room + 2);
            it.first.inject(it.first.segment().option(it.mptcp.falseAddAddr(99, OTHER)));
            assertCounted(it, Counter.ADD_ADDR_RX, room + 2);

            it.script.addAddress("10.0.0.3/24", 3);
            it.script.advance(Duration.ofMillis(1_500));
            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(3, IpAddress.parse("10.0.0.3"))));
            assertCounted(it, Counter.ADD_ADDR_TX, 2);
            assertCounted(it, Counter.ECHO_ADD_RX, 1);
            it.script.removeAddress("10.0.0.3");
            assertCounted(it, Counter.REMOVE_ADDR_TX, 1);
        }
    }

    @Test
    void removals() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            it.join(41_000, 5);
            it.join(41_001, 5);
            it.join(41_002, 6);
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(5, 9)));

            assertCounted(it, Counter.REMOVE_ADDR_RX, 1);
            assertCounted(it, Counter.REMOVED_SUBFLOWS, 2);
        }
    }

    @Test
    void prioritiesAndResets() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.inject(it.first.segment().option(it.mptcp.prio(true)));
            it.connection().subflow(1).changeBackup(true);
            it.script.advance(Duration.ofMillis(1));
            take(second);
            assertCounted(it, Counter.PRIO_RX, 1);
            assertCounted(it, Counter.PRIO_TX, 1);

            second.inject(second.segment()
                    .with(TcpFlags.RST)
                    .option(Option.written(into -> MpTcprst.write(into, 0, true, MpTcprst.LACK_OF_RESOURCES))));
            assertCounted(it, Counter.TCPRST_RX, 1);

            it.first.inject(it.first.segment().option(it.mptcp.fastclose()));
            assertCounted(it, Counter.FASTCLOSE_RX, 1);
        }
    }

    @Test
    void mappings() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer()) {
            ScriptedFlow second = it.join(41_000, 5);
            it.first.injectOctets(4, it.mptcp.mapping(100, 101, 4));
            second.injectOctets(4, it.mptcp.mapping(102, 1, 4));
            assertCounted(it, Counter.DUPLICATE_DATA, 1);
            assertCounted(it, Counter.DUPLICATE_DATA_OCTETS, 2);
            second.injectOctets(4, it.mptcp.mapping(200, 5, 4));
            assertCounted(it, Counter.OUT_OF_ORDER_DATA, 1);

            it.first.injectOctets(100, it.mptcp.mapping(300, 105, 300));
            it.first.injectOctets(100, it.mptcp.mapping(900, 205, 100));
            assertCounted(it, Counter.CONFLICTING_MAPPINGS, 1);
        }
    }

    private static void assertCounted(ScriptedConnection it, Counter counter, long expected) {
        assertThat(it.script.stack().counters().get(counter)).as(counter.name()).isEqualTo(expected);
    }
}
