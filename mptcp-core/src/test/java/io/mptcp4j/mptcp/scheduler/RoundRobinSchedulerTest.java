package io.mptcp4j.mptcp.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundRobinSchedulerTest {
    private static final View OPEN = View.of(10, 10, 10_000);
    private static final View FULL = View.of(10, 0, 10_000);
    private final RoundRobinScheduler scheduler = new RoundRobinScheduler();

    @Test
    void subflowsTakeTurns() {
        assertThat(select(OPEN, OPEN, OPEN)).isZero();
        assertThat(select(OPEN, OPEN, OPEN)).isEqualTo(1);
        assertThat(select(OPEN, OPEN, OPEN)).isEqualTo(2);
        assertThat(select(OPEN, OPEN, OPEN)).isZero();
    }

    @Test
    void whoHasNoRoomOrIsNotUsableIsSkipped() {
        assertThat(select(FULL, OPEN.gone(), OPEN)).isEqualTo(2);
        assertThat(select(FULL, OPEN.gone(), OPEN)).isEqualTo(2);
    }

    @Test
    void aBackupWaitsWhileARegularSubflowIsUsableEvenWithoutRoom() {
        // RFC 8684 3.3.8
        assertThat(select(FULL, View.backup(10, 10, 10, false))).isEqualTo(Scheduler.WAIT);
    }

    @Test
    void withoutARegularSubflowTheBackupsTakeTurns() {
        View backup = View.backup(10, 10, 10, true);
        assertThat(select(OPEN.gone(), backup, backup)).isEqualTo(1);
        assertThat(select(OPEN.gone(), backup, backup)).isEqualTo(2);
    }

    @Test
    void theLastOneMayBeGone() {
        View[] three = {OPEN, OPEN, OPEN};
        select(three);
        select(three);
        select(three);

        assertThat(scheduler.select(three, 1, View.stream(100))).isZero();
        assertThat(scheduler.select(new View[0], 0, View.stream(100))).isEqualTo(Scheduler.WAIT);
    }

    private int select(View... views) {
        return View.select(scheduler, View.stream(100), views);
    }
}
