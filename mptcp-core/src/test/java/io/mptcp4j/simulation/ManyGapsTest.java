package io.mptcp4j.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.testing.SideBySide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A long path that is quick loses thousands of segments within a round trip: each is a gap that the receiver has to remember. */
class ManyGapsTest {
    private static final double MOST_REPETITION = 1.05;

    @SideBySide
    @ParameterizedTest
    @ValueSource(strings = {"reno", "cubic", "bbr"})
    void aQueueThatOverflowsOnALongAndQuickPathHasEachLossSentAgainOnce(String congestion) {
        PathCell.Result result = PathCell.clean(1_000, 100, 1).run(congestion, TcpSettings.DEFAULT, 1);

        assertThat(result.lost()).isGreaterThan(4_096);
        assertThat(result.repetition()).isLessThan(MOST_REPETITION);
    }
}
