package io.mptcp4j.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class NewRenoTest {
    private static final int MSS = 1_000;

    private final NewReno reno = new NewReno(MSS);

    private void acked(long octets) {
        reno.onAcked(octets, reno.window(), 0, true, 0);
    }

    @Test
    void beginsWithTenSegmentsOrWhatTheStandardAllows() {
        // RFC 6928 2.
        assertThat(new NewReno(1_460).window()).isEqualTo(14_600);
        assertThat(new NewReno(536).window()).isEqualTo(5_360);
        assertThat(new NewReno(9_000).window()).isEqualTo(18_000);
        assertThat(new NewReno(3_000).window()).isEqualTo(14_600);
    }

    @Test
    void doublesInSlowStart() {
        acked(10 * MSS);
        assertThat(reno.window()).isEqualTo(20 * MSS);
        acked(20 * MSS);
        assertThat(reno.window()).isEqualTo(40 * MSS);
    }

    @Test
    void halvesOnLossAndThenGrowsByASegmentForEachWindow() {
        acked(10 * MSS);
        reno.onLoss(20 * MSS, 0);
        assertThat(reno.window()).isEqualTo(10 * MSS);
        acked(10 * MSS);
        assertThat(reno.window()).isEqualTo(10 * MSS);
        reno.onRecovered(0);
        acked(10 * MSS - 1);
        assertThat(reno.window()).isEqualTo(10 * MSS);
        acked(1);
        assertThat(reno.window()).isEqualTo(11 * MSS);
    }

    @Test
    void aPenaltyHalvesTheWindowAndOutsideSlowStartTheThreshold() {
        acked(10 * MSS);
        reno.onPenalty(0);
        assertThat(reno.window()).isEqualTo(10 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(Long.MAX_VALUE);

        reno.onLoss(16 * MSS, 0);
        reno.onPenalty(0);
        assertThat(reno.window()).isEqualTo(8 * MSS);
        reno.onRecovered(0);
        reno.onPenalty(0);
        assertThat(reno.window()).isEqualTo(4 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(4 * MSS);
    }

    @Test
    void neverHalvesBelowTwoSegments() {
        reno.onLoss(MSS, 0);
        assertThat(reno.window()).isEqualTo(2 * MSS);
    }

    @Test
    void afterATimeoutItGrowsFromOneSegmentUpToTheThresholdThenSlowly() {
        reno.onRetransmissionTimeout(8 * MSS, 0);
        assertThat(reno.window()).isEqualTo(MSS);
        acked(5 * MSS);
        assertThat(reno.window()).isEqualTo(2 * MSS);
        reno.onRecovered(0);
        acked(5 * MSS);
        assertThat(reno.window()).isEqualTo(4 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(4 * MSS);
    }

    @Test
    void aWindowThatWasNotUsedDoesNotGrow() {
        reno.onAcked(5 * MSS, MSS, 0, false, 0);
        assertThat(reno.window()).isEqualTo(10 * MSS);
    }

    @Test
    void theInitialWindowFollowsTheSegmentSizeUntilItIsUsed() {
        reno.onSegmentSize(500);
        assertThat(reno.window()).isEqualTo(5_000);
        acked(500);
        reno.onSegmentSize(400);
        assertThat(reno.window()).isEqualTo(4_400);
    }

    @Test
    void asManySegmentsMayLeaveWhenTheyBecomeSmallerAndAsManyOctetsWhenTheyBecomeLarger() {
        // RFC 5681 3.1, RFC 4821 4; RFC 8899 3.
        acked(10 * MSS);
        reno.onLoss(16 * MSS, 0);
        reno.onRecovered(0);
        reno.onSegmentSize(500);
        assertThat(reno.window()).isEqualTo(8 * 500);
        assertThat(reno.slowStartThreshold()).isEqualTo(8 * 500);

        reno.onSegmentSize(MSS);
        assertThat(reno.window()).isEqualTo(8 * 500);

        // A loss that was none took nothing away: as many segments as before it.
        reno.onSpuriousLoss(0);
        assertThat(reno.window()).isEqualTo(20 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whatALossThatWasNoneGivesBackIsSegmentsAsLongAsTheyAreNow() {
        acked(10 * MSS);
        reno.onLoss(16 * MSS, 0);
        reno.onSegmentSize(500);

        reno.onSpuriousLoss(0);

        assertThat(reno.window()).isEqualTo(20 * 500);
    }

    @Test
    void theWindowIsNeverSmallerThanASegment() {
        acked(MSS);
        reno.onRetransmissionTimeout(4 * MSS, 0);
        reno.onSegmentSize(3 * MSS);
        assertThat(reno.window()).isEqualTo(3 * MSS);
    }

    @Test
    void aLossThatWasNoneIsTakenBackDuringRecoveryAndAfterIt() {
        acked(10 * MSS);
        reno.onLoss(20 * MSS, 0);
        reno.onLoss(10 * MSS, 0);
        reno.onSpuriousLoss(0);
        assertThat(reno.window()).isEqualTo(20 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
        acked(MSS);
        assertThat(reno.window()).isEqualTo(21 * MSS);

        reno.onLoss(20 * MSS, 0);
        reno.onRecovered(0);
        reno.onSpuriousLoss(0);
        assertThat(reno.window()).isEqualTo(21 * MSS);

        reno.onSpuriousLoss(0);
        assertThat(reno.window()).isEqualTo(21 * MSS);
    }

    @Test
    void aTimeoutThatCameTooEarlyIsTakenBack() {
        reno.onLoss(10 * MSS, 0);
        reno.onRecovered(0);
        acked(2 * MSS);
        reno.onRetransmissionTimeout(5 * MSS, 0);
        acked(MSS);
        assertThat(reno.window()).isEqualTo(2 * MSS);

        reno.onSpuriousLoss(0);

        assertThat(reno.window()).isEqualTo(5 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(5 * MSS);
        // What it had gathered towards the next segment is lost.
        acked(5 * MSS);
        assertThat(reno.window()).isEqualTo(6 * MSS);
    }

    @Test
    void afterAPauseTheWindowIsTheInitialOneAndTheThresholdRemembersThreeQuarters() {
        acked(30 * MSS);
        reno.onLoss(40 * MSS, 0);
        reno.onRecovered(0);
        reno.onIdleRestart(0);
        assertThat(reno.window()).isEqualTo(10 * MSS);
        assertThat(reno.slowStartThreshold()).isEqualTo(20 * MSS);

        NewReno first = new NewReno(MSS);
        first.onAcked(30 * MSS, 30 * MSS, 0, true, 0);
        first.onIdleRestart(0);
        assertThat(first.window()).isEqualTo(10 * MSS);
        assertThat(first.slowStartThreshold()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void isFoundByName() {
        assertThat(CongestionControllers.byName("reno").create(MSS).name()).isEqualTo("reno");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CongestionControllers.byName("vegas"))
                .withMessageContaining("reno");
    }
}
