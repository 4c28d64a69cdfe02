package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Both ends send 20 MB at once over one path of 20 Mbit/s each way: each end's acknowledgments stand in the queue of its octets, so that
 * a window has to fill the queues of both directions before the path is full.
 */
class BothWaysTest {
    private static final long OCTETS = 20_000_000;
    private static final long MEGABITS = 20;
    private static final int STEPS = 10_000_000;

    /** What the kernel's CUBIC took between two TUN devices with the same path was 8.7 to 9.5, 10.0 to 11.6 and 12.6 to 14.0 s. */
    @ParameterizedTest(name = "{0} ms, queue of {1} products")
    @CsvSource({
        "20, 0.5, 9600", "20, 1, 9100", "20, 2, 9100", "20, 4, 9100",
        "50, 0.5, 9900", "50, 1, 9900", "50, 2, 9900", "50, 4, 11400",
        "100, 0.5, 10200", "100, 1, 10200", "100, 2, 10200", "100, 4, 10200"
    })
    void bothEndsAreDoneInAboutTheTimeThatTheKernelNeeds(int rttMillis, double queue, long mostMillis) {
        try (TwoHosts hosts = hosts(rttMillis, queue)) {
            Transfer transfer = hosts.transfer(OCTETS, OCTETS).assertIntact();

            assertThat(transfer.duration()).isLessThan(Duration.ofMillis(mostMillis));
            // RFC 6675 6: a retransmission that is lost is found before the timer expires, which the queues make long.
            assertThat(timeouts(hosts)).isZero();
            hosts.assertNothingLeft();
        }
    }

    /** The kernel's CUBIC took 8.3 to 8.4, 8.5 and 8.8 s. */
    @ParameterizedTest(name = "{0} ms, queue of {1} products")
    @CsvSource({"20, 0.5, 8400", "50, 0.5, 8550", "100, 0.5, 8850", "100, 1, 8850"})
    void oneWayPlainTcpIsAsQuickAsTheKernel(int rttMillis, double queue, long mostMillis) {
        try (TwoHosts hosts = hosts(rttMillis, queue)) {
            ConnectionSettings plain =
                    ConnectionSettings.builder().multipath(false).build();

            Transfer transfer = hosts.begin(plain, OCTETS, 0).finish().assertIntact();

            assertThat(transfer.duration()).isLessThan(Duration.ofMillis(mostMillis));
        }
    }

    private static TwoHosts hosts(int rttMillis, double queue) {
        long product = MEGABITS * 1_000 * rttMillis / Byte.SIZE;
        LinkProfile path = LinkProfile.IDEAL
                .withRate(MEGABITS * 1_000_000)
                .withDelay(Duration.ofMillis(rttMillis).dividedBy(2))
                .withQueueOctets((long) (queue * product));
        return TwoHosts.builder(1).path(path).maxSteps(STEPS).build();
    }

    private static long timeouts(TwoHosts hosts) {
        return hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS)
                + hosts.server().counters().get(Counter.RETRANSMISSION_TIMEOUTS);
    }
}
