package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class DemoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void threeRunsWithRightDigests() {
        // On a busy machine LTE may join late or look slow at first, and a small file be over without it.
        for (String size = "3M"; !lteHelps(size); size = "24M") {
            assertThat(size).as(out.toString()).isEqualTo("3M");
            out.getBuffer().setLength(0);
        }
    }

    /** Runs the demonstration; whether both paths carried something when there were both. */
    private boolean lteHelps(String size) {
        int exitCode = run("demo", "--size", size);

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).isZero();
        List<String> rows =
                out.toString().lines().filter(line -> line.endsWith("right")).toList();
        assertThat(rows)
                .as(out.toString())
                .hasSize(3)
                .satisfiesExactly(
                        alone -> assertThat(alone).startsWith("Wi-Fi alone").contains("(100 %)"),
                        both -> assertThat(both).startsWith("Wi-Fi and LTE"),
                        cut -> assertThat(cut)
                                .startsWith("both, Wi-Fi cut half way")
                                .containsPattern("%.*%"));
        return rows.get(1).matches(".*%.*%.*");
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
