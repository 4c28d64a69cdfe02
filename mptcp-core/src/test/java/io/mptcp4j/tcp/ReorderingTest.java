package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.wire.TcpFlags;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reordering window (RFC 8985 6.2 steps 3 and 4). The round-trip time is 10 ms, so that its unit is 2.5 ms. */
class ReorderingTest {
    private static final int ACK = TcpFlags.ACK;
    private static final int FLIGHT = 8;

    /** Where the flight begins that is outstanding. */
    private int first = 1;

    private String segment(int n) {
        return ". " + (first + n * MSS) + ":" + (first + (n + 1) * MSS) + " ack 1";
    }

    private static TcpHarness established() {
        return new TcpHarness(TcpHarness.PLAIN, mss -> new FixedWindow(2L * FLIGHT * mss), 1_000, 9_000).connect();
    }

    /** A flight of eight segments leaves, of which all but the first are reported a round trip later. */
    private List<String> overtake(TcpHarness tcp) {
        assertThat(tcp.write(FLIGHT * MSS)).isEqualTo(FLIGHT * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, first).sack(first + MSS, first + FLIGHT * MSS));
        return tcp.turn();
    }

    private void acknowledge(TcpHarness tcp) {
        first += FLIGHT * MSS;
        tcp.acks(first);
        tcp.turn();
    }

    /** The first segment comes late, but before it is repeated. */
    private void reorder(TcpHarness tcp) {
        tcp.write(FLIGHT * MSS);
        tcp.turn();
        tcp.now += 10 * MS;
        tcp.arrives(tcp.peer(ACK, 1, first).sack(first + MSS, first + 2 * MSS));
        assertThat(tcp.turn()).isEmpty();
        acknowledge(tcp);
    }

    /** How long the hole of a flight is waited for. */
    private long patience(TcpHarness tcp) {
        List<String> sent = overtake(tcp);
        long begin = tcp.now;
        while (sent.isEmpty()) {
            sent = tcp.pass(MS / 10);
        }
        assertThat(sent).contains(segment(0));
        return tcp.now - begin;
    }

    /** The repetition was needless. */
    private void reportDuplicate(TcpHarness tcp) {
        tcp.now += 10 * MS;
        int repeated = first;
        first += FLIGHT * MSS;
        tcp.arrives(tcp.peer(ACK, 1, first).sack(repeated, repeated + MSS));
        tcp.turn();
    }

    @Test
    void threeDuplicatesAreALossWhileNothingWasReordered() {
        TcpHarness tcp = established();

        assertThat(overtake(tcp)).containsExactly(segment(0));
    }

    @Test
    void onceSegmentsWereReorderedAQuarterOfTheRoundTripIsWaited() {
        TcpHarness tcp = established();
        reorder(tcp);

        assertThat(patience(tcp)).isBetween(2_500_000L, 2_600_000L);
        assertThat(tcp.counters.get(Counter.FAST_RECOVERIES)).isEqualTo(1);
    }

    @Test
    void whatIsFilledByARetransmissionIsNoReordering() {
        // RFC 8985 6.2 step 3: only what was sent once tells.
        TcpHarness tcp = established();
        overtake(tcp);
        tcp.now += 10 * MS;
        acknowledge(tcp);

        assertThat(overtake(tcp)).contains(segment(0));
    }

    @Test
    void eachRoundTripWithANeedlessRetransmissionWaitsAQuarterLongerUpToARoundTrip() {
        // RFC 8985 6.2 step 4: RACK.reo_wnd_mult.
        TcpHarness tcp = established();
        reorder(tcp);

        for (long quarters = 1; quarters <= 6; quarters++) {
            long window = Math.min(quarters * 2_500_000L, tcp.connection.smoothedRttNanos());
            assertThat(patience(tcp)).isBetween(window, window + MS / 10);
            reportDuplicate(tcp);
        }
    }

    @Test
    void severalReportsOfOneRoundTripCountOnce() {
        TcpHarness tcp = established();
        reorder(tcp);
        patience(tcp);
        int repeated = first;
        for (int i = 0; i < 5; i++) {
            tcp.arrives(tcp.peer(ACK, 1, first).sack(repeated, repeated + MSS, repeated, repeated + FLIGHT * MSS));
        }
        first += FLIGHT * MSS;
        tcp.acks(first);
        tcp.turn();

        assertThat(patience(tcp)).isBetween(5 * MS, 5 * MS + MS / 10);
    }

    @Test
    void afterSixteenRecoveriesWithoutAReportTheWindowIsTheFirstAgain() {
        // RFC 8985 6.2 step 4: RACK.reo_wnd_persist.
        TcpHarness tcp = established();
        reorder(tcp);
        patience(tcp);
        reportDuplicate(tcp);

        for (int recovery = 1; recovery < 16; recovery++) {
            assertThat(patience(tcp)).as("recovery %d", recovery).isGreaterThanOrEqualTo(5 * MS);
            tcp.now += 10 * MS;
            acknowledge(tcp);
        }

        assertThat(patience(tcp)).isBetween(2_500_000L, 2_600_000L);
    }
}
