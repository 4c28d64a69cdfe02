package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.DropSegments;
import io.mptcp4j.testing.SegmentFilter;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What losses, delays and reordering cost a transfer on one path. */
class RecoveryTest {
    private static final long MS = 1_000_000L;

    /** TLP.max_ack_delay, for a last segment that is alone. */
    private static final long ACK_DELAY = 40 * MS;

    private static final int LONGEST_SEGMENT = 1_460;
    private static final int STEPS = 20_000_000;

    @SideBySide
    @Test
    void aLostLastSegmentCostsAboutOneProbeTimeoutAndNoRto() {
        for (int seed = 1; seed <= 60; seed++) {
            Random random = new Random(seed);
            long delay = MS + (long) (random.nextDouble() * 100 * MS);
            int segments = 1 + random.nextInt(40);
            long octets = segments * 1_400L;
            long whole = secondHalf(seed, delay, octets, false);
            long lossy = secondHalf(seed, delay, octets, true);

            // Two round trips from the last acknowledgment on, which comes a round trip after the segment when others
            // left with it; and what the peer may wait, which is in the smoothed round-trip time too.
            long roundTrip = 2 * delay;
            assertThat(lossy - whole)
                    .as("seed %d: %d segments, %d ms", seed, segments, delay / MS)
                    .isBetween(2 * roundTrip, (segments == 1 ? 2 : 3) * roundTrip + 3 * ACK_DELAY + 5 * MS);
        }
    }

    /** How long the second half of so many octets took, from when it was written; its last segment is lost, or is not. */
    private static long secondHalf(int seed, long delay, long octets, boolean isLossy) {
        LinkProfile path = LinkProfile.IDEAL.withRate(50_000_000).withDelay(Duration.ofNanos(delay));
        long[] left = {Long.MAX_VALUE};
        SegmentFilter last = (segment, direction, index) -> {
            if (direction == Direction.A_TO_B && left[0] != Long.MAX_VALUE && left[0] > 0) {
                left[0] -= segment.payloadLength();
                return isLossy && left[0] == 0;
            }
            return false;
        };
        try (TwoHosts hosts = TwoHosts.builder(seed)
                .maxSteps(STEPS)
                .path(path, new DropSegments(last))
                .build()) {
            Transfer transfer = hosts.begin(2 * octets, 0);
            transfer.client().application().limit(octets);
            transfer.runFor(Duration.ofSeconds(5));
            assertThat(transfer.server().application().received()).isEqualTo(octets);
            long begin = hosts.network().clock().now();
            left[0] = octets;
            transfer.client().application().limit(2 * octets);
            transfer.client().connection().onWritten(begin);
            transfer.runUntil(() -> transfer.server().application().received() == 2 * octets);
            long took = hosts.network().clock().now() - begin;
            assertThat(left[0]).isZero();

            transfer.client().application().limit(Long.MAX_VALUE);
            transfer.client().connection().onWritten(hosts.network().clock().now());
            transfer.finish().assertIntact();
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isZero();
            assertThat(hosts.client().counters().get(Counter.LOSS_PROBES)).isEqualTo(isLossy ? 1 : 0);
            hosts.assertNothingLeft();
            return took;
        }
    }

    /** A path that is seconds slower for a while: timestamps, and without them F-RTO, tell that nothing was lost. */
    @SideBySide
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDelayThatMadeTimeoutsCostsNoWindow(boolean timestamps) {
        ConnectionSettings settings = ConnectionSettings.builder()
                .tcp(TcpSettings.builder().timestamps(timestamps).build())
                .build();
        for (int seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            LinkProfile path = SchedulerRun.path(20, 5 + random.nextInt(20)).withQueuePackets(1_000);
            LinkProfile slow = path.withDelay(path.delay().plusMillis(1_500 + random.nextInt(1_500)));
            try (TwoHosts hosts = TwoHosts.builder(seed)
                    .both(settings)
                    .maxSteps(STEPS)
                    .path(path)
                    .build()) {
                Transfer transfer = hosts.begin(30_000_000, 0);
                transfer.runFor(Duration.ofSeconds(1));
                Subflow subflow = transfer.client().connection().subflow(0);
                long before = subflow.congestionWindow();
                hosts.path(0).link().setProfiles(slow, path);
                transfer.runFor(Duration.ofSeconds(5));
                long after = subflow.congestionWindow();
                StackCounters counters = hosts.client().counters();

                assertThat(counters.get(Counter.RETRANSMISSION_TIMEOUTS))
                        .as("seed %d", seed)
                        .isPositive();
                assertThat(counters.get(timestamps ? Counter.UNDONE_BY_TIMESTAMPS : Counter.SPURIOUS_TIMEOUTS))
                        .as("seed %d", seed)
                        .isEqualTo(1);
                assertThat(after).as("seed %d", seed).isGreaterThanOrEqualTo(before);
                // Each timeout and each probe a segment's octets, in two segments when the path is tried
                // with shorter ones.
                long repeats = counters.get(Counter.RETRANSMISSION_TIMEOUTS) + counters.get(Counter.LOSS_PROBES);
                assertThat(subflow.tcp().octetsRetransmitted())
                        .as("seed %d", seed)
                        .isLessThanOrEqualTo(repeats * LONGEST_SEGMENT);
                transfer.finish().assertIntact();
                hosts.assertNothingLeft();
            }
        }
    }

    /** One segment in five is late by 5 to 20 ms of a round trip of 50 ms. */
    @SideBySide
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void reorderingIsNotTakenForLoss(int seed) {
        LinkProfile path = SchedulerRun.path(20, 25);
        LinkProfile reordering = path.withReordering(0.2, Duration.ofMillis(5L * seed));
        try (TwoHosts hosts =
                TwoHosts.builder(seed).maxSteps(STEPS).path(reordering, path).build()) {
            long octets = 20_000_000;
            Transfer transfer = hosts.transfer(octets, 0).assertIntact();

            double megabits = octets * 8_000.0 / transfer.duration().toNanos();
            assertThat(megabits).isGreaterThan(13);
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isZero();
            hosts.assertNothingLeft();
        }
    }
}
