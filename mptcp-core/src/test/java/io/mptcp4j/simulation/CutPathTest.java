package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A path that is cut without a word stops the stream for 0.2 s at most, where paths have little delay. */
class CutPathTest {
    private static final long ENDLESS = 1L << 40;
    private static final int STEPS = 5_000_000;
    private static final int LONGEST_GAP_MILLIS = 200;

    @SideBySide
    @ParameterizedTest(name = "{0}+{1} Mbit/s, {2} ms, up {3}, both ways {4}")
    @CsvSource({
        "  10,   10,  0, true,  true",
        "  10,   10,  0, false, true",
        "  10,   10,  1, true,  false",
        "  30,   20, 10, true,  true",
        "  30,   20, 10, false, false",
        " 100,  100,  1, true,  true",
        " 100,  100,  1, false, true",
        " 100,  100,  1, true,  false",
        " 100,  100,  5, false, true",
        " 100,   30,  1, true,  true",
        " 100,   30,  1, false, false",
        "1000, 1000,  1, true,  true",
    })
    void theOtherPathTakesOver(int rate1, int rate2, int delay, boolean up, boolean bothWays) {
        for (int cut = 0; cut < 2; cut++) {
            for (int seed = 1; seed <= 2; seed++) {
                try (TwoHosts hosts = TwoHosts.builder(seed)
                        .maxSteps(STEPS)
                        .path(path(rate1, delay))
                        .path(path(rate2, delay))
                        .build()) {
                    Transfer transfer = hosts.begin(up ? ENDLESS : 0, up ? 0 : ENDLESS);
                    transfer.runFor(Duration.ofMillis(900 + 37 * seed));

                    cut(hosts, cut, up, bothWays);

                    assertThat(longestGapMillis(transfer, up))
                            .as("path %d is cut, seed %d", cut, seed)
                            .isLessThanOrEqualTo(LONGEST_GAP_MILLIS);
                }
            }
        }
    }

    /** Cuts a path, or the way of the acknowledgments only. */
    private static void cut(TwoHosts hosts, int path, boolean up, boolean bothWays) {
        if (bothWays) {
            hosts.path(path).link().cut();
        } else if (up) {
            hosts.path(path).link().cutFromB();
        } else {
            hosts.path(path).link().cutFromA();
        }
    }

    private static long longestGapMillis(Transfer transfer, boolean up) {
        LongSupplier received =
                () -> (up ? transfer.server() : transfer.client()).application().received();
        long before = received.getAsLong();
        long gap = 0;
        long longest = 0;
        for (int millis = 0; millis < 1_500; millis++) {
            transfer.runFor(Duration.ofMillis(1));
            gap = received.getAsLong() == before ? gap + 1 : 0;
            before = received.getAsLong();
            longest = Math.max(longest, gap);
        }
        return longest;
    }

    private static LinkProfile path(int megabits, int millis) {
        return LinkProfile.IDEAL
                .withRate(megabits * 1_000_000L)
                .withDelay(Duration.ofMillis(millis))
                .withQueuePackets(50);
    }
}
