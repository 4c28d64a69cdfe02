package io.mptcp4j.mptcp;

import static io.mptcp4j.mptcp.ScriptedConnection.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.DropReason;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8684 3.3.4: what a subflow takes is decided by the window of the connection alone, wherever that was advertised. */
class ConnectionLevelWindowTest {
    private static final int BUFFER = 20_000;
    private static final int SEGMENT = 1_000;

    /** What has been read before: the 100 octets that every connection here begins with. */
    private static final int READ = 100;

    /** What the first answer to them allows beyond them. */
    private static final int REST = BUFFER - READ;

    /** Where the window ends as long as no more is read. */
    private static final int EDGE = BUFFER + READ;

    private static final ConnectionSettings SMALL =
            ConnectionSettings.builder().receiveBuffer(BUFFER).build();

    // ---- a subflow that joined while the window was closed

    @Test
    void takesOctetsThatAreThereAlready() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);

            send(second, 1, SEGMENT, it.mptcp.mapping(EDGE - SEGMENT, 1, SEGMENT));

            Segment answer = last(second);
            assertThat(answer.ack()).isEqualTo(1 + SEGMENT);
            assertThat(answer.window()).isZero();
            assertThat(dropped(it, DropReason.OUT_OF_WINDOW) + dropped(it, DropReason.NO_ROOM))
                    .isZero();
            assertThat(it.script.read().length).isEqualTo(BUFFER);
        }
    }

    @Test
    void takesThemBehindAGapToo() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);

            send(second, 1 + SEGMENT, SEGMENT, it.mptcp.mapping(2_000, 1 + SEGMENT, SEGMENT));
            assertThat(last(second).ack()).isEqualTo(1);
            send(second, 1, SEGMENT, it.mptcp.mapping(1_000, 1, SEGMENT));

            assertThat(last(second).ack()).isEqualTo(1 + 2 * SEGMENT);
            assertThat(it.script.read().length).isEqualTo(BUFFER);
        }
    }

    @Test
    void takesThemWithChecksums() {
        ConnectionSettings settings = SMALL.toBuilder().checksums(true).build();
        try (ScriptedConnection it = ScriptedConnection.fromPeerWithChecksums(settings)) {
            byte[] all = new byte[REST];
            it.first.inject(it.first.segment().payload(all).option(it.mptcp.summedMapping(100, 101, all)));
            it.settle();
            ScriptedFlow second = it.join(41_000, 5);

            send(second, 1, SEGMENT, it.mptcp.summedMapping(2_000, 1, new byte[SEGMENT]));

            assertThat(last(second).ack()).isEqualTo(1 + SEGMENT);
            assertThat(it.script.read().length).isEqualTo(REST);
        }
    }

    @Test
    void refusesNewOctetsAndHearsWhatIsSignalledBehindThem() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);

            send(second, 1, SEGMENT, it.mptcp.mapping(EDGE, 1, SEGMENT));
            assertThat(last(second).ack()).isEqualTo(1);
            second.inject(second.segment().seq(1 + SEGMENT).option(it.mptcp.prio(true)));

            assertThat(it.connection().subflow(1).isBackup()).isTrue();
            assertThat(dropped(it, DropReason.NO_ROOM)).isEqualTo(1);

            // They come again when the application has read.
            assertThat(it.script.read().length).isEqualTo(BUFFER);
            send(second, 1, SEGMENT, it.mptcp.mapping(EDGE, 1, SEGMENT));
            assertThat(it.script.read().length).isEqualTo(SEGMENT);
        }
    }

    @Test
    void takesOfASegmentWhatLiesBeforeTheEdge() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);

            send(second, 1, SEGMENT, it.mptcp.mapping(EDGE - 300, 1, SEGMENT));

            assertThat(last(second).ack()).isEqualTo(1 + 300);
            assertThat(it.script.read().length).isEqualTo(BUFFER);
        }
    }

    @Test
    void isEndedByAFinBehindOctetsThatAreThere() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);
            Segment segment = second.segment().with(TcpFlags.FIN).payload(new byte[SEGMENT]);

            second.inject(segment.option(it.mptcp.mapping(2_000, 1, SEGMENT)));

            assertThat(last(second).ack()).isEqualTo(1 + SEGMENT + 1);
        }
    }

    // ---- a window that was advertised on another subflow

    @Test
    void octetsInAWindowThatOnlyAnotherSubflowWasToldOfAreTaken() {
        try (ScriptedConnection it = ScriptedConnection.fromPeer(SMALL)) {
            ScriptedFlow second = joinAtClosedWindow(it);
            assertThat(it.script.read().length).isEqualTo(BUFFER);
            // when: octets on the first subflow, and what it answers, have moved the edge on
            it.first.inject(
                    it.first.segment().payload(new byte[SEGMENT]).option(it.mptcp.mapping(EDGE, EDGE + 1, SEGMENT)));
            it.settle();
            assertThat(it.script.read().length).isEqualTo(SEGMENT);
            it.settle();
            take(second);

            int more = BUFFER;
            send(second, 1, more, it.mptcp.mapping(EDGE + SEGMENT, 1, more));

            assertThat(last(second).ack()).isEqualTo(1 + more);
            assertThat(it.script.read().length).isEqualTo(more);
        }
    }

    // ---- plain TCP

    @Test
    void plainTcpGoesByTheWindowThatItHasAdvertisedItself() {
        try (SegmentScript script = SegmentScript.listen(SMALL)) {
            ScriptedFlow peer = script.peer(40_000);
            peer.open(List.of(), List.of());
            peer.injectOctets(BUFFER);
            assertThat(last(peer).window()).isZero();

            peer.injectOctets(1);

            assertThat(last(peer).ack()).isEqualTo(1 + BUFFER);
            assertThat(script.read().length).isEqualTo(BUFFER);
        }
    }

    // ---- steps

    /** The first subflow has filled the window, which the application does not read; then the peer joins. */
    private static ScriptedFlow joinAtClosedWindow(ScriptedConnection it) {
        it.first.inject(it.first.segment().payload(new byte[REST]).option(it.mptcp.mapping(READ, READ + 1, REST)));
        it.first.inject(it.first.segment().payload(new byte[READ]).option(it.mptcp.mapping(BUFFER, BUFFER + 1, READ)));
        assertThat(last(it.first).window()).isZero();
        return it.join(41_000, 5);
    }

    private static void send(ScriptedFlow flow, int seq, int length, Option mapping) {
        flow.inject(flow.segment().seq(seq).payload(new byte[length]).option(mapping));
    }

    private static Segment last(ScriptedFlow flow) {
        List<Segment> taken = take(flow);
        return taken.get(taken.size() - 1);
    }

    private static long dropped(ScriptedConnection it, DropReason reason) {
        return it.script.stack().counters().dropped(reason);
    }
}
