package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that stop while the send stream is full: what only they carry must not hold up the others. */
class StallTest {
    private static final LinkProfile WIFI = LinkProfile.IDEAL
            .withRate(30_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueueOctets(200_000);
    private static final LinkProfile LTE = LinkProfile.IDEAL
            .withRate(20_000_000)
            .withDelay(Duration.ofMillis(25))
            .withQueueOctets(200_000);
    private static final int OCTETS = 2_000_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aDeadSubflowDoesNotKeepTheSendStreamFull(long seed) {
        // RFC 8684 3.3.2: octets wait for the acknowledgment of every subflow that has them; a subflow that blocks the
        // stream so may be ended.
        ConnectionSettings settings =
                ConnectionSettings.builder().sendBuffer(128 << 10).build();
        try (TwoHosts hosts =
                TwoHosts.builder(seed).both(settings).path(WIFI).path(LTE).build()) {
            Transfer transfer = hosts.begin(OCTETS, 0);

            transfer.runUntil(() -> transfer.server().application().received() > OCTETS / 3);
            hosts.path((int) (seed % 2)).link().cut();
            transfer.finish().assertIntact();

            assertThat(transfer.client().mostSubflows()).isEqualTo(2);
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(20));
            hosts.assertNothingLeft();
        }
    }
}
