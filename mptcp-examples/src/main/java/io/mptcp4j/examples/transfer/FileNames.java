package io.mptcp4j.examples.transfer;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Which names of senders may become names of files: one component, which leads nowhere else. */
final class FileNames {
    private static final int LONGEST = 255;

    private FileNames() {}

    /**
     * The path of a file directly in the directory.
     *
     * @throws StorageException when the name would lead out of it, or is none
     */
    static Path resolve(Path directory, String name) throws StorageException {
        String problem = problem(name);
        if (problem == null) {
            try {
                Path inside = Path.of(name);
                if (!inside.isAbsolute()
                        && inside.getNameCount() == 1
                        && inside.getFileName().toString().equals(name)) {
                    return directory.resolve(inside);
                }
                problem = "it is not the name of a file";
            } catch (InvalidPathException e) {
                problem = "this system cannot spell it";
            }
        }
        throw new StorageException("the name '" + printable(name) + "' is not acceptable: " + problem);
    }

    /** The name without what would move a terminal's cursor. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private static String problem(String name) {
        if (name.isBlank() || name.equals(".") || name.equals("..")) {
            return "it names no file";
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            return "it leads to another directory";
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            return "it has control characters";
        }
        return name.getBytes(StandardCharsets.UTF_8).length > LONGEST ? "it is longer than " + LONGEST : null;
    }
}
