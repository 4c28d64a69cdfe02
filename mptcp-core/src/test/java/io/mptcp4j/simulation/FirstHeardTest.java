package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.FallbackReason;
import io.mptcp4j.testing.Direction;
import io.mptcp4j.testing.Middlebox;
import io.mptcp4j.testing.Segment;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import io.mptcp4j.wire.TcpFlags;
import io.mptcp4j.wire.mptcp.MptcpSubtype;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Octets are written before the SYN/ACK comes, so that a whole window leaves at once. A listener like Linux falls back when the first
 * segment that it hears has no MP_CAPABLE: how often that is so. Ours waits for one that has.
 */
class FirstHeardTest {
    private static final int SEEDS = 400;
    private static final LinkProfile PATH =
            LinkProfile.IDEAL.withRate(50_000_000).withDelay(Duration.ofMillis(10));

    @ParameterizedTest(name = "{0} of 100 segments are lost")
    @ValueSource(ints = {1, 5})
    void theKeysAreHeardFirstUnlessTwoSegmentsAreLost(int percent) {
        int without = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            LossyWay way = new LossyWay(percent / 100.0, seed);
            try (TwoHosts hosts = TwoHosts.builder(seed).path(PATH, way).build()) {
                Transfer transfer = hosts.transfer(30_000, 0).assertIntact();
                assertThat(transfer.server().fallbackReason()).isEqualTo(FallbackReason.NONE);
                assertThat(transfer.client().fallbackReason()).isEqualTo(FallbackReason.NONE);
            }
            without += way.firstHadKeys ? 0 : 1;
        }
        // Both the third ACK and the first octets must be lost: one in 10,000, one in 400.
        assertThat((double) without / SEEDS).isLessThan(percent < 5 ? 0.003 : 0.015);
    }

    /** Loses segments of the client, SYNs aside. */
    private static final class LossyWay implements Middlebox {
        private final double loss;
        private final Random random;
        private boolean heard;
        private boolean firstHadKeys;

        LossyWay(double loss, long seed) {
            this.loss = loss;
            // The first numbers of neighbouring seeds are alike.
            this.random = new Random(seed * 0x9e37_79b9_7f4a_7c15L);
        }

        @Override
        public void forward(Segment segment, Direction direction, long nowNanos, Output output) {
            if (direction == Direction.A_TO_B && !segment.has(TcpFlags.SYN)) {
                if (random.nextDouble() < loss) {
                    return;
                }
                firstHadKeys |= !heard && segment.mptcpOption(MptcpSubtype.MP_CAPABLE) != null;
                heard = true;
            }
            output.send(segment, direction);
        }
    }
}
