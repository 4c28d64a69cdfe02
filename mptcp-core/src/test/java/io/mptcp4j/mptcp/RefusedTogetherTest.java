package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joins that are refused in one turn: the news of the first does not have the second tried again at once. */
class RefusedTogetherTest {
    private static final int PATHS = 6;
    private static final LinkProfile LINK = LinkProfile.IDEAL.withDelay(Duration.ofMillis(10));

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void eachIsTriedOnceWhileItsReasonStays(long seed) {
        ConnectionSettings two = ConnectionSettings.builder().maxSubflows(2).build();
        TwoHosts.Builder builder = TwoHosts.builder(seed).server(two);
        for (int i = 0; i < PATHS; i++) {
            builder.path(LINK);
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.begin(4 << 20, 0);

            transfer.finish().assertIntact();

            assertThat(transfer.client().mostSubflows()).isGreaterThanOrEqualTo(2);
            assertThat(hosts.client().counters().get(Counter.JOIN_SYN_TX)).isEqualTo(PATHS - 1);
        }
    }
}
