package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.testing.ConnectionEnd;
import io.mptcp4j.testing.SideBySide;
import io.mptcp4j.testing.TwoHosts;
import io.mptcp4j.testing.TwoHosts.Transfer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two paths carry what both can carry. Queues hold 50 packets; the client sends, and then the server. */
class AggregationTest {
    private static final long MANY = 16L << 20;
    private static final long FEW = 80 << 10;
    private static final long ENDLESS = 1L << 40;
    private static final int STEPS = 5_000_000;
    private static final int QUEUE = 50;

    /** The paths and the bound of Linux's own test, simult_flows.sh: a tenth for headers, and 0.45 s. */
    @SideBySide
    @ParameterizedTest(name = "{0}+{1} Mbit/s, {2}/{3} ms, up {4}")
    @CsvSource({
        "10, 10,  0,  0, true",
        "10, 10,  0,  0, false",
        "10, 10,  1, 25, true",
        "10, 10,  1, 25, false",
        "10,  3,  0,  0, true",
        "10,  3,  0,  0, false",
        "10,  3,  1, 25, true",
        "10,  3,  1, 25, false",
        "10,  3, 25,  1, true",
        "10,  3, 25,  1, false",
    })
    void twoSlowPathsCarryTheSumOfTheirRates(int rate1, int rate2, int delay1, int delay2, boolean up) {
        for (long seed = 1; seed <= 3; seed++) {
            double seconds = seconds(seed, MANY, up, path(rate1, delay1), path(rate2, delay2));

            assertThat(seconds).as("seed %d", seed).isLessThan(MANY * 8 * 10.0 / 9 / ((rate1 + rate2) * 1e6) + 0.45);
        }
    }

    /** In five seconds both together carry what each carries alone, but for a twentieth; the kernel reaches 0.75 to 0.94. */
    @SideBySide
    @ParameterizedTest(name = "{0}+{1} Mbit/s, {2}/{3} ms, up {4}")
    @CsvSource({
        "100, 100,  0,  0, true",
        "100, 100,  0,  0, false",
        "100, 100,  1,  1, true",
        "100, 100,  1, 25, false",
        "100, 100,  5,  5, true",
        "100, 100, 25, 25, false",
        "100,  30,  0,  0, true",
        "100,  30,  0,  0, false",
        "100,  30,  1, 25, true",
        "100,  30, 25,  1, false",
    })
    void twoFastPathsCarryWhatEachCarriesAlone(int rate1, int rate2, int delay1, int delay2, boolean up) {
        LinkProfile first = path(rate1, delay1);
        LinkProfile second = path(rate2, delay2);

        long alone = octetsInFiveSeconds(up, first) + octetsInFiveSeconds(up, second);
        long together = octetsInFiveSeconds(up, first, second);

        assertThat((double) together / alone).isGreaterThan(0.95);
    }

    private static LinkProfile path(int megabits, int millis) {
        return LinkProfile.IDEAL
                .withRate(megabits * 1_000_000L)
                .withDelay(Duration.ofMillis(millis))
                .withQueuePackets(QUEUE);
    }

    private static long octetsInFiveSeconds(boolean up, LinkProfile... paths) {
        TwoHosts.Builder builder = TwoHosts.builder(1).maxSteps(STEPS);
        for (LinkProfile path : paths) {
            builder.path(path);
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.begin(up ? ENDLESS : FEW, up ? FEW : ENDLESS);
            transfer.runFor(Duration.ofSeconds(5));
            ConnectionEnd receiver = up ? transfer.server() : transfer.client();
            assertThat(receiver.mostSubflows()).isEqualTo(paths.length);
            return receiver.application().received();
        }
    }

    /** How long it takes until both ends have everything. */
    private static double seconds(long seed, long many, boolean up, LinkProfile... paths) {
        TwoHosts.Builder builder = TwoHosts.builder(seed).maxSteps(STEPS);
        for (LinkProfile path : paths) {
            builder.path(path);
        }
        try (TwoHosts hosts = builder.build()) {
            Transfer transfer = hosts.transfer(up ? many : FEW, up ? FEW : many);
            transfer.assertIntact();
            return transfer.duration().toNanos() / 1e9;
        }
    }
}
