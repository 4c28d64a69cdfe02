package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.ScriptedFlow;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.SegmentScript;
import io.mptcp4j.wire.TcpFlags;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limited transmit (RFC 3042), packet by packet: segments of 1000 octets, of which a window of ten is on its way. */
class LimitedTransmitTest {
    private static final int MSS = 1_000;
    private static final int WINDOW = 10;

    private int window = 60_000;

    /** Octets that the peer has got behind the hole. */
    private int got;

    @ParameterizedTest(name = "SACK {0}")
    @ValueSource(booleans = {false, true})
    void eachOfTheFirstTwoDuplicatesLetsOneNewSegmentLeave(boolean sack) {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = tenOutstanding(script, sack);
            long before = congestion(script).window();

            assertThat(duplicate(peer, sack)).containsExactly(at(10));
            assertThat(duplicate(peer, sack)).containsExactly(at(11));

            // RFC 3042 2: the congestion window is not changed.
            assertThat(congestion(script).window()).isEqualTo(before);
            assertThat(count(script, Counter.SEGMENTS_RETRANSMITTED)).isZero();

            // And the third one finds the loss without the timer.
            assertThat(duplicate(peer, sack)).containsExactly(at(0));
            assertThat(count(script, Counter.FAST_RECOVERIES)).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "SACK {0}")
    @ValueSource(booleans = {false, true})
    void noMoreThanTwoSegmentsBeyondTheWindowLeave(boolean sack) {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = tenOutstanding(script, sack);
            long most = congestion(script).window() + 2 * MSS;

            duplicate(peer, sack);
            duplicate(peer, sack);
            assertThat(outstanding(script)).isEqualTo(most);

            // From the third on a window that is half as large bounds what is in flight: nothing new for a while.
            assertThat(duplicate(peer, sack)).containsExactly(at(0));
            assertThat(outstanding(script)).isEqualTo(most);
            for (int i = 3; i < WINDOW - 1; i++) {
                assertThat(duplicate(peer, sack)).hasSizeLessThanOrEqualTo(1);
                assertThat(script.connection().subflow(0).tcp().octetsInFlight())
                        .isLessThanOrEqualTo(most - 4 * MSS);
            }
        }
    }

    @ParameterizedTest(name = "SACK {0}")
    @ValueSource(booleans = {false, true})
    void thePeersWindowBoundsThem(boolean sack) {
        for (int room = 0; room <= 2; room++) {
            window = (WINDOW + room) * MSS;
            got = 0;
            try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
                ScriptedFlow peer = tenOutstanding(script, sack);

                List<Integer> left = new ArrayList<>(duplicate(peer, sack));
                left.addAll(duplicate(peer, sack));

                assertThat(left).isEqualTo(List.of(at(10), at(11)).subList(0, room));
            }
        }
    }

    @Test
    void withSackADuplicateThatReportsNothingNewLetsNothingLeave() {
        // RFC 3042 2: a receiver that misbehaves can make up as many as it likes.
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = tenOutstanding(script, true);
            for (int i = 0; i < 5; i++) {
                assertThat(duplicate(peer, false)).isEmpty();
            }
            got = 0;

            assertThat(duplicate(peer, true)).containsExactly(at(10));
            got -= MSS;
            for (int i = 0; i < 5; i++) {
                // The same block once more.
                assertThat(duplicate(peer, true)).isEmpty();
                got -= MSS;
            }
        }
    }

    @ParameterizedTest(name = "SACK {0}")
    @ValueSource(booleans = {false, true})
    void withoutNewOctetsNothingLeavesBeforeTheThird(boolean sack) {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = open(script, sack);
            script.write(WINDOW * MSS);
            peer.takeAll();

            assertThat(duplicate(peer, sack)).isEmpty();
            assertThat(duplicate(peer, sack)).isEmpty();
            assertThat(duplicate(peer, sack)).containsExactly(at(0));
        }
    }

    @ParameterizedTest(name = "SACK {0}")
    @ValueSource(booleans = {false, true})
    void aReorderedSegmentCostsNothing(boolean sack) {
        try (SegmentScript script = SegmentScript.listen(ConnectionSettings.DEFAULT)) {
            ScriptedFlow peer = tenOutstanding(script, sack);
            duplicate(peer, sack);
            duplicate(peer, sack);

            // The first segment was late only: all three are there, and nothing is sent in a burst.
            peer.inject(peer.segment().window(window).ack(at(3)));

            List<Integer> left = newSegments(peer);
            assertThat(left).doesNotContain(at(0)).contains(at(12));
            assertThat(left).hasSizeLessThanOrEqualTo(2 * 3 - 2);
            assertThat(count(script, Counter.SEGMENTS_RETRANSMITTED)).isZero();
        }
    }

    private ScriptedFlow tenOutstanding(SegmentScript script, boolean sack) {
        ScriptedFlow peer = open(script, sack);
        script.write(50 * MSS);
        assertThat(newSegments(peer)).hasSize(WINDOW).startsWith(at(0));
        return peer;
    }

    private ScriptedFlow open(SegmentScript script, boolean sack) {
        ScriptedFlow peer = script.peer(40_000);
        List<Option> options = new ArrayList<>(List.of(Option.mss(MSS)));
        if (sack) {
            options.add(Option.sackPermitted());
        }
        peer.inject(peer.segment().with(TcpFlags.SYN).options(options));
        peer.takeAll();
        peer.inject(peer.segment().window(window));
        assertThat(script.connection()).isNotNull();
        return peer;
    }

    /** One more segment behind the first has arrived; returns where the segments begin that leave now. */
    private List<Integer> duplicate(ScriptedFlow peer, boolean sack) {
        got += MSS;
        Segment ack = peer.segment().window(window).ack(1);
        peer.inject(sack ? ack.option(Option.sack(at(1), at(1) + got)) : ack);
        return newSegments(peer);
    }

    private static List<Integer> newSegments(ScriptedFlow peer) {
        return peer.takeAll().stream()
                .filter(segment -> segment.payloadLength() > 0)
                .map(Segment::seq)
                .toList();
    }

    private static int at(int segment) {
        return 1 + segment * MSS;
    }

    private static CongestionController congestion(SegmentScript script) {
        return script.connection().subflow(0).tcp().congestion();
    }

    private static long outstanding(SegmentScript script) {
        return script.connection().subflow(0).tcp().outstandingOctets();
    }

    private static long count(SegmentScript script, Counter counter) {
        return script.stack().counters().get(counter);
    }
}
