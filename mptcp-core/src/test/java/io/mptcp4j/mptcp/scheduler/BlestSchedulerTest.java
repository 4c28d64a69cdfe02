package io.mptcp4j.mptcp.scheduler;

import static io.mptcp4j.mptcp.scheduler.View.select;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlestSchedulerTest {
    private static final View QUICK = View.of(10, 0, 20_000);
    private static final View SLOW = View.of(100, 20_000, 20_000);
    private final BlestScheduler scheduler = new BlestScheduler();

    @Test
    void theQuickerSubflowIsTakenWhileItHasRoom() {
        assertThat(select(scheduler, View.stream(10_000, 10_000), SLOW, View.of(10, 5_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void theSlowerOneIsLeftAloneWhenItWouldCloseTheWindowForTheQuicker() {
        // In 100 ms the quicker subflow sends ten windows of 20,000 octets, and some more as they grow.
        assertThat(select(scheduler, View.stream(1 << 20, 200_000), QUICK, SLOW))
                .isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(1 << 20, 400_000), QUICK, SLOW))
                .isEqualTo(1);
    }

    @Test
    void whatTheSlowerOneHasInFlightCountsAgainstTheWindow() {
        View busy = View.of(100, 20_000, 180_000);
        assertThat(select(scheduler, View.stream(1 << 20, 400_000), QUICK, busy))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void slowStartIsForeseen() {
        assertThat(select(scheduler, View.stream(1 << 20, 400_000), QUICK.inSlowStart(), SLOW))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void aSubflowWithoutAnythingInFlightIsNeverWaitedFor() {
        assertThat(select(scheduler, View.stream(1 << 20, 20_000), QUICK.idle(), SLOW))
                .isEqualTo(1);
    }
}
