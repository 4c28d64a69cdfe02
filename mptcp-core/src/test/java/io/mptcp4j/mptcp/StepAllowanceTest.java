package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepAllowanceTest {
    private static final long MS = 1_000_000L;

    private final StepAllowance allowance = new StepAllowance();
    private long now = -5 * MS;

    @Test
    void whatIsSavedMayBeSpentAtOnceAndThenItTakesTime() {
        assertThat(allowance.hasSome(now)).isTrue();
        allowance.spend(StepAllowance.MOST_SAVED + 3 * StepAllowance.STEPS_A_MILLI - 1);

        assertThat(allowance.hasSome(now)).isFalse();
        assertThat(allowance.nextTime()).isEqualTo(now + 3 * MS);
        assertThat(allowance.hasSome(now + 3 * MS - 1)).isFalse();
        assertThat(allowance.hasSome(now + 3 * MS)).isTrue();
        assertThat(allowance.spent()).isEqualTo(StepAllowance.MOST_SAVED + 3 * StepAllowance.STEPS_A_MILLI - 1);
    }

    @Test
    void noMoreIsSavedThanItsBound() {
        allowance.hasSome(now);
        now += 1_000_000 * MS;
        assertThat(allowance.hasSome(now)).isTrue();
        allowance.spend(StepAllowance.MOST_SAVED);

        assertThat(allowance.hasSome(now)).isFalse();
    }

    @Test
    void whoeverAlwaysSpendsGetsNoMoreThanTheRate() {
        long begin = now;
        while (now - begin < 1_000 * MS) {
            if (allowance.hasSome(now)) {
                allowance.spend(7_777);
            }
            now += 333;
        }

        assertThat(allowance.spent())
                .isBetween(
                        1_000L * StepAllowance.STEPS_A_MILLI,
                        1_000L * StepAllowance.STEPS_A_MILLI + StepAllowance.MOST_SAVED + 7_777);
    }
}
