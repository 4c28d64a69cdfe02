package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How much leaves during recovery (RFC 6937). */
class ProportionalRateReductionTest {
    private static final int MSS = 1_000;

    private final ProportionalRateReduction reduction = new ProportionalRateReduction();

    @Test
    void ofTwoSegmentsThatArriveOneLeavesWhenTheWindowIsHalved() {
        reduction.begin(10 * MSS, 20 * MSS);
        long pipe = 19 * MSS;
        long left = 0;
        for (int i = 0; i < 18; i++) {
            pipe -= MSS;
            reduction.onAcknowledgment(MSS, pipe, false, MSS);
            while (reduction.allowance() >= MSS) {
                reduction.onSent(MSS);
                pipe += MSS;
                left++;
            }
        }

        assertThat(left).isEqualTo(9);
        assertThat(pipe).isEqualTo(10 * MSS);
    }

    @Test
    void whenMuchIsLostOnlyWhatArrivedIsReplaced() {
        // Of twenty fifteen were lost: without this bound eight would leave at once.
        reduction.begin(10 * MSS, 20 * MSS);

        reduction.onAcknowledgment(3 * MSS, 2 * MSS, false, MSS);

        assertThat(reduction.allowance()).isEqualTo(3 * MSS);
    }

    @Test
    void whileThingsGoWellItGrowsBackToTheThresholdByASegmentMore() {
        reduction.begin(10 * MSS, 20 * MSS);
        reduction.onAcknowledgment(3 * MSS, 2 * MSS, false, MSS);
        reduction.onSent(3 * MSS);

        reduction.onAcknowledgment(MSS, 4 * MSS, true, MSS);
        assertThat(reduction.allowance()).isEqualTo(2 * MSS);
        reduction.onSent(2 * MSS);

        reduction.onAcknowledgment(8 * MSS, 9 * MSS, true, MSS);
        assertThat(reduction.allowance()).isEqualTo(MSS);
    }
}
