package io.mptcp4j.examples.transfer;

import java.io.IOException;

/** A transfer did not succeed. The message says what happened, and after how many octets, in words for the user. */
public final class TransferException extends IOException {
    private static final long serialVersionUID = 1;

    /** A failure that has no other exception behind it. */
    public TransferException(String message) {
        super(message);
    }

    /** A failure for a reason that another exception knows. */
    public TransferException(String message, Throwable cause) {
        super(message, cause);
    }
}
