package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AggregationReportTest {
    private static final MachineFacts FACTS =
            new MachineFacts(2, "a fast one", "6.1", "17.0.1 Some VM", 1500, "cubic", "reno", 0.25);

    @Test
    void aRowHasMedianSpreadBoundAndVerdict() {
        AggregationResult cut = result("aggregation-cut");
        for (double gap : new double[] {90, 250, 110}) {
            cut.add(new AggregationResult.Figures(gap, List.of(4.0)));
        }
        AggregationResult slow = result("aggregation-slow-10+10-0/0-send");
        slow.add(new AggregationResult.Figures(8.5, List.of(8.75)));

        AggregationReport report = new AggregationReport(FACTS, 4, List.of(cut, slow));

        assertThat(row(report, cut)).contains(" 3 ", "110 ms", "(90-250)", "<= 200 pass", "4 ms before the cut");
        assertThat(row(report, slow)).contains(" 1 ", "8.50 s", "(8.50-8.50)", "<= 7.91 MISS", "8.75 s with the joins");
    }

    @Test
    void theKernelAloneHasFiguresAndNoVerdict() {
        AggregationResult kernel = result("aggregation-fast-100+100-0/0-kernel");
        kernel.add(new AggregationResult.Figures(0.9, List.of(171.0, 95.0, 95.0)));

        AggregationReport report = new AggregationReport(FACTS, 4, List.of(kernel));

        assertThat(row(report, kernel))
                .contains("0.900", "171.0 Mbit/s together, 95.0 and 95.0 alone")
                .doesNotContain("=", "pass", "MISS");
        assertThat(Json.write(report.values())).contains("\"bound\": null", "\"passes\": null", "\"share\": {");
    }

    @Test
    void aFailedCaseSaysWhy() {
        AggregationResult cut = result("aggregation-cut");
        cut.fail("no 2 subflows in time");

        AggregationReport report = new AggregationReport(FACTS, 4, List.of(cut));

        assertThat(row(report, cut)).endsWith("failed: no 2 subflows in time");
        assertThat(Json.write(report.values()))
                .contains("\"failure\": \"no 2 subflows in time\"", "\"gapMillis\": null", "\"samples\": []");
    }

    private static AggregationResult result(String name) {
        return new AggregationResult(AggregationCase.named(name).get(0), 1);
    }

    private static String row(AggregationReport report, AggregationResult result) {
        return report.table()
                .lines()
                .filter(line -> line.startsWith(result.benchCase().name() + " "))
                .findFirst()
                .orElseThrow()
                .stripTrailing();
    }
}
