package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RivalReportTest {
    private static final MachineFacts FACTS =
            new MachineFacts(2, "a processor", "6.1", "17", 1500, "cubic", "cubic", 0.1);

    @Test
    void theMediansAreComparedAndNotTheBestRuns() {
        RivalResult result = result(90, 100, 96, 99, 20, 101);

        assertThat(result.ratio()).isEqualTo(0.9);
        assertThat(result.passes()).isFalse();
        assertThat(table(result))
                .containsPattern("loss .* 3 +90.0 \\(20.0-96.0\\) +100.0 \\(99.0-101.0\\) +0.900 +>= 0.95 MISS");
    }

    @Test
    void aTwentiethLessThanTheKernelIsEnough() {
        assertThat(result(95, 100).passes()).isTrue();
        assertThat(table(result(95, 100))).contains("pass");
        assertThat(result(94.9, 100).passes()).isFalse();
    }

    @Test
    void aProgramThatIsQuickerThanTheKernelIsTheOneToMatch() {
        RivalResult result = new RivalResult(RivalCase.named("rate").orElseThrow());
        result.add(new RivalResult.Run(90, 80, 100));

        assertThat(result.ratio()).isEqualTo(0.9);
        assertThat(table(result)).contains("100.0 (100.0-100.0)");
    }

    @Test
    void aCaseWithoutFiguresDoesNotPass() {
        RivalResult never = new RivalResult(RivalCase.named("rate").orElseThrow());
        RivalResult failed = result(100, 100);
        failed.fail("no route");

        assertThat(never.passes()).isFalse();
        assertThat(failed.passes()).isFalse();
        assertThat(table(failed)).contains("failed: no route");
    }

    private static String table(RivalResult result) {
        return new RivalReport(FACTS, 8, List.of(result)).table();
    }

    private static RivalResult result(double... oursAndKernels) {
        RivalResult result = new RivalResult(RivalCase.named("loss").orElseThrow());
        for (int i = 0; i < oursAndKernels.length; i += 2) {
            result.add(new RivalResult.Run(oursAndKernels[i], oursAndKernels[i + 1], Double.NaN));
        }
        return result;
    }
}
