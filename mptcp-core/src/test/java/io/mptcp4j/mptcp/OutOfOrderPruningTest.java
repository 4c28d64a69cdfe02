package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets that wait behind a hole are given back when memory is at its end, by plain TCP only. */
class OutOfOrderPruningTest {
    private static final long LIMIT = 1 << 20;
    private static final StackSettings LITTLE =
            StackSettings.builder().memoryLimit(LIMIT).build();

    // ---- packet by packet

    @Test
    void whatWaitsBehindAHoleIsGivenBackWhenMemoryIsAtItsEnd() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, LITTLE)) {
            ScriptedFlow peer = openPlain(script);
            octetsAt(peer, 1_001, 1_000);
            assertThat(sackOf(peer)).isNotNull();

            // when others take what there is
            MemoryBudget memory = script.stack().memory();
            long others = takeAllBut(memory, LIMIT / 16);
            script.advance(Duration.ofMillis(1));

            // then: RFC 2018 8, the octets are gone, and SACK tells of them no more
            assertThat(script.connection().receiveStream().outOfOrderOctets()).isZero();
            assertThat(count(script, Counter.OUT_OF_ORDER_PRUNED)).isEqualTo(1);
            memory.release(others);
            octetsAt(peer, 1, 1_000);
            Segment answer = last(peer);
            assertThat(answer.ack()).isEqualTo(1_001);
            assertThat(answer.option(Option.SACK)).isNull();

            // and they are taken when they come again
            octetsAt(peer, 1_001, 1_000);
            assertThat(last(peer).ack()).isEqualTo(2_001);
            assertThat(script.read()).hasSize(2_000);
        }
    }

    @Test
    void whatFillsTheHoleGoesBeforeWhatWaitsBehindIt() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, LITTLE)) {
            ScriptedFlow peer = openPlain(script);
            octetsAt(peer, 1_001, 60_000);
            last(peer);
            long others = takeAllBut(script.stack().memory(), 0);

            // when
            octetsAt(peer, 1, 500);

            // then
            assertThat(last(peer).ack()).isEqualTo(501);
            assertThat(script.read()).hasSize(500);
            assertThat(count(script, Counter.OUT_OF_ORDER_PRUNED)).isEqualTo(1);
            assertThat(count(script, Counter.RECEIVE_QUEUE_DROPS)).isZero();
            script.stack().memory().release(others);
        }
    }

    @Test
    void whatFindsNoMemoryEvenSoIsCounted() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, LITTLE)) {
            ScriptedFlow peer = openPlain(script);
            octetsAt(peer, 60_001, 100);
            last(peer);
            long others = takeAllBut(script.stack().memory(), 0);

            octetsAt(peer, 1, 60_000);

            assertThat(last(peer).ack()).isEqualTo(1);
            assertThat(count(script, Counter.RECEIVE_PRUNED)).isEqualTo(1);
            assertThat(count(script, Counter.RECEIVE_QUEUE_DROPS)).isEqualTo(1);
            script.stack().memory().release(others);
        }
    }

    @Test
    void nothingIsGivenBackWhileThereIsMemory() {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT, LITTLE)) {
            ScriptedFlow peer = openPlain(script);
            octetsAt(peer, 1_001, 1_000);
            long others = takeAllBut(script.stack().memory(), LIMIT / 4);

            script.advance(Duration.ofSeconds(1));

            assertThat(script.connection().receiveStream().outOfOrderOctets()).isEqualTo(1_000);
            assertThat(count(script, Counter.OUT_OF_ORDER_PRUNED)).isZero();
            script.stack().memory().release(others);
        }
    }

    @Test
    void ofMptcpNothingIsGivenBack() {
        try (ScriptedConnection connection = ScriptedConnection.fromPeer(ConnectionSettings.DEFAULT, LITTLE)) {
            // RFC 8684 3.3.4: what the subflow has acknowledged for good may not have to come again on it.
            ScriptedFlow peer = connection.first;
            Segment ahead = peer.segment().seq(peer.peerNxt() + 1_000).payload(new byte[1_000]);
            peer.inject(ahead.option(connection.mptcp.mapping(1_100, 1_101, 1_000)));
            MemoryBudget memory = connection.script.stack().memory();
            long others = takeAllBut(memory, 0);

            connection.script.advance(Duration.ofSeconds(1));

            assertThat(connection.script.connection().receiveStream().outOfOrderOctets())
                    .isEqualTo(1_000);
            memory.release(others);
        }
    }

    // ---- whole transfers

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void transfersThatLoseWhatWaitedBehindHolesEndWellAllTheSame(long seed) {
        // given
        ConnectionSettings plain = ConnectionSettings.builder().multipath(false).build();
        LinkProfile path = LinkProfile.IDEAL
                .withRate(50_000_000)
                .withDelay(Duration.ofMillis(20))
                .withQueuePackets(1_000)
                .withLoss(0.02);
        try (TwoHosts hosts = TwoHosts.builder(seed)
                .both(plain)
                .path(path)
                .maxSteps(20_000_000)
                .build()) {
            List<Transfer> transfers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                transfers.add(hosts.begin(500_000, 0));
            }

            // when others take all the memory again and again
            MemoryBudget memory = hosts.server().memory();
            for (int i = 0; i < 15; i++) {
                transfers.get(0).runFor(Duration.ofMillis(100));
                long others = takeAllBut(memory, memory.limit() / 32);
                transfers.get(0).runFor(Duration.ofMillis(20));
                memory.release(others);
            }
            hosts.network().run(() -> transfers.stream().allMatch(Transfer::isOver), 20_000_000);

            // then
            transfers.forEach(Transfer::assertIntact);
            assertThat(hosts.server().counters().get(Counter.OUT_OF_ORDER_PRUNED))
                    .isPositive();
            hosts.assertNothingLeft();
        }
    }

    private static ScriptedFlow openPlain(SegmentScript script) {
        ScriptedFlow peer = script.peer(40_000);
        peer.open(List.of(Option.mss(1460), Option.sackPermitted()), List.of());
        assertThat(script.connection()).isNotNull();
        peer.takeAll();
        return peer;
    }

    private static void octetsAt(ScriptedFlow peer, int seq, int length) {
        peer.inject(peer.segment().seq(seq).payload(new byte[length]));
    }

    private static Option sackOf(ScriptedFlow peer) {
        return last(peer).option(Option.SACK);
    }

    private static Segment last(ScriptedFlow peer) {
        List<Segment> all = peer.takeAll();
        return all.get(all.size() - 1);
    }

    private static long takeAllBut(MemoryBudget memory, long left) {
        long octets = memory.limit() - memory.used() - left;
        assertThat(memory.tryReserve(octets)).isTrue();
        return octets;
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }
}
