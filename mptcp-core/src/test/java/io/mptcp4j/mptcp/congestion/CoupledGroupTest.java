package io.mptcp4j.mptcp.congestion;

import static io.mptcp4j.mptcp.congestion.CoupledFlow.MILLISECOND;
import static io.mptcp4j.mptcp.congestion.CoupledFlow.MSS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.NewReno;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the members of a group reckon with each other, whatever the algorithm. */
class CoupledGroupTest {
    private static final int SEGMENTS = 40;

    /** A group of two, both in congestion avoidance and in use. */
    private static CoupledFlow[] pair(CongestionGroup group) {
        CoupledFlow a = new CoupledFlow(group, 20);
        CoupledFlow b = new CoupledFlow(group, 20);
        a.with(SEGMENTS);
        a.setInFlight(0);
        b.with(SEGMENTS);
        a.setInFlight(a.window());
        return new CoupledFlow[] {a, b};
    }

    /** How many windows must be acknowledged until the window grows by a segment. */
    private static int windowsUntilGrowth(CoupledFlow flow) {
        long window = flow.window();
        for (int windows = 1; windows < 100; windows++) {
            flow.acked(window);
            if (flow.window() > window) {
                return windows;
            }
        }
        return Integer.MAX_VALUE;
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void theLossOfARetransmissionHalvesWhatALossHasHalved(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());

        // The round-trip time is still that of before: the rate seems to be half of the sibling's.
        flows[0].controller().onLoss(SEGMENTS * MSS, 0);
        flows[0].controller().onLoss(flows[0].window(), 0);

        assertThat(flows[0].window()).isEqualTo(SEGMENTS * MSS / 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSingleSubflowDoesWhatNewRenoDoes(String name) {
        for (int seed = 1; seed <= 50; seed++) {
            // given
            Random random = new Random(seed);
            CongestionController coupled =
                    new CoupledFlow(CongestionGroups.byName(name).create(), random.nextInt(100)).controller();
            CongestionController alone = new NewReno(MSS);

            // when, then
            for (int step = 0; step < 1_000; step++) {
                long octets = 1 + random.nextInt(50_000);
                int event = random.nextInt(100);
                boolean limited = random.nextInt(4) > 0;
                apply(coupled, event, octets, limited, step);
                apply(alone, event, octets, limited, step);
                assertThat(coupled.window()).as("seed %d, step %d", seed, step).isEqualTo(alone.window());
                assertThat(coupled.slowStartThreshold()).isEqualTo(alone.slowStartThreshold());
            }
        }
    }

    private static void apply(CongestionController controller, int event, long octets, boolean limited, long now) {
        switch (event) {
            case 0 -> controller.onLoss(octets, now);
            case 1 -> controller.onRetransmissionTimeout(octets, now);
            case 2 -> controller.onIdleRestart(now);
            case 3, 4, 5 -> controller.onRecovered(now);
            default -> controller.onAcked(octets, 2 * octets, 0, limited, now);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void twoAlikeGrowTogetherHalfAsFastAsOneAlone(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void inSlowStartASubflowGrowsAsEver(String name) {
        CongestionGroup group = CongestionGroups.byName(name).create();
        new CoupledFlow(group, 20).with(SEGMENTS);
        CoupledFlow young = new CoupledFlow(group, 20);

        young.acked(10 * MSS);

        // RFC 6356 3: slow start is that of RFC 5681.
        assertThat(young.window()).isEqualTo(20 * MSS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingInSlowStartCountsWithItsWindow(String name) {
        CongestionGroup group = CongestionGroups.byName(name).create();
        CoupledFlow old = new CoupledFlow(group, 20).with(SEGMENTS);
        CoupledFlow young = new CoupledFlow(group, 20);
        young.acked(30 * MSS);

        assertThat(young.window()).isEqualTo(40 * MSS);
        assertThat(windowsUntilGrowth(old)).isBetween(2, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingInRecoveryCountsWithItsThreshold(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[1].setInFlight(SEGMENTS * MSS);
        flows[1].controller().onLoss(SEGMENTS * MSS, 0);

        // RFC 6356 3: the slow start threshold, and not what is still in flight: 40 and 20 segments.
        double growth = 40.0 * 40 / 60 / 60;
        flows[0].acked((long) (SEGMENTS * MSS / growth) - 1);
        assertThat(flows[0].window()).isEqualTo(SEGMENTS * MSS);
        flows[0].acked(2);
        assertThat(flows[0].window()).isEqualTo((SEGMENTS + 1) * MSS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingThatIsIdleDoesNotCount(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[1].drained(flows[1].window());
        for (CoupledFlow flow : flows) {
            flow.setNow(21 * MILLISECOND);
        }

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingWhoseWholeWindowWasJustAcknowledgedCounts(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[1].drained(flows[1].window());

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingThatIsStaleOrClosingDoesNotCount(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[1].setUsable(false);

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingWithoutARoundTripTimeDoesNotCount(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[1].setRttMillis(0);

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void withoutARoundTripTimeItWaitsForOneUnlessItIsAlone(String name) {
        CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
        flows[0].setRttMillis(0);
        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(Integer.MAX_VALUE);

        flows[1].setUsable(false);
        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lia", "olia", "balia"})
    void aSiblingThatHasLeftDoesNotCount(String name) {
        CongestionGroup group = CongestionGroups.byName(name).create();
        CoupledFlow[] flows = pair(group);

        group.leave(flows[1].controller());

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
    }

    @Test
    void aSiblingThatIsNotFilledCountsWithWhatItCarries() {
        // RFC 6356 3: the least of flight size and window. 40 and 11 segments in the same time: alpha / cwnd_total is
        // 40 / 51^2.
        CoupledFlow[] flows = pair(CongestionGroups.byName("lia").create());
        flows[1].setInFlight(11 * MSS);
        flows[1].drained(MSS);

        // The acknowledged segment was in flight before: 11.
        flows[0].acked((long) (SEGMENTS * MSS / (40.0 * 40 / 51 / 51)) - 1);
        assertThat(flows[0].window()).isEqualTo(SEGMENTS * MSS);
        flows[0].acked(2);
        assertThat(flows[0].window()).isEqualTo((SEGMENTS + 1) * MSS);
    }

    @Test
    void oliaTakesTheWindowOfTheWorseDownToOneSegmentAndNoFurther() {
        // given: the first has the larger window, the second goes longer without a loss.
        CongestionGroup group = CongestionGroups.byName("olia").create();
        CoupledFlow worse = new CoupledFlow(group, 200);
        CoupledFlow better = new CoupledFlow(group, 2);
        worse.with(8);
        worse.setInFlight(0);
        better.with(SEGMENTS);
        worse.setInFlight(worse.window());
        better.acked(4_000_000);
        better.setInFlight(500);
        better.drained(1);

        // when
        for (int i = 0; i < 100; i++) {
            better.setInFlight(500);
            worse.acked(8 * MSS);
        }

        // then
        assertThat(worse.window()).isEqualTo(MSS);
    }

    @Test
    void withSiblingsTheThresholdMayBeOneSegmentAndAloneItIsTwo() {
        // draft-khalili-mptcp-congestion-control-05, draft-walid-mptcp-congestion-control-04.
        for (String name : new String[] {"olia", "balia"}) {
            CoupledFlow[] flows = pair(CongestionGroups.byName(name).create());
            flows[0].controller().onLoss(MSS, 0);
            assertThat(flows[0].window()).isEqualTo(MSS);

            flows[1].setUsable(false);
            flows[0].controller().onLoss(MSS, 0);
            assertThat(flows[0].window()).isEqualTo(2 * MSS);
        }
    }

    @Test
    void baliaGivesUpThreeQuartersOfAWindowThatIsLittleOfTheWhole() {
        CongestionGroup group = CongestionGroups.byName("balia").create();
        CoupledFlow slow = new CoupledFlow(group, 100);
        CoupledFlow quick = new CoupledFlow(group, 10);
        slow.with(SEGMENTS);
        slow.setInFlight(0);
        quick.with(SEGMENTS);
        slow.setInFlight(slow.window());

        slow.controller().onLoss(SEGMENTS * MSS, 0);
        quick.controller().onLoss(SEGMENTS * MSS, 0);

        assertThat(slow.window()).isEqualTo(SEGMENTS * MSS / 4);
        assertThat(quick.window()).isEqualTo(SEGMENTS * MSS / 2);
    }

    @Test
    void eachIsFoundByName() {
        assertThat(CongestionGroups.names()).containsExactly("cubic", "reno", "bbr", "lia", "olia", "balia");
        for (String name : CongestionGroups.names()) {
            CongestionGroup group = CongestionGroups.byName(name).create();
            CongestionController controller = new CoupledFlow(group, 10).controller();
            assertThat(controller.name()).isEqualTo(name);
            group.leave(controller);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CongestionGroups.byName("vegas"))
                .withMessageContaining("[cubic, reno, bbr, lia, olia, balia]");
    }

    @Test
    void uncoupledSubflowsTakeNoNoticeOfEachOther() {
        CoupledFlow[] flows = pair(CongestionGroups.byName("reno").create());

        assertThat(windowsUntilGrowth(flows[0])).isEqualTo(1);
        assertThat(windowsUntilGrowth(flows[1])).isEqualTo(1);
    }
}
