package io.mptcp4j.examples.kernel;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short programs of the system. */
public final class Shell {
    private static final long PATIENCE_SECONDS = 30;

    private Shell() {}

    /**
     * Runs a program to its end.
     *
     * @return what it printed, errors included
     * @throws IOException when it cannot be started, says that it failed, or takes longer than half a minute
     */
    public static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("takes too long: " + String.join(" ", command));
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output.strip());
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while running " + String.join(" ", command));
        } finally {
            process.destroyForcibly();
        }
    }

    /** Runs a program to its end, as {@link #run(List)} does. */
    public static String run(String... command) throws IOException {
        return run(List.of(command));
    }

    /** Runs a program to its end; false when that fails. */
    public static boolean succeeds(String... command) {
        try {
            run(command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
