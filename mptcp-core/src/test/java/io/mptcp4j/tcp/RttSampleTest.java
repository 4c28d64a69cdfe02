package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which acknowledgments measure the round-trip time (RFC 6298 3). */
class RttSampleTest {
    private static final long MS = 1_000_000;
    private static final int MSS = 1460;

    @Test
    void octetsThatWaitedBehindAHoleGiveNoSample() {
        TcpHarness tcp = TcpHarness.established(
                TcpSettings.DEFAULT.toBuilder().sack(false).timestamps(false).build());
        long smoothed = tcp.connection.smoothedRttNanos();
        tcp.write(2 * MSS);
        tcp.turn();

        // The first segment was lost, the second arrived at once; the timer repeats the first.
        tcp.pass(1_000 * MS);
        tcp.now += 10 * MS;
        tcp.acks(2 * MSS + 1);

        assertThat(tcp.connection.smoothedRttNanos()).isEqualTo(smoothed);
    }
}
