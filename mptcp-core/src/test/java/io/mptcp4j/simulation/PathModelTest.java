package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.simulation.PathCell.Result;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.SideBySide;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What one connection gets of a path, beside what models say and what other algorithms get. Means over some seeds. */
class PathModelTest {
    private static final int SEEDS = 6;
    private static final double MUCH_OF_A_LINK = 0.85;
    private static final int RTT_MILLIS = 50;
    private static final int MEGABITS = 100;
    private static final int SMSS = 1_448;
    private static final PathCell PATH = PathCell.clean(MEGABITS, RTT_MILLIS, 1);

    @SideBySide
    @Test
    void cubicStaysNearItsModelWithRandomLoss() {
        for (double loss : new double[] {0.002, 0.005, 0.01, 0.02}) {
            double share = share(run(PATH.losing(loss, 1), TcpSettings.DEFAULT));

            assertThat(share / modelOfCubic(loss)).as("loss %s", loss).isBetween(0.8, 1.4);
        }
    }

    /**
     * RFC 8985: what is reordered by less than a round trip is not lost. Three duplicates (RFC 6675) say that it is: what is then sent
     * needlessly is noticed, and the window given back, but only a round trip later.
     */
    @SideBySide
    @Test
    void lossByTimeBeatsCountingWhereAFifthIsReordered() {
        TcpSettings counting = TcpSettings.builder().lossByTime(false).build();
        for (double heldBack : new double[] {0.1, 0.5}) {
            PathCell path = PATH.reordering(0.2, heldBack);
            List<Result> byTime = run(path, TcpSettings.DEFAULT);
            List<Result> byCounting = run(path, counting);

            assertThat(share(byTime)).as("%s RTT", heldBack).isGreaterThan(MUCH_OF_A_LINK);
            assertThat(share(byTime)).as("%s RTT", heldBack).isGreaterThan(1.1 * share(byCounting));
        }
    }

    private static List<Result> run(PathCell path, TcpSettings tcp) {
        return LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> path.run("cubic", tcp, seed))
                .toList();
    }

    private static double share(List<Result> results) {
        return results.stream().mapToDouble(Result::share).average().orElseThrow();
    }

    /**
     * The share of the link that the mean window of the deterministic models fills: RFC 9438 5.1, with C = 0.4 and a reduction to
     * 0.7, or where that is more the one of Reno, which CUBIC follows there (RFC 9438 4.3).
     */
    private static double modelOfCubic(double loss) {
        double rtt = RTT_MILLIS / 1e3;
        double cubic = 1.054 * Math.pow(rtt / loss, 0.75);
        double reno = Math.sqrt(3 / (2 * loss));
        double segmentsPerSecond = Math.max(cubic, reno) / rtt;
        return segmentsPerSecond * (SMSS + 52) * 8 / (MEGABITS * 1e6);
    }
}
