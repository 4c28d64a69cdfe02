package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.testing.SideBySide;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A receive buffer that holds the delay product of the quicker path and no more, and a second path that is ten times slower:
 * its subflow must not cost what the quicker one alone would carry.
 */
class SmallReceiveBufferTest {
    private static final int SLOWER = 10;
    private static final int SMALLEST_BUFFER = 6_000;
    private static final int ROUND_TRIPS = 150;

    /** What is lost is lost in slow start, which is over by then. */
    private static final int ROUND_TRIPS_OF_LARGER = 20;

    /**
     * The share of a round trip by which two runs differ that send the same on the same path: the first acknowledgment is
     * delayed or not, by what went before, and shifts those of slow start.
     */
    private static final double SHIFT = 1.0 / 20;

    @SideBySide
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms, slower in {2}, slower first {3}")
    @MethodSource("grid")
    void aSlowerPathNeverCostsWhatTheQuickerAloneWouldCarry(
            double rate, double delay, Slower slower, boolean slowerFirst) {
        // given
        long product = (long) (rate * 1e6 / 8 * 2 * delay / 1e3);
        int buffer = (int) Math.max(product, SMALLEST_BUFFER);
        long octets = ROUND_TRIPS * (long) buffer;
        ConnectionSettings settings =
                ConnectionSettings.builder().receiveBuffer(buffer).build();
        LinkProfile quick = SchedulerRun.path(rate, delay);
        LinkProfile slow = SchedulerRun.path(
                slower == Slower.DELAY ? rate : rate / SLOWER, slower == Slower.RATE ? delay : delay * SLOWER);

        // when
        Duration alone = SchedulerRun.of(1, settings, octets, List.of(quick)).time();
        SchedulerRun both =
                SchedulerRun.of(1, settings, octets, slowerFirst ? List.of(slow, quick) : List.of(quick, slow));

        // then
        assertThat(lost(both.time(), alone, rate, delay)).isLessThanOrEqualTo(SHIFT);
        assertThat(both.duplicates()).isLessThanOrEqualTo(octets / 20);
    }

    /** Windows above 320 segments, which the subflows share: what slow start puts on the slower path must not hold them up. */
    @SideBySide
    @ParameterizedTest(name = "{0} Mbit/s, {1} ms, slower first {2}")
    @MethodSource("largerWindows")
    void aSlowerPathCostsNothingOfALargerWindowEither(double rate, double delay, boolean slowerFirst) {
        int buffer = (int) (rate * 1e6 / 8 * 2 * delay / 1e3);
        long octets = ROUND_TRIPS_OF_LARGER * (long) buffer;
        ConnectionSettings settings =
                ConnectionSettings.builder().receiveBuffer(buffer).build();
        LinkProfile quick = SchedulerRun.path(rate, delay);
        LinkProfile slow = SchedulerRun.path(rate / SLOWER, delay);

        Duration alone = SchedulerRun.of(1, settings, octets, List.of(quick)).time();
        SchedulerRun both =
                SchedulerRun.of(1, settings, octets, slowerFirst ? List.of(slow, quick) : List.of(quick, slow));

        assertThat(lost(both.time(), alone, rate, delay)).isLessThanOrEqualTo(SHIFT);
        assertThat(both.duplicates()).isLessThanOrEqualTo(octets / 20);
    }

    /** By how many round trips of the quicker path one transfer takes longer than the other. */
    private static double lost(Duration both, Duration alone, double rate, double delay) {
        double roundTrip = 2 * delay + 1_500 * 8 / rate * 1e-3;
        return (both.toNanos() - alone.toNanos()) / 1e6 / roundTrip;
    }

    static Stream<Arguments> grid() {
        return Stream.of(1.0, 10.0, 100.0).flatMap(rate -> Stream.of(1.0, 5.0, 25.0)
                .flatMap(delay -> Stream.of(Slower.values()).flatMap(slower -> Stream.of(false, true)
                        .map(first -> Arguments.of(rate, delay, slower, first)))));
    }

    /** Those that once cost most, and so many by chance; {@code -Dmptcp4j.windows.seeds=100} for more. */
    static Stream<Arguments> largerWindows() {
        Random random = new Random(11);
        Stream<double[]> known = Stream.of(new double[][] {
            {100, 20}, {101, 35}, {136, 28}, {139, 27}, {159, 29}, {186, 26}, {213, 37}, {228, 39}, {300, 30}
        });
        Stream<double[]> drawn = Stream.generate(() -> new double[] {
                    Math.round(31.6 * Math.pow(10, random.nextDouble())),
                    Math.round(6.3 * Math.pow(10, 0.8 * random.nextDouble()))
                })
                .filter(path -> isLarger(path[0] * path[1] * 250 / 1_400))
                .limit(Integer.getInteger("mptcp4j.windows.seeds", 15));
        return Stream.concat(known, drawn).flatMap(path -> Stream.of(false, true)
                .map(slowerFirst -> Arguments.of(path[0], path[1], slowerFirst)));
    }

    private static boolean isLarger(double segments) {
        return segments >= 320 && segments <= 1_700;
    }

    /** In what the second path is ten times slower. */
    enum Slower {
        DELAY,
        RATE,
        BOTH
    }
}
