package io.mptcp4j.mptcp.congestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The equations of the three algorithms, against values computed by hand. */
class CouplingTest {
    private static final Offset<Double> EXACT = within(1e-9);

    /** The members of a group, in congestion avoidance with full windows. */
    private static CoupledGroup group(Coupling coupling, long... segmentsAndRtts) {
        CoupledGroup group = new CoupledGroup(coupling);
        for (int i = 0; i < segmentsAndRtts.length; i += 2) {
            new CoupledFlow(group, segmentsAndRtts[i + 1]);
        }
        for (int i = 0; i < segmentsAndRtts.length; i += 2) {
            CoupledFlow flow = (CoupledFlow) group.get(i / 2).view();
            flow.with((int) segmentsAndRtts[i]);
            // The others settle while this one is idle.
            flow.setInFlight(0);
        }
        for (int i = 0; i < group.count(); i++) {
            ((CoupledFlow) group.get(i).view())
                    .setInFlight(group.get(i).controller().window());
        }
        return group;
    }

    private static double growth(CoupledGroup group, int i) {
        return group.get(i).growth(group.get(i).controller().window(), 0);
    }

    private static double reduction(CoupledGroup group, int i) {
        group.get(i).save();
        group.get(i).onLoss(group.get(i).controller().window(), 0);
        return group.get(i).reduction();
    }

    @Test
    void liaSharesTheGrowthOfOneTcpByWindows() {
        // RFC 6356 3: alpha = 60 * max(20 / 10^2, 40 / 40^2) / (20 / 10 + 40 / 40)^2 = 60 * 0.2 / 9 = 4 / 3,
        // and a window of acknowledgments grows subflow i by alpha * cwnd_i / cwnd_total segments.
        CoupledGroup group = group(new Lia(), 20, 10, 40, 40);

        assertThat(growth(group, 0)).isEqualTo(4.0 / 9, EXACT);
        assertThat(growth(group, 1)).isEqualTo(8.0 / 9, EXACT);
    }

    @Test
    void liaOnEqualPathsGrowsEachByAQuarter() {
        // RFC 6356 3: alpha = 2 w * w / (2 w)^2 = 1 / 2, of which each has half.
        CoupledGroup group = group(new Lia(), 30, 25, 30, 25);

        assertThat(growth(group, 0)).isEqualTo(0.25, EXACT);
        assertThat(growth(group, 1)).isEqualTo(0.25, EXACT);
    }

    @Test
    void liaIsNowhereMoreEagerThanTcp() {
        // RFC 6356 3, the min of equation 1: alpha = 110 * 0.1 / 4 = 2.75; 2.75 * 100 / 110 = 2.5.
        CoupledGroup group = group(new Lia(), 10, 10, 100, 100);

        assertThat(growth(group, 0)).isEqualTo(0.25, EXACT);
        assertThat(growth(group, 1)).isEqualTo(1);
    }

    @Test
    void liaGivesUpHalfAndKeepsTwoSegments() {
        CoupledGroup group = group(new Lia(), 10, 10, 100, 100);

        assertThat(reduction(group, 0)).isEqualTo(0.5);
        assertThat(group.get(0).leastSegments()).isEqualTo(2);
    }

    @Test
    void oliaOnEqualPathsGrowsEachByAQuarter() {
        // Both have the largest window: nothing is collected, alpha = 0; (w / 2 w)^2.
        CoupledGroup group = group(new Olia(), 30, 25, 30, 25);

        assertThat(growth(group, 0)).isEqualTo(0.25, EXACT);
        assertThat(growth(group, 1)).isEqualTo(0.25, EXACT);
    }

    @Test
    void oliaMovesFromTheLargestWindowToTheBestPath() {
        // Rates 20 / 10 = 2 and 40 / 40 = 1. As long between losses, the first is the best path, the second has the
        // largest window: alpha is 1 / 2 and -1 / 2.
        CoupledGroup group = group(new Olia(), 20, 10, 40, 40);
        group.get(0).onAcked(100_000, 0, 0, true, 0);
        group.get(1).onAcked(100_000, 0, 0, true, 0);

        assertThat(growth(group, 0)).isEqualTo(4.0 / 9 + 0.5, EXACT);
        assertThat(growth(group, 1)).isEqualTo(1.0 / 9 - 0.5, EXACT);
    }

    @Test
    void oliaLeavesTheBestPathWithTheLargestWindowAlone() {
        // 40 / 40^2 of the octets between losses, against 1 / 10^2: the second is the best, and the largest.
        CoupledGroup group = group(new Olia(), 20, 10, 40, 40);
        group.get(0).onAcked(100_000, 0, 0, true, 0);
        group.get(1).onAcked(4_000_000, 0, 0, true, 0);

        assertThat(growth(group, 0)).isEqualTo(4.0 / 9, EXACT);
        assertThat(growth(group, 1)).isEqualTo(1.0 / 9, EXACT);
    }

