package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void threeRunsWithRightDigests() {
        int exitCode = run("demo", "--size", "3M");

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        assertThat(out.toString().lines().filter(line -> line.endsWith("right")))
                .as(out.toString())
                .hasSize(3)
                .satisfiesExactly(
                        alone -> assertThat(alone).startsWith("Wi-Fi alone").contains("(100 %)"),
                        both -> assertThat(both).startsWith("Wi-Fi and LTE").containsPattern("%.*%"),
                        cut -> assertThat(cut)
                                .startsWith("both, Wi-Fi cut half way")
                                .containsPattern("%.*%"));
    }

    @Test
    void emptyFileIsNoProblem() {
        assertThat(run("demo", "--size", "0")).as(out + "" + err).isZero();
    }

    private int run(String... line) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line);
    }
}
