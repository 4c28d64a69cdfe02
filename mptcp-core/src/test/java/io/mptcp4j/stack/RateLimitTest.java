package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void letsABurstPassAndThenSoManyASecond() {
        RateLimit limit = new RateLimit(10, 5);

        assertThat(passed(limit, 100, SECOND)).isEqualTo(5);
        assertThat(passed(limit, 100, 2 * SECOND)).isEqualTo(5);
        assertThat(passed(limit, 100, 2 * SECOND + SECOND / 10)).isEqualTo(1);
    }

    @Test
    void worksFromAnyOriginOfTime() {
        RateLimit limit = new RateLimit(10, 1);

        assertThat(passed(limit, 3, Long.MIN_VALUE + 1)).isEqualTo(1);
        assertThat(passed(limit, 3, Long.MIN_VALUE + 1 + SECOND)).isEqualTo(1);
    }

    private static int passed(RateLimit limit, int tries, long now) {
        int passed = 0;
        for (int i = 0; i < tries; i++) {
            passed += limit.tryAcquire(now) ? 1 : 0;
        }
        return passed;
    }
}
