package io.mptcp4j.tun.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system to its end. */
public final class Command {
    private static final long PATIENCE_SECONDS = 300;

    private Command() {}

    /** How a program ended, and what it printed. */
    public record Result(List<String> command, int exitCode, String output, String errors) {
        /** Whether it said that all was well. */
        public boolean isSuccess() {
            return exitCode == 0;
        }

        /** The output of a program that must succeed. */
        public String orFail() {
            if (!isSuccess()) {
                throw new AssertionError(
                        String.join(" ", command) + " ended with " + exitCode + ": " + errors + output);
            }
            return output;
        }
    }

    /** Runs a program and returns how it ended. */
    public static Result run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            CompletableFuture<String> errors = later(process.getErrorStream());
            CompletableFuture<String> output = later(process.getInputStream());
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("takes longer than five minutes: " + String.join(" ", command));
            }
            return new Result(command, process.exitValue(), output.join(), errors.join());
        } catch (IOException e) {
            return new Result(command, -1, "", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + String.join(" ", command), e);
        }
    }

    /** Each stream has a thread: one that waits for its turn would let the program wait for room in its pipe. */
    private static CompletableFuture<String> later(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> text(stream), reader -> new Thread(reader, "program output").start());
    }

    /** Runs a program and returns how it ended. */
    public static Result run(String... command) {
        return run(List.of(command));
    }

    /** The Python to run scripts with: the system's own where there is one, as it starts at once. */
    public static String python() {
        return new java.io.File("/usr/bin/python3").canExecute() ? "/usr/bin/python3" : "python3";
    }

    private static String text(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
