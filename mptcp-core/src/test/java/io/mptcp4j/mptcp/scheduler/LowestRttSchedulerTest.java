package io.mptcp4j.mptcp.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LowestRttSchedulerTest {
    private static final long MILLISECOND = 1_000_000;

    private final LowestRttScheduler scheduler = new LowestRttScheduler();

    private record View(
            boolean isUsable,
            boolean isBackup,
            long sendRoom,
            long congestionWindow,
            long octetsInFlight,
            long smoothedRttNanos)
            implements SubflowView {
        @Override
        public long rttVarianceNanos() {
            return smoothedRttNanos / 8;
        }

        @Override
        public int maximumSegmentSize() {
            return 1448;
        }
    }

    private static View subflow(long rttMillis, long room, long window) {
        return new View(true, false, room, window, window - room, rttMillis * MILLISECOND);
    }

    private int select(long waiting, SubflowView... views) {
        return scheduler.select(views, views.length, waiting);
    }

    @Test
    void theQuickerSubflowIsTakenWhileItHasRoom() {
        assertThat(select(10_000, subflow(50, 20_000, 20_000), subflow(10, 5_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void theSlowerSubflowIsTakenWhenMuchWaits() {
        assertThat(select(10_000_000, subflow(10, 0, 20_000), subflow(40, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void nothingIsSentOnAMuchSlowerSubflowWhenWaitingIsQuicker() {
        assertThat(select(5_000, subflow(10, 0, 20_000), subflow(500, 20_000, 20_000)))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void aBackupIsUsedOnlyWhenThereIsNoOther() {
        // RFC 8684 3.3.8
        View backup = new View(true, true, 9_000, 9_000, 0, MILLISECOND);
        assertThat(select(5_000, backup, subflow(100, 9_000, 9_000))).isEqualTo(1);
        View gone = new View(false, false, 9_000, 9_000, 0, MILLISECOND);
        assertThat(select(5_000, backup, gone)).isZero();
    }

    @Test
    void aSubflowWithoutAnythingInFlightIsNeverWaitedFor() {
        View stuck = new View(true, false, 0, 20_000, 0, 10 * MILLISECOND);
        assertThat(select(100, stuck, subflow(500, 20_000, 20_000))).isEqualTo(1);
    }

    @Test
    void thereIsNothingToSelectWithoutUsableSubflows() {
        assertThat(select(100)).isEqualTo(Scheduler.WAIT);
    }
}
