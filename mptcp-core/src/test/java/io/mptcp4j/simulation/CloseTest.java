package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.CloseCause;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How connections end. */
class CloseTest {
    private static final LinkProfile SLOW =
            LinkProfile.IDEAL.withRate(100_000).withDelay(Duration.ofMillis(50)).withQueueOctets(20_000);

    @Test
    void whatWasWrittenBeforeTheCloseIsDeliveredHoweverLongItTakes() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(SLOW).build()) {
            Transfer transfer = hosts.transfer(3_000_000, 0).assertIntact();

            assertThat(transfer.duration()).isGreaterThan(Duration.ofMinutes(4));
            assertThat(transfer.client().cause()).isEqualTo(CloseCause.NORMAL);
            assertThat(transfer.server().cause()).isEqualTo(CloseCause.NORMAL);
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aPeerThatFallsSilentIsWaitedForAMinute() {
        try (TwoHosts hosts = TwoHosts.builder(1).path(SLOW).build()) {
            Transfer transfer = hosts.begin(200_000, 0);
            transfer.runUntil(() -> transfer.server().application().received() > 50_000);
            hosts.path(0).link().cut();
            long cut = hosts.network().clock().now();

            transfer.runUntil(() -> transfer.client().cause() != null);

            assertThat(transfer.client().cause()).isEqualTo(CloseCause.TIMED_OUT);
            assertThat(Duration.ofNanos(hosts.network().clock().now() - cut))
                    .isBetween(Duration.ofSeconds(59), Duration.ofSeconds(121));
        }
    }
}
