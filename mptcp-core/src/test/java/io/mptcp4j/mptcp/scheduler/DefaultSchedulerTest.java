package io.mptcp4j.mptcp.scheduler;

import static io.mptcp4j.mptcp.scheduler.View.select;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultSchedulerTest {
    private final DefaultScheduler scheduler = new DefaultScheduler();

    @Test
    void theQuickerSubflowIsTakenWhileItHasRoom() {
        assertThat(select(scheduler, View.stream(10_000), View.of(50, 20_000, 20_000), View.of(10, 5_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void bothAreUsedWhenMuchWaitsAndTheWindowIsLarge() {
        assertThat(select(scheduler, View.stream(10_000_000), View.of(10, 0, 20_000), View.of(40, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void theQuickerIsWaitedForWhenLittleWaits() {
        assertThat(select(scheduler, View.stream(5_000), View.of(10, 0, 20_000), View.of(500, 20_000, 20_000)))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void theQuickerIsWaitedForWhenTheWindowIsSmall() {
        assertThat(select(
                        scheduler,
                        View.stream(10_000_000, 50_000),
                        View.of(10, 0, 20_000),
                        View.of(40, 20_000, 20_000)))
                .isEqualTo(Scheduler.WAIT);
    }

    @Test
    void aSmallWindowIsNoReasonToWaitForAnEqual() {
        assertThat(select(
                        scheduler,
                        View.stream(10_000_000, 30_000),
                        View.of(40, 0, 20_000),
                        View.of(42, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void aSubflowInUseIsNotLeftForOneThatOnlyLooksQuickerWhileItIsIdle() {
        View loaded = View.of(30, 5_000, 20_000).least(20);
        View idle = View.of(20, 20_000, 20_000);
        scheduler.select(new View[] {loaded}, 1, View.stream(1_000));

        assertThat(select(scheduler, View.stream(1_000), loaded, idle)).isZero();
    }

    @Test
    void aSubflowInUseIsLeftForOneOnAShorterPathOrWhenItsQueueIsLong() {
        View used = View.of(30, 5_000, 20_000).least(20);
        scheduler.select(new View[] {used}, 1, View.stream(1_000));
        assertThat(select(scheduler, View.stream(1_000), used, View.of(10, 20_000, 20_000)))
                .isEqualTo(1);

        View bloated = View.of(500, 5_000, 20_000).least(20);
        scheduler.select(new View[] {bloated}, 1, View.stream(1_000));
        assertThat(select(scheduler, View.stream(1_000), bloated, View.of(40, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void ofSubflowsWithAboutTheSameDelayTheOneThatFillsTheWindowIsWaitedFor() {
        View slow = View.of(60, 200_000, 200_000);
        View filling = View.of(65, 0, 2_500_000).least(60);

        assertThat(select(scheduler, View.stream(10_000_000, 2_000_000), slow, filling))
                .isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(10_000_000, 3_000_000), slow, filling))
                .isZero();
    }

    @Test
    void aSubflowOfLongDelayThatFillsTheWindowIsNotPreferred() {
        View quick = View.of(20, 200_000, 200_000);
        View filling = View.of(60, 0, 2_500_000);

        assertThat(select(scheduler, View.stream(10_000_000, 2_000_000), quick, filling))
                .isZero();
    }

    @Test
    void aFarSlowerPathGetsNothingThatWouldHoldUpTheQuickerWhenItFillsTheWindow() {
        View quick = View.of(56, 0, 900_000).inSlowStart().atRate(17_000_000);
        View slow = View.of(58, 150_000, 150_000);

        assertThat(select(scheduler, View.stream(10_000_000, 950_000), quick, slow.atRate(1_700_000)))
                .isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(10_000_000, 950_000), quick, slow.atRate(6_000_000)))
                .isEqualTo(1);
        assertThat(select(scheduler, View.stream(10_000_000, 950_000), quick, slow))
                .isEqualTo(1);
    }

    @Test
    void aFarSlowerPathIsUsedWhereTheWindowHasRoomForBothOrSlowStartIsOver() {
        View quick = View.of(56, 0, 900_000).atRate(17_000_000);
        View slow = View.of(58, 150_000, 150_000).atRate(1_700_000);

        assertThat(select(scheduler, View.stream(20_000_000, 10_000_000), quick.inSlowStart(), slow))
                .isEqualTo(1);
        assertThat(select(scheduler, View.stream(10_000_000, 950_000), quick, slow))
                .isEqualTo(1);
    }

    @Test
    void anUntestedSubflowThatIsFullIsWaitedForWhereOctetsOnAnEqualWouldHoldItUp() {
        View full = View.of(60, 0, 900_000).inSlowStart();
        View equal = View.of(60, 150_000, 150_000);

        assertThat(select(scheduler, View.stream(10_000_000, 950_000), full.untested(), equal))
                .isEqualTo(Scheduler.WAIT);
        assertThat(select(scheduler, View.stream(10_000_000, 950_000), full, equal))
                .isEqualTo(1);
    }

    @Test
    void aSmallWindowIsCarriedBySeveralUntilOneIsTested() {
        View first = View.of(60, 20_000, 20_000).inSlowStart();
        View second = View.of(60, 20_000, 20_000).inSlowStart();

        select(scheduler, View.stream(10_000_000, 100_000), first.untested(), second.untested());
        assertThat(scheduler.copies(first.untested())).isTrue();
        assertThat(scheduler.copies(second.untested())).isTrue();
        assertThat(scheduler.leads(second.untested())).isTrue();

        View filling = View.of(60, 20_000, 100_000);
        select(scheduler, View.stream(10_000_000, 100_000), filling, second.untested());
        assertThat(scheduler.copies(filling)).isFalse();
        assertThat(scheduler.leads(second.untested())).isFalse();
    }

    @Test
    void aLargeWindowIsCarriedByEachForItselfTestedOrNot() {
        View first = View.of(60, 20_000, 20_000).inSlowStart().untested();
        View second = View.of(60, 20_000, 20_000).inSlowStart().untested();

        select(scheduler, View.stream(10_000_000, 1_000_000), first, second);

        assertThat(scheduler.copies(first)).isFalse();
        assertThat(scheduler.copies(second)).isFalse();
    }

    @Test
    void aBackupIsUsedOnlyWhenThereIsNoOther() {
        // RFC 8684 3.3.8
        assertThat(select(
                        scheduler, View.stream(5_000), View.backup(1, 9_000, 9_000, false), View.of(100, 9_000, 9_000)))
                .isEqualTo(1);
        assertThat(select(
                        scheduler,
                        View.stream(5_000),
                        View.backup(1, 9_000, 9_000, true),
                        View.of(100, 9_000, 9_000).gone()))
                .isZero();
    }

    @Test
    void aSubflowWithoutAnythingInFlightIsNeverWaitedFor() {
        assertThat(select(
                        scheduler,
                        View.stream(100, 10_000),
                        View.of(10, 0, 20_000).idle(),
                        View.of(500, 20_000, 20_000)))
                .isEqualTo(1);
    }

    @Test
    void thereIsNothingToSelectWithoutUsableSubflows() {
        assertThat(select(scheduler, View.stream(100))).isEqualTo(Scheduler.WAIT);
    }
}
