package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the quickest acknowledgments tell of a path, long before it is full. */
class PeakRateTest {
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms")
    @CsvSource({"1, 5", "10, 30", "30, 50", "100, 30", "300, 30"})
    void twoRoundTripsTellTheRateOfThePath(double rate, double delay) {
        try (TwoHosts hosts =
                TwoHosts.builder(1).path(SchedulerRun.path(rate, delay)).build()) {
            Transfer transfer = hosts.begin(1 << 20, 0);
            Subflow subflow = transfer.client().connection().subflow(0);
            assertThat(subflow.peakRate()).isZero();

            // The handshake, the initial window, and what it takes to send that.
            transfer.runFor(Duration.ofNanos((long) (4 * delay * 1e6 + 12 * 1_500 * 8 / rate * 1e3 + 1e6)));

            double payload = (double) subflow.maximumSegmentSize() / (subflow.maximumSegmentSize() + 72);
            assertThat(subflow.peakRate() * 8 / 1e6).isBetween(0.9 * payload * rate, 1.1 * payload * rate);
            transfer.finish().assertIntact();
        }
    }
}
