package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.NONCE;
import static io.mptcp4j.mptcp.ScriptedConnection.SECOND;
import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoint.Flag;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.mptcp.path.SubflowEnding;
import io.mptcp4j.mptcp.path.SubflowSnapshot;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MpTcprst;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What path managers ask for, as it leaves on the wire; and what arrives, as it is told to them. */
class PathSignalsTest {
    private static final ConnectionSettings ENDPOINTS = ConnectionSettings.builder()
            .pathManager(PathManagers.byName("endpoints"))
            .build();

    // ---- endpoints

    @Test
    void aSignalEndpointIsAnnouncedUnderItsIdAndPort() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            change(it, Endpoints.NONE.with(Endpoint.parse("10.0.0.1 id 77 port 8443 signal")));

            AddAddr view = it.mptcp.addAddr(take(it.first).get(0));
            assertThat(view.addressId()).isEqualTo(77);
            assertThat(view.address()).isEqualTo(SegmentScript.STACK);
            assertThat(view.port()).isEqualTo(8443);
            assertThat(it.mptcp.isGenuineAddAddr(view)).isTrue();
        }
    }

    @Test
    void aJoinToAnAnnouncedEndpointIsAnsweredUnderItsId() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            change(it, Endpoints.NONE.with(Endpoint.parse("10.0.0.1 id 77 port 8443 signal")));
            take(it.first);

            ScriptedFlow flow = it.script.peer(SECOND, 41_000, SegmentScript.STACK, 8443);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));

            Option join = flow.expect(TcpFlags.SYN | TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_JOIN);
            assertThat(join.data()[1]).isEqualTo((byte) 77);
        }
    }

    @Test
    void theBackupFlagOfAnEndpointIsToldByMpPrio() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            Endpoints endpoints = Endpoints.NONE.with(Endpoint.parse("10.0.0.1 id 7 subflow"));
            change(it, endpoints);
            assertThat(take(it.first)).isEmpty();

            change(it, endpoints.changed(7, Flag.BACKUP, true));
            assertThat(priority(take(it.first))).isEqualTo(1);
            change(it, endpoints);
            assertThat(priority(take(it.first))).isZero();
        }
    }

    @Test
    void aFirstSubflowOverABackupDeviceIsToldByMpPrioOnceItIsConfirmed() {
        // RFC 8684 3.3.8: MP_CAPABLE has no flag B.
        try (ScriptedConnection it = ScriptedConnection.synFromStack(ConnectionSettings.DEFAULT)) {
            it.first.expect(TcpFlags.SYN);
            it.script.stack().setBackup(0, true, now(it));
            it.first.inject(it.first.segment().with(TcpFlags.SYN).option(it.mptcp.synAck()));
            it.mptcp.learnThirdAck(it.first.expect(TcpFlags.ACK));
            it.script.write(10);
            assertThat(it.first.expect(TcpFlags.ACK).mptcpOption(MptcpSubtype.MP_PRIO))
                    .isNull();

            it.first.inject(it.first.segment().option(it.mptcp.dataAck(10)));

            assertThat(priority(take(it.first))).isEqualTo(1);
            assertThat(it.connection().subflow(0).isBackupLocally()).isTrue();
        }
    }

    @Test
    void anEndpointThatIsRemovedIsTakenBack() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            Endpoints endpoints = Endpoints.NONE.with(Endpoint.parse("10.0.0.1 id 77 port 8443 signal"));
            change(it, endpoints);
            Segment announcement = take(it.first).get(0);
            it.first.inject(it.first.segment().option(it.mptcp.addAddrEcho(77, SegmentScript.STACK, 8443)));
            assertThat(it.mptcp.addAddr(announcement)).isNotNull();

            change(it, endpoints.flushed());

            assertThat(removed(take(it.first))).containsExactly(77);
        }
    }

    @Test
    void theFirstAddressIsTakenBackUnderId0() {
        // RFC 8684 3.2: the address of the first subflow has ID 0; 3.4.2: it may be removed as any other.
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            change(it, Endpoints.NONE.withLimits(4, 4));
            it.script.addAddress("10.0.0.3/24", 3);
            ScriptedFlow second = it.script.peer(SECOND, 41_000, IpAddress.parse("10.0.0.3"));
            second.inject(second.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 5, NONCE)));
            Segment synAck = second.expect(TcpFlags.SYN | TcpFlags.ACK);
            second.inject(second.segment().option(it.mptcp.joinAck(synAck, NONCE)));
            take(second);

            assertThat(it.script.stack().removeInitialEndpoint(SegmentScript.STACK, now(it)))
                    .isEqualTo(1);
            it.script.advance(Duration.ofMillis(1));

            List<Segment> all = new ArrayList<>(take(it.first));
            all.addAll(take(second));
            assertThat(removed(all)).containsExactly(0);
            assertThat(all).filteredOn(segment -> segment.has(TcpFlags.FIN)).hasSize(1);
        }
    }

    @Test
    void joinsAboveTheLimitOfTheEndpointsAreRefused() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(ENDPOINTS)) {
            change(it, Endpoints.NONE.withLimits(1, 0));
            it.join(41_000, 5);

            ScriptedFlow flow = it.script.peer(SECOND, 41_001, SegmentScript.STACK);
            flow.inject(flow.segment().with(TcpFlags.SYN).option(it.mptcp.joinSyn(false, 6, NONCE)));

            assertThat(ScriptedConnection.reasonOf(flow.next())).isEqualTo(MpTcprst.PROHIBITED);
        }
    }

    // ---- what is told

    @Test
    void thePathManagerHearsOfEverythingInOrder() {
        Diary diary = new Diary();
        ConnectionSettings settings =
                ConnectionSettings.builder().pathManager(() -> diary).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeer(settings)) {
            ScriptedFlow second = it.join(41_000, 5);
            second.inject(second.segment().option(it.mptcp.dataAck(0)));
            second.inject(second.segment().option(it.mptcp.prio(true)));
            it.first.inject(it.first.segment().option(it.mptcp.addAddr(9, SECOND, 81)));
            it.first.inject(it.first.segment().option(it.mptcp.removeAddr(9)));
            second.inject(second.segment()
                    .with(TcpFlags.RST)
                    .option(Option.written(into -> MpTcprst.write(into, 0, true, MpTcprst.LACK_OF_RESOURCES))));
            change(it, Endpoints.NONE.withLimits(1, 1));

            assertThat(diary.entries)
                    .containsExactly(
                            "established",
                            "subflow 5",
                            "priority 5 true",
                            "announced 10.0.0.12:81",
                            "removed 9",
                            "closed 5 true 2 true",
                            "endpoints");
        }
    }

    @Test
    void aPeerThatRepeatsItselfDoesNotFillTheMemory() {
        Diary diary = new Diary();
        PathManagerGuard guard;
        try (ScriptedConnection it = ScriptedConnection.fromPeer(
                ConnectionSettings.builder().pathManager(() -> diary).build())) {
            guard = new PathManagerGuard(
                    it.connection(), () -> diary, it.connection().pathRequests(now(it)));
            diary.entries.clear();
            for (int i = 0; i < 10 * PathManagerGuard.MAXIMUM_WAITING_EVENTS; i++) {
                guard.onSignal((told, asked, now) -> told.onAddressRemoved(asked, 3, now));
            }

            guard.deliver(now(it));
        }
        assertThat(diary.entries).hasSize(PathManagerGuard.MAXIMUM_WAITING_EVENTS);
    }

    private static int priority(List<Segment> segments) {
        return segments.stream()
                .map(segment -> segment.mptcpOption(MptcpSubtype.MP_PRIO))
                .filter(option -> option != null)
                .mapToInt(option -> option.data()[0] & 1)
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> removed(List<Segment> segments) {
        List<Integer> ids = new ArrayList<>();
        for (Segment segment : segments) {
            Option option = segment.mptcpOption(MptcpSubtype.REMOVE_ADDR);
            for (int i = 1; option != null && i < option.data().length; i++) {
                ids.add(option.data()[i] & 0xff);
            }
        }
        return ids;
    }

    private static void change(ScriptedConnection it, Endpoints endpoints) {
        it.script.stack().changeEndpoints(endpoints, now(it));
        it.script.advance(Duration.ofMillis(1));
    }

    private static long now(ScriptedConnection it) {
        return it.script.now();
    }

    /** Notes what it is told. */
    private static final class Diary implements PathManager {
        private final List<String> entries = new ArrayList<>();

        @Override
        public void onEstablished(PathRequests requests, long nowNanos) {
            entries.add("established");
        }

        @Override
        public void onSubflowEstablished(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
            entries.add("subflow " + subflow.remoteId());
        }

        @Override
        public void onSubflowClosed(
                PathRequests requests, SubflowSnapshot subflow, SubflowEnding ending, long nowNanos) {
            entries.add("closed " + subflow.remoteId() + " " + ending.failed() + " " + ending.reason() + " "
                    + ending.isTransient());
        }

        @Override
        public void onPriorityChanged(PathRequests requests, SubflowSnapshot subflow, long nowNanos) {
            entries.add("priority " + subflow.remoteId() + " " + subflow.backup());
        }

        @Override
        public void onAddressAnnounced(PathRequests requests, RemoteAddress remote, long nowNanos) {
            entries.add("announced " + remote.address() + ":" + remote.port());
        }

        @Override
        public void onAddressRemoved(PathRequests requests, int addressId, long nowNanos) {
            entries.add("removed " + addressId);
        }

        @Override
        public void onEndpointsChanged(PathRequests requests, long nowNanos) {
            entries.add("endpoints");
        }
    }
}
