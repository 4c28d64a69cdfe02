package io.mptcp4j.mptcp.scheduler;

import static io.mptcp4j.mptcp.scheduler.View.select;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LowestRttSchedulerTest {
    private final LowestRttScheduler scheduler = new LowestRttScheduler();

    @Test
    void theQuickerSubflowIsTakenWhileItHasRoom() {
        assertThat(select(scheduler, View.stream(10_000), View.of(50, 20_000, 20_000), View.of(10, 5_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void theSlowerOneIsTakenWhenTheQuickerIsFullHoweverSlowItIs() {
        assertThat(select(scheduler, View.stream(1_000), View.of(5_000, 20_000, 20_000), View.of(10, 0, 20_000)))
                .isZero();
    }

    @Test
    void aBackupIsNotTakenWhileItIsNotEligible() {
        // RFC 8684 3.3.8
        View backup = View.backup(1, 9_000, 9_000, false);
        assertThat(select(scheduler, View.stream(5_000), backup, View.of(100, 9_000, 9_000)))
                .isEqualTo(1);
        assertThat(select(scheduler, View.stream(5_000), backup, View.of(100, 0, 9_000)))
                .isEqualTo(Scheduler.WAIT);
        View last = View.backup(1, 9_000, 9_000, true);
        View gone = View.of(100, 9_000, 9_000).gone();
        assertThat(select(scheduler, View.stream(5_000), last, gone)).isZero();
    }

    @Test
    void thereIsNothingToSelectWithoutUsableSubflows() {
        assertThat(select(scheduler, View.stream(100))).isEqualTo(Scheduler.WAIT);
    }
}
