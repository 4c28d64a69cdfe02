package io.mptcp4j.mptcp.scheduler;

import static io.mptcp4j.mptcp.scheduler.View.select;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EcfSchedulerTest {
    private final EcfScheduler scheduler = new EcfScheduler();

    @Test
    void theQuickerSubflowIsTakenWhileItHasRoom() {
        assertThat(select(scheduler, View.stream(10_000), View.of(50, 20_000, 20_000), View.of(10, 5_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void theSlowerSubflowIsTakenWhenMuchWaits() {
        assertThat(select(scheduler, View.stream(10_000_000), View.of(10, 0, 20_000), View.of(40, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void nothingIsSentOnAMuchSlowerSubflowWhenWaitingIsQuicker() {
        assertThat(select(scheduler, View.stream(5_000), View.of(10, 0, 20_000), View.of(500, 20_000, 20_000)))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void whoWaitsWaitsALittleLonger() {
        // Waiting takes 10 ms * (1 + unsent / 20,000), the slower subflow 500 + 62.5 ms, and a quarter
        // more once waiting.
        View quick = View.of(10, 0, 20_000);
        View slow = View.of(500, 20_000, 20_000);
        long more = 20_000 * 60;
        assertThat(select(scheduler, View.stream(more), quick, slow)).isEqualTo(1);
        assertThat(select(scheduler, View.stream(5_000), quick, slow)).isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(more), quick, slow)).isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(20_000 * 80), quick, slow)).isEqualTo(1);
        assertThat(select(scheduler, View.stream(more), quick, slow)).isEqualTo(1);
    }

    @Test
    void aSubflowWithoutAnythingInFlightIsNeverWaitedFor() {
        assertThat(select(scheduler, View.stream(100), View.of(10, 0, 20_000).idle(), View.of(500, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void aBackupStandsBy() {
        // RFC 8684 3.3.8
        View regular = View.of(100, 0, 9_000);
        assertThat(select(scheduler, View.stream(1 << 24), View.backup(1, 9_000, 9_000, false), regular))
                .isEqualTo(Scheduler.WAIT);
    }
}
