package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/counters.md} lists the counters as they are, and each of them is counted somewhere. */
class CountersTest {
    private static final Path PAGE = Path.of("../docs/counters.md");
    private static final Path ROOT = Path.of("src/main/java");

    @Test
    void thePageListsEachCounterWithItsKernelName() throws IOException {
        // given
        String page = Files.readString(PAGE);
        List<String> missing = new ArrayList<>();

        // when
        for (Counter counter : Counter.values()) {
            String row = "| `" + counter + "` | "
                    + counter.kernelName().map(name -> "`" + name + "`").orElse("") + " |";
            if (!page.contains(row)) {
                missing.add(row);
            }
        }

        // then
        assertThat(missing).isEmpty();
        assertThat(page.lines().filter(line -> line.startsWith("| `"))).hasSameSizeAs(Counter.values());
    }

    @Test
    void eachCounterIsCounted() throws IOException {
        // given
        StringBuilder code = new StringBuilder();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                code.append(SourceText.codeOf(Files.readString(file)));
            }
        }

        // when
        List<Counter> idle = Stream.of(Counter.values())
                .filter(counter -> !code.toString().contains("Counter." + counter))
                .toList();

        // then
        assertThat(idle).isEmpty();
    }
}
