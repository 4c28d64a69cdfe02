package io.mptcp4j.examples.transfer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Files go into one directory and never anywhere else. */
public final class DirectoryDestination implements Destination {
    private final Path directory;
    private final boolean force;

    /**
     * A destination.
     *
     * @param directory exists
     * @param force whether a file of the same name is replaced; otherwise the new one is refused
     */
    public DirectoryDestination(Path directory, boolean force) {
        this.directory = directory;
        this.force = force;
    }

    @Override
    public Delivery begin(String name, long size) throws StorageException {
        Path target = FileNames.resolve(directory, name);
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new StorageException(name + " is a directory there");
        }
        if (!force && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new StorageException(name + " exists already; `receive --force` replaces files");
        }
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            if (size > free) {
                throw new StorageException("it has " + size + " octets, and " + free + " are free");
            }
            return PartialFile.create(directory, target, force);
        } catch (StorageException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException("cannot write to the directory of arrivals: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