    @Test
    void oliaSharesWhatItMovesAmongThree() {
        // Rates 3, 1 and 1; the two small ones are equally good and collect half of 1 / 3 each, the large one pays.
        CoupledGroup group = group(new Olia(), 30, 10, 10, 10, 10, 10);
        group.get(0).onAcked(1_000, 0, 0, true, 0);
        group.get(1).onAcked(9_000, 0, 0, true, 0);
        group.get(2).onAcked(9_000, 0, 0, true, 0);

        assertThat(growth(group, 0)).isEqualTo(9.0 / 25 - 1.0 / 3, EXACT);
        assertThat(growth(group, 1)).isEqualTo(1.0 / 25 + 1.0 / 6, EXACT);
        assertThat(growth(group, 2)).isEqualTo(1.0 / 25 + 1.0 / 6, EXACT);
    }

    @Test
    void oliaTakesTheLongerOfTheLastTwoIntervalsBetweenLosses() {
        CoupledGroup group = group(new Olia(), 20, 10);
        CoupledSubflow subflow = group.get(0);
        subflow.onAcked(5_000, 0, 0, true, 0);
        subflow.save();
        subflow.onLoss(20_000, 0);
        subflow.onAcked(3_000, 0, 0, true, 0);
        assertThat(subflow.lossInterval()).isEqualTo(5_000);

        subflow.onAcked(4_000, 0, 0, true, 0);
        assertThat(subflow.lossInterval()).isEqualTo(7_000);

        subflow.save();
        subflow.onLoss(20_000, 0);
        subflow.save();
        subflow.onLoss(20_000, 0);
        assertThat(subflow.lossInterval()).isZero();
    }

    @Test
    void theLossOfARetransmissionIsNoOtherLossToOlia() {
        CoupledSubflow subflow = group(new Olia(), 20, 10).get(0);
        subflow.onAcked(5_000, 0, 0, true, 0);
        subflow.save();
        subflow.onLoss(20_000, 0);
        subflow.onAcked(1_000, 0, 0, true, 0);
        subflow.onLoss(10_000, 0);

        assertThat(subflow.lossInterval()).isEqualTo(5_000);

        // What was no loss after all is one interval with what follows.
        subflow.restore();
        assertThat(subflow.lossInterval()).isEqualTo(6_000);
    }

    @Test
    void baliaWeighsEachByItsRate() {
        // x = 2 and 1, a = 1 and 2: (2/3)^2 * 1 * 1 and (1/3)^2 * 3/2 * 6/5.
        CoupledGroup group = group(new Balia(), 20, 10, 40, 40);

        assertThat(growth(group, 0)).isEqualTo(4.0 / 9, EXACT);
        assertThat(growth(group, 1)).isEqualTo(0.2, EXACT);
    }

    @Test
    void baliaOnEqualPathsGrowsEachByAQuarter() {
        CoupledGroup group = group(new Balia(), 30, 25, 30, 25);

        assertThat(growth(group, 0)).isEqualTo(0.25, EXACT);
    }

    @Test
    void baliaGivesUpMoreWhereItIsSlow() {
        // x = 2, 1.6 and 1, a = 1, 1.25 and 2: a half, 0.625, and 3/4, which is the most.
        CoupledGroup group = group(new Balia(), 20, 10, 16, 10, 40, 40);

        assertThat(reduction(group, 0)).isEqualTo(0.5, EXACT);
        assertThat(reduction(group, 1)).isEqualTo(0.625, EXACT);
        assertThat(reduction(group, 2)).isEqualTo(0.75, EXACT);
        assertThat(group.get(0).leastSegments()).isEqualTo(1);
    }

    @Test
    void whateverTheWindowsAndTimesTheGrowthIsInItsBounds() {
        Random random = new Random(1);
        for (int run = 0; run < 2_000; run++) {
            long[] members = new long[2 + 2 * random.nextInt(8)];
            for (int i = 0; i < members.length; i += 2) {
                // Segments up to what a window of 2^30 octets holds, times from a millisecond to a day.
                members[i] = 1 + (long) Math.pow(1_000_000, random.nextDouble());
                members[i + 1] = (long) Math.pow(86_400_000, random.nextDouble());
            }
            for (Coupling coupling : new Coupling[] {new Lia(), new Olia(), new Balia()}) {
                CoupledGroup group = group(coupling, members);
                for (int i = 0; i < group.count(); i++) {
                    group.get(i).onAcked((long) Math.pow(2, 62 * random.nextDouble()), 0, 0, true, 0);
                }
                for (int i = 0; i < group.count(); i++) {
                    assertThat(growth(group, i)).isBetween(-0.5, 1.5);
                    assertThat(reduction(group, i)).isBetween(0.5, 0.75);
                }
            }
        }
    }
}
