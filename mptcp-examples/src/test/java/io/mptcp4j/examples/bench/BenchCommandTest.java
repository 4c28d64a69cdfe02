package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchCommandTest {
    private static final int WRONG_ARGUMENTS = 2;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void anUnknownCaseIsAnErrorThatNamesTheKnownOnes() {
        int exitCode = bench("--case", "send-3");

        assertThat(exitCode).isEqualTo(WRONG_ARGUMENTS);
        assertThat(err.toString()).contains("send-3", "send-1, send-2, receive-1");
    }

    @Test
    void runsAndSecondsAreAboveZero() {
        assertThat(bench("--runs", "0")).isEqualTo(WRONG_ARGUMENTS);
        assertThat(bench("--seconds", "0")).isEqualTo(WRONG_ARGUMENTS);
        assertThat(bench("--warm-ups", "-1")).isEqualTo(WRONG_ARGUMENTS);
        assertThat(bench("--seconds", "NaN")).isEqualTo(WRONG_ARGUMENTS);
        assertThat(err.toString()).contains("--runs is 1 or more: 0", "--seconds is above 0");
    }

    @Test
    void aDirectoryThatIsNotThereIsSaidBeforeMinutesOfMeasuring() {
        int exitCode = bench("--json", "/no/such/directory/figures.json");

        assertThat(exitCode).isEqualTo(WRONG_ARGUMENTS);
        assertThat(err.toString()).contains("/no/such/directory");
    }

    @Test
    void listNamesEachCaseWithWhoSendsToWhom() {
        int exitCode = bench("--list");

        assertThat(exitCode).isZero();
        assertThat(out.toString().lines())
                .hasSize(BenchCase.all().size()
                        + AggregationCase.all().size()
                        + RivalCase.all().size());
        assertThat(out.toString()).containsPattern("receive-2 +kernel MPTCP -> mptcp4j, two TUNs");
        assertThat(out.toString())
                .containsPattern("aggregation-slow-10\\+3-25/1-send +mptcp4j -> kernel MPTCP, 10\\+3 Mbit/s, 25/1 ms");
    }

    @Test
    void eachReferenceIsACaseWithAsManyPathsAndTheSameOffload() {
        assertThat(BenchCase.all()).filteredOn(each -> each.reference() != null).allSatisfy(each -> {
            BenchCase reference = BenchCase.named(each.reference()).orElseThrow();
            assertThat(reference.paths()).isEqualTo(each.paths());
            assertThat(reference.offload()).isEqualTo(each.offload());
            assertThat(reference.ends().isOurs()).isFalse();
        });
    }

    private int bench(String... arguments) {
        return new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
