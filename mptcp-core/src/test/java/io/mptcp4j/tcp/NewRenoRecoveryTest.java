package io.mptcp4j.tcp;

import static io.mptcp4j.tcp.TcpHarness.MS;
import static io.mptcp4j.tcp.TcpHarness.MSS;
import static io.mptcp4j.tcp.TcpHarness.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fast recovery without SACK (RFC 6582). The congestion window is ten segments. */
class NewRenoRecoveryTest {
    private static int at(int n) {
        return 1 + n * MSS;
    }

    private static String segment(int n) {
        return ". " + at(n) + ":" + at(n + 1) + " ack 1";
    }

    private static TcpHarness tenOutstanding() {
        TcpHarness tcp = TcpHarness.established(PLAIN.toBuilder().sack(false).build());
        tcp.write(100 * MSS);
        assertThat(tcp.sent())
                .containsExactly(IntStream.range(0, 10)
                        .mapToObj(NewRenoRecoveryTest::segment)
                        .toArray(String[]::new));
        return tcp;
    }

    private static void duplicates(TcpHarness tcp, int ack, int count) {
        for (int i = 0; i < count; i++) {
            tcp.acks(at(ack));
        }
    }

    @Test
    void theThirdDuplicateBeginsRecovery() {
        TcpHarness tcp = tenOutstanding();

        duplicates(tcp, 0, 2);
        assertThat(tcp.turn()).isEmpty();
        duplicates(tcp, 0, 1);
        assertThat(tcp.turn()).containsExactly(segment(0));
        assertThat(tcp.connection.congestion().window()).isEqualTo(5 * MSS);
    }

    @Test
    void furtherDuplicatesLetNewSegmentsLeave() {
        // RFC 6582 3.2: the window is inflated by what has left the network.
        TcpHarness tcp = tenOutstanding();
        duplicates(tcp, 0, 3);
        tcp.turn();

        // In flight: 10 - 3 - 1 lost + 1 again = 7; window 5.
        duplicates(tcp, 0, 2);
        assertThat(tcp.write(100 * MSS)).isZero();
        duplicates(tcp, 0, 1);
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
        assertThat(tcp.sent()).containsExactly(segment(10));
    }

    @Test
    void aPartialAcknowledgmentRepeatsTheNextMissingSegment() {
        TcpHarness tcp = tenOutstanding();
        duplicates(tcp, 0, 3);
        assertThat(tcp.turn()).containsExactly(segment(0));

        tcp.acks(at(4));
        assertThat(tcp.turn()).containsExactly(segment(4));
        tcp.acks(at(7));
        assertThat(tcp.turn()).containsExactly(segment(7));
        tcp.acks(at(10));
        assertThat(tcp.turn()).isEmpty();
        assertThat(tcp.connection.congestion().window()).isEqualTo(5 * MSS);
        assertThat(tcp.connection.sendRoom()).isEqualTo(5 * MSS);
    }

    @Test
    void aPartialAcknowledgmentDeflatesTheWindowByWhatItAcknowledgesLessOneSegment() {
        // RFC 6582 3.2 step 3: segments 0 and 5 are lost.
        TcpHarness tcp = tenOutstanding();
        duplicates(tcp, 0, 3);
        tcp.turn();
        duplicates(tcp, 0, 5);
        assertThat(tcp.write(100 * MSS)).isEqualTo(3 * MSS);
        tcp.sent();

        tcp.acks(at(5));

        // On their way are 5 again and three new ones: room for one in a window of five.
        assertThat(tcp.turn()).containsExactly(segment(5));
        assertThat(tcp.write(100 * MSS)).isEqualTo(MSS);
    }

    @Test
    void duplicatesOfWhatATimeoutRepeatedBeginNoRecovery() {
        // RFC 6582 3.2 step 1 and 4.
        TcpHarness tcp = tenOutstanding();
        tcp.pass(210 * MS);
        tcp.acks(at(10));
        tcp.turn();
        tcp.write(MSS);
        tcp.sent();

        duplicates(tcp, 10, 5);

        assertThat(tcp.turn()).isEmpty();
    }

    @Test
    void anAcknowledgmentWithOctetsOrAnotherWindowIsNoDuplicate() {
        // RFC 5681 2.
        TcpHarness tcp = tenOutstanding();

        for (int i = 0; i < 4; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 1 + 10 * i, 1).octets(10));
        }
        for (int i = 0; i < 4; i++) {
            tcp.peerWindow -= 100;
            tcp.acks(1);
        }

        assertThat(tcp.connection.segmentsRetransmitted()).isZero();
        assertThat(tcp.turn()).containsExactly(". 14601 ack 41");
    }

    @Test
    void duplicatesNeverMakeMoreRoomThanWasOutstanding() {
        TcpHarness tcp = tenOutstanding();

        duplicates(tcp, 0, 1_000);
        tcp.turn();

        assertThat(tcp.connection.octetsInFlight()).isNotNegative();
        assertThat(tcp.connection.sendRoom()).isLessThanOrEqualTo(5 * MSS);
    }
}
