package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subflows that hold up others: by being slow, or by being silent. */
class HeldUpTest {
    private static final LinkProfile QUICK = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(5))
            .withQueuePackets(50);
    private static final int OCTETS = 2_000_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoHoldsUpTheWindowIsHelpedAndPenalised(long seed) {
        // given: half of the octets go on a path whose round trip takes 200 ms, into a window of 25 KB
        LinkProfile slow = QUICK.withDelay(Duration.ofMillis(100));
        ConnectionSettings settings = ConnectionSettings.builder()
                .scheduler(Schedulers.byName("round-robin"))
                .receiveBuffer(25_000)
                .build();
        try (TwoHosts hosts =
                TwoHosts.builder(seed).both(settings).path(QUICK).path(slow).build()) {
            // when
            Transfer transfer = hosts.transfer(OCTETS, 0).assertIntact();

            // then: each octet goes twice at most, and the window is halved once a round trip at most
            long copies = hosts.client().counters().get(Counter.OPPORTUNISTIC_OCTETS);
            long penalties = hosts.client().counters().get(Counter.SUBFLOW_PENALTIES);
            assertThat(copies).isPositive().isLessThanOrEqualTo(OCTETS);
            assertThat(penalties)
                    .isPositive()
                    .isLessThanOrEqualTo(1 + transfer.duration().toMillis() / 200);
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(3));
            hosts.assertNothingLeft();
        }
    }

    @Test
    void whatIsHeldIsLookedForWithinAnAllowance() {
        // given: thousands of segments on a path that is far slower than the other, into a window of 3 MiB
        LinkProfile quick = QUICK.withRate(200_000_000).withQueuePackets(1_000);
        LinkProfile slow = quick.withDelay(Duration.ofMillis(60)).withQueuePackets(4_000);
        ConnectionSettings settings = ConnectionSettings.builder()
                .scheduler(Schedulers.byName("round-robin"))
                .receiveBuffer(3 << 20)
                .build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).both(settings).path(quick).path(slow).build()) {
            // when
            Transfer transfer = hosts.begin(40 << 20, 0);
            DataSender sender = transfer.client().connection().dataSender();
            transfer.finish().assertIntact();

            // then: with each segment that came it took 7.9 million steps
            assertThat(hosts.client().counters().get(Counter.OPPORTUNISTIC_OCTETS))
                    .isPositive();
            assertThat(sender.searchSteps()).isPositive().isLessThan(4_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSilentSubflowIsStaleBeforeItsTimerExpiresAndComesBackWithAnAnswer(int cut) {
        try (TwoHosts hosts = TwoHosts.builder(7).path(QUICK).path(QUICK).build()) {
            Transfer transfer = hosts.begin(8 * OCTETS, 0);
            transfer.runUntil(() -> transfer.server().application().received() > OCTETS);

            // when
            hosts.path(cut).link().cut();
            transfer.runFor(Duration.ofMillis(190));

            // then: found before the shortest retransmission timeout, and the other one goes on
            assertThat(hosts.client().counters().get(Counter.SUBFLOWS_STALE)).isEqualTo(1);
            assertThat(hosts.client().counters().get(Counter.RETRANSMISSION_TIMEOUTS))
                    .isZero();
            long before = transfer.server().application().received();
            transfer.runFor(Duration.ofMillis(20));
            assertThat(transfer.server().application().received()).isGreaterThan(before);

            // when
            hosts.path(cut).link().heal();
            transfer.finish().assertIntact();

            // then
            assertThat(hosts.client().counters().get(Counter.SUBFLOWS_RECOVERED))
                    .isEqualTo(1);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void whatWentTwiceWhenASubflowWasCutIsNoMoreThanItHadInFlight() {
        try (TwoHosts hosts = TwoHosts.builder(8).path(QUICK).path(QUICK).build()) {
            Transfer transfer = hosts.begin(4 * OCTETS, 0);
            transfer.runUntil(() -> transfer.server().application().received() > OCTETS);
            long inFlight = transfer.client().connection().subflow(1).tcp().outstandingOctets();

            hosts.path(1).link().cut();
            transfer.finish().assertIntact();

            // What left between the cut and the finding of it counts as well: a window more.
            assertThat(hosts.client().counters().get(Counter.REINJECTED_OCTETS)).isLessThanOrEqualTo(3 * inFlight);
            hosts.assertNothingLeft();
        }
    }
}
