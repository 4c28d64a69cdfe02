package io.mptcp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class BalancerCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void countsTheJoinsOfEachWay() {
        int exitCode = run("balancer", "--connections", "20", "--size", "16K");

        assertThat(err.toString()).isEmpty();
        assertThat(exitCode).as(out.toString()).isZero();
        List<String> rows = out.toString()
                .lines()
                .filter(line -> line.matches(".* of \\d+ tried .*"))
                .toList();
        assertThat(rows).hasSize(3).allMatch(row -> row.endsWith("right"));
        assertThat(rows.get(0)).startsWith("plain ").doesNotContain("80 of 80 tried");
        assertThat(rows.get(1)).startsWith("flag C, own address ").contains("80 of 80 tried");
        assertThat(rows.get(2)).startsWith("server-named tokens ").contains("80 of 80 tried");
    }

    private int run(String... line) {
        return Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(line);
    }
}
