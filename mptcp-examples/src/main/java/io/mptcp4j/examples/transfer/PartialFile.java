package io.mptcp4j.examples.transfer;

import io.mptcp4j.examples.shutdown.AtExit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that is being received, under a name that nobody takes for the final one. It gets that at once and whole, or is
 * removed.
 */
final class PartialFile implements Delivery {
    private static final String PREFIX = ".mptcp4j-";
    private static final String SUFFIX = ".part";

    private final Path partial;
    private final Path target;
    private final boolean replace;
    private final FileChannel channel;
    private final AtExit removal;

    private PartialFile(Path partial, Path target, boolean replace) throws IOException {
        this.partial = partial;
        this.target = target;
        this.replace = replace;
        // Not a temporary file of the JDK's, which nobody else might read.
        this.channel = FileChannel.open(partial, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        this.removal = AtExit.run(this::discard);
    }

    static PartialFile create(Path directory, Path target, boolean replace) throws IOException {
        return new PartialFile(directory.resolve(PREFIX + UUID.randomUUID() + SUFFIX), target, replace);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public String commit() throws IOException {
        channel.force(true);
        channel.close();
        if (replace) {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
            moveUnlessThere();
        }
        syncDirectory();
        return target.toString();
    }

    @Override
    public void close() {
        removal.close();
    }

    /** A move would silently replace a file that has appeared meanwhile; a link does not. */
    private void moveUnlessThere() throws IOException {
        try {
            Files.createLink(target, partial);
        } catch (FileAlreadyExistsException e) {
            throw appeared();
        } catch (FileSystemException | UnsupportedOperationException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                throw appeared();
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private StorageException appeared() {
        return new StorageException(target.getFileName() + " has appeared meanwhile; `receive --force` replaces files");
    }

    /** So that the name, too, survives a loss of power; not every system lets a directory be opened. */
    private void syncDirectory() {
        try (FileChannel directory = FileChannel.open(partial.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        } catch (IOException ignored) {
            // The octets are on the disk in any case.
        }
    }

    /** Removes what has the temporary name: all, or, after the commit, a second name of the file. */
    private void discard() {
        try {
            channel.close();
            Files.deleteIfExists(partial);
        } catch (IOException ignored) {
            // Nobody takes it for the file.
        }
    }
}
