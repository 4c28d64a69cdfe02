package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.HostPairs.Access;
import io.mptcp4j.testing.HostPairs.Pair;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostPairsTest {
    private static final LinkProfile LINK = LinkProfile.IDEAL
            .withRate(4_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueuePackets(20);

    private static final ConnectionSettings TCP =
            ConnectionSettings.builder().multipath(false).build();

    @Test
    void twoPairsShareTheRateAndTheQueueOfALink() {
        try (HostPairs hosts = new HostPairs(1)) {
            // given
            SharedLink link = hosts.link(LINK);
            Pair a = hosts.pair(TCP, link).begin();
            Pair b = hosts.pair(TCP, link).begin();

            // when
            hosts.run(Duration.ofSeconds(20));

            // then: 4 Mbit/s are 10 MB in 20 s.
            assertThat(a.deliveredOver(0) + b.deliveredOver(0)).isBetween(9_000_000L, 10_000_000L);
            assertThat(a.received()).isGreaterThan(3_000_000);
            assertThat(b.received()).isGreaterThan(3_000_000);
            assertThat(link.path().link().endA().counters().overflowed()).isPositive();
            hosts.assertNothingLeft();
        }
    }

    @Test
    void aPathMayHaveADelayOfItsOwn() {
        try (HostPairs hosts = new HostPairs(1)) {
            // given
            SharedLink link = hosts.link(LINK.withRate(100_000_000));
            Pair pair = hosts.pair(TCP, new Access(link, Duration.ofMillis(30))).begin();

            // when
            hosts.run(Duration.ofMillis(200));

            // then: twice 10 ms of the link, once 30 ms to it.
            long rtt = pair.connection().subflow(0).tcp().minimumRttNanos();
            assertThat(rtt / 1e6).isCloseTo(50, within(2.0));
            hosts.assertNothingLeft();
        }
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        assertThat(octetsAfterTwoSeconds(3)).isEqualTo(octetsAfterTwoSeconds(3));
        assertThat(octetsAfterTwoSeconds(3)).isNotEqualTo(octetsAfterTwoSeconds(4));
    }

    private static long octetsAfterTwoSeconds(long seed) {
        try (HostPairs hosts = new HostPairs(seed)) {
            SharedLink link = hosts.link(LINK);
            Pair a = hosts.pair(ConnectionSettings.DEFAULT, link, link).begin();
            hosts.pair(TCP, link).begin();
            hosts.run(Duration.ofSeconds(2));
            long octets = a.deliveredOver(0);
            hosts.assertNothingLeft();
            return octets;
        }
    }
}
