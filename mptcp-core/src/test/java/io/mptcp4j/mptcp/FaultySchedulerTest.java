package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.scheduler.Scheduler;
import io.mptcp4j.mptcp.scheduler.StreamView;
import io.mptcp4j.mptcp.scheduler.SubflowView;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An application's scheduler that is wrong: its octets arrive all the same. */
class FaultySchedulerTest {
    private static final LinkProfile PATH = LinkProfile.IDEAL
            .withRate(10_000_000)
            .withDelay(Duration.ofMillis(10))
            .withQueuePackets(50);
    private static final int OCTETS = 1_000_000;

    private interface Choice {
        int select(SubflowView[] subflows, int count, StreamView stream);
    }

    private record Chooser(Choice choice) implements Scheduler {
        @Override
        public int select(SubflowView[] subflows, int count, StreamView stream) {
            return choice.select(subflows, count, stream);
        }

        @Override
        public String name() {
            return "chooser";
        }
    }

    private static long faultsOf(Scheduler.Factory factory) {
        ConnectionSettings settings =
                ConnectionSettings.builder().scheduler(factory).build();
        try (TwoHosts hosts =
                TwoHosts.builder(1).both(settings).path(PATH).path(PATH).build()) {
            Transfer transfer = hosts.transfer(OCTETS, OCTETS).assertIntact();
            assertThat(transfer.duration()).isLessThan(Duration.ofSeconds(3));
            long faults = hosts.client().counters().get(Counter.SCHEDULER_FAULTS);
            hosts.assertNothingLeft();
            return faults;
        }
    }

    @Test
    void oneThatThrowsIsCountedAndAskedNoMore() {
        long faults = faultsOf(() -> new Chooser((subflows, count, stream) -> {
            throw new IllegalStateException("no idea");
        }));

        assertThat(faults).isEqualTo(Scheduler.FAULTS_FORGIVEN + 1);
    }

    @Test
    void oneThatAnswersNonsenseIsCountedAndAskedNoMore() {
        assertThat(faultsOf(() -> new Chooser((subflows, count, stream) -> 7)))
                .isEqualTo(Scheduler.FAULTS_FORGIVEN + 1);
        assertThat(faultsOf(() -> new Chooser((subflows, count, stream) -> -9)))
                .isEqualTo(Scheduler.FAULTS_FORGIVEN + 1);
    }

    @Test
    void oneThatWaitsForEverStallsNothing() {
        assertThat(faultsOf(() -> new Chooser((subflows, count, stream) -> Scheduler.WAIT)))
                .isEqualTo(Scheduler.FAULTS_FORGIVEN + 1);
    }

    @Test
    void oneThatChoosesWithoutLookingForRoomStallsNothing() {
        assertThat(faultsOf(() -> new Chooser((subflows, count, stream) -> 0))).isPositive();
    }

    @Test
    void oneThatWritesIntoWhatItIsShownHarmsNobody() {
        faultsOf(() -> new Chooser((subflows, count, stream) -> {
            Arrays.fill(subflows, null);
            return 0;
        }));
    }

    @Test
    void oneThatCannotBeMadeIsReplaced() {
        assertThat(faultsOf(() -> null)).isEqualTo(1);
        assertThat(faultsOf(() -> {
                    throw new IllegalStateException("cannot be made");
                }))
                .isEqualTo(1);
    }

    @Test
    void oneThatIsRightIsAskedForEver() {
        // The example of the interface's documentation: whoever has the most room.
        assertThat(faultsOf(() -> new Chooser((subflows, count, stream) -> {
                    int best = Scheduler.WAIT;
                    for (int i = 0; i < count; i++) {
                        long room = subflows[i].isEligible() ? subflows[i].sendRoom() : 0;
                        if (room > 0 && (best == Scheduler.WAIT || room > subflows[best].sendRoom())) {
                            best = i;
                        }
                    }
                    return best;
                })))
                .isZero();
    }
}
