package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.SeededEntropy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChallengeLimitTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void howManyThereAreInASecondIsNotToBeForetold() {
        ChallengeLimit limit = new ChallengeLimit(1_000, new SeededEntropy(1));
        Set<Integer> counts = new HashSet<>();
        long sum = 0;
        for (int second = 0; second < 100; second++) {
            int count = 0;
            // Bounded, so that no limit at all is a failure and not a test without end.
            while (count < 1_500 && limit.tryAcquire(second * SECOND + count)) {
                count++;
            }
            assertThat(count).isBetween(500, 1_499);
            counts.add(count);
            sum += count;
        }

        assertThat(counts).hasSizeGreaterThan(80);
        assertThat(sum / 100).isBetween(900L, 1_100L);
    }

    @Test
    void theLeastLimitLetsOnePass() {
        ChallengeLimit limit = new ChallengeLimit(1, new SeededEntropy(1));

        assertThat(limit.tryAcquire(5)).isTrue();
        assertThat(limit.tryAcquire(5 + SECOND - 1)).isFalse();
        assertThat(limit.tryAcquire(5 + SECOND)).isTrue();
    }
}
