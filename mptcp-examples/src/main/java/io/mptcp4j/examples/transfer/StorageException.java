package io.mptcp4j.examples.transfer;

import java.io.IOException;

/** The receiver will not or cannot keep the file. The message is for both ends. */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1;

    /** A refusal. */
    public StorageException(String message) {
        super(message);
    }

    /** A failure of the disk. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
