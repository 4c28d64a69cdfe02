package io.mptcp4j.examples.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs in Python that come with this one. */
final class Script {
    private static final String SYSTEMS_OWN = "/usr/bin/python3";

    private Script() {}

    /** The system's own where there is one: others may be wrappers that take long to start. */
    static String python() {
        return Files.isExecutable(Path.of(SYSTEMS_OWN)) ? SYSTEMS_OWN : "python3";
    }

    /** Puts a program into a file that is removed when this one ends. */
    static Path unpack(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            Path copy = Files.createTempFile("mptcp4j-bench", ".py");
            copy.toFile().deleteOnExit();
            Files.write(copy, in.readAllBytes());
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
