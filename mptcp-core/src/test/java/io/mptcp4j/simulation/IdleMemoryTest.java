package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection on which nothing happens holds no memory. */
class IdleMemoryTest {
    private static final LinkProfile PATH =
            LinkProfile.IDEAL.withRate(20_000_000).withDelay(Duration.ofMillis(10));

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 300_000})
    void afterASecondOfSilenceNothingIsHeld(int octets) {
        try (TwoHosts hosts = TwoHosts.builder(1).path(PATH).path(PATH).build()) {
            // given: some octets have gone each way, and more may come
            Transfer transfer = hosts.begin(1_000_000, 1_000_000);
            transfer.client().application().limit(octets);
            transfer.server().application().limit(octets);
            transfer.runUntil(() -> transfer.server().application().received() == octets
                    && transfer.client().application().received() == octets);

            // when
            transfer.runFor(Duration.ofMillis(2_100));

            // then
            assertThat(hosts.client().memory().used()).isZero();
            assertThat(hosts.server().memory().used()).isZero();

            // and then it goes on
            transfer.client().application().limit(Long.MAX_VALUE);
            transfer.server().application().limit(Long.MAX_VALUE);
            transfer.client().connection().onWritten(hosts.network().clock().now());
            transfer.server().connection().onWritten(hosts.network().clock().now());
            transfer.runFor(Duration.ofMillis(1));
            transfer.finish().assertIntact();
            hosts.assertNothingLeft();
        }
    }
}
