package io.mptcp4j.mptcp.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundRobinSchedulerTest {
    private final RoundRobinScheduler scheduler = new RoundRobinScheduler();

    @Test
    void subflowsTakeTurns() {
        SubflowView[] subflows = {view(true, false, 10), view(true, false, 10), view(true, false, 10)};

        assertThat(select(subflows)).isZero();
        assertThat(select(subflows)).isEqualTo(1);
        assertThat(select(subflows)).isEqualTo(2);
        assertThat(select(subflows)).isZero();
    }

    @Test
    void whoHasNoRoomOrIsNotUsableIsSkipped() {
        SubflowView[] subflows = {view(true, false, 0), view(false, false, 10), view(true, false, 10)};

        assertThat(select(subflows)).isEqualTo(2);
        assertThat(select(subflows)).isEqualTo(2);
    }

    @Test
    void aBackupWaitsWhileARegularSubflowIsUsableEvenWithoutRoom() {
        // RFC 8684 3.3.8
        SubflowView[] subflows = {view(true, false, 0), view(true, true, 10)};

        assertThat(select(subflows)).isEqualTo(Scheduler.WAIT);
    }

    @Test
    void withoutARegularSubflowTheBackupsTakeTurns() {
        SubflowView[] subflows = {view(false, false, 10), view(true, true, 10), view(true, true, 10)};

        assertThat(select(subflows)).isEqualTo(1);
        assertThat(select(subflows)).isEqualTo(2);
    }

    @Test
    void theLastOneMayBeGone() {
        SubflowView[] three = {view(true, false, 10), view(true, false, 10), view(true, false, 10)};
        select(three);
        select(three);
        select(three);

        assertThat(scheduler.select(three, 1, 100)).isZero();
        assertThat(scheduler.select(new SubflowView[0], 0, 100)).isEqualTo(Scheduler.WAIT);
    }

    private int select(SubflowView[] subflows) {
        return scheduler.select(subflows, subflows.length, 100);
    }

    private static SubflowView view(boolean usable, boolean backup, long room) {
        return new SubflowView() {
            @Override
            public boolean isUsable() {
                return usable;
            }

            @Override
            public boolean isBackup() {
                return backup;
            }

            @Override
            public long sendRoom() {
                return room;
            }

            @Override
            public long congestionWindow() {
                return 10_000;
            }

            @Override
            public long octetsInFlight() {
                return 0;
            }

            @Override
            public long smoothedRttNanos() {
                return 1;
            }

            @Override
            public long rttVarianceNanos() {
                return 0;
            }

            @Override
            public int maximumSegmentSize() {
                return 1460;
            }
        };
    }
}
