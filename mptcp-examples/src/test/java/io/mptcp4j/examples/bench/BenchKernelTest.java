package io.mptcp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.tun.testing.KernelTest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** No figure is judged here: whoever runs this shares the machine with others. */
@KernelTest(
        programs = {"python3", "ethtool", "tc", "nft"},
        mptcp = true)
class BenchKernelTest {
    private static final Pattern FIGURE = Pattern.compile("\"gigabitsPerSecond\": \\{\\s+\"median\": [0-9.]*[1-9]");

    private static final Pattern RIVAL_FIGURE =
            Pattern.compile("\"(ours|kernel)Mbps\": \\{\\s+\"median\": [0-9.]*[1-9]");

    @Test
    void everyCaseGivesAFigure(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exitCode = new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "--runs",
                        "1",
                        "--warm-ups",
                        "0",
                        "--seconds",
                        "0.2",
                        "--no-offload",
                        "--json",
                        json.toString());

        assertThat(exitCode).as(err + "\n" + out).isZero();
        assertThat(FIGURE.matcher(Files.readString(json)).results())
                .as(Files.readString(json))
                .hasSize(BenchCase.all().size());
    }

    @Test
    void everyKindOfAggregationGivesFigures(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exitCode = new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "--cases",
                        "aggregation-slow-10+10-1/25-receive,aggregation-fast-100+30,aggregation-cut",
                        "--runs",
                        "1",
                        "--seconds",
                        "0.2",
                        "--json",
                        json.toString());

        assertThat(exitCode).as(err + "\n" + out).isZero();
        assertThat(Files.readString(json))
                .containsPattern("\"secondsFromConnect\": [0-9.]*[1-9]")
                .containsPattern("\"secondAloneMbps\": [0-9.]*[1-9]")
                .containsPattern("\"gapMillis\": [0-9.]*[1-9]");
        assertThat(out.toString().lines().filter(line -> line.startsWith("aggregation-")))
                .hasSize(5);
    }

    @Test
    void bothSendersGiveFiguresOnEachPath(@TempDir Path directory) throws IOException {
        Path json = directory.resolve("figures.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(
                        "--cases",
                        RivalCase.names().replace(" ", ""),
                        "--runs",
                        "1",
                        "--seconds",
                        "0.3",
                        "--json",
                        json.toString());

        assertThat(Files.readString(json)).as(err + "\n" + out).doesNotContain("failure\": \"");
        assertThat(RIVAL_FIGURE.matcher(Files.readString(json)).results())
                .hasSize(2 * RivalCase.all().size());
        assertThat(out.toString().lines().filter(line -> line.matches("(loss|rate).* (pass|MISS)")))
                .hasSize(RivalCase.all().size());
    }
}
