package io.mptcp4j.floors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports point down, and time, threads and randomness come from above: for each source file of the core. */
class FloorTest {
    private static final Path ROOT = Path.of("src/main/java/io/mptcp4j");

    @Test
    void everySourceFileOfTheCoreKeepsToItsFloor() throws IOException {
        // given
        List<Path> sources = sources();
        assertThat(sources).hasSizeGreaterThan(20);

        // when
        List<String> breaches = sources.stream()
                .flatMap(source -> FloorRules.breaches(name(source), read(source)).stream())
                .toList();

        // then
        assertThat(breaches).isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static String name(Path source) {
        return ROOT.relativize(source).toString().replace('\\', '/');
    }

    private static String read(Path source) {
        try {
            return Files.readString(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
