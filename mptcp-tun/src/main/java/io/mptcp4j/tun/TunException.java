package io.mptcp4j.tun;

import java.io.IOException;

/** A TUN device or network interface could not be opened, set up or used. The message says what to do about it. */
public final class TunException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * A failure for a reason the operating system gave.
     *
     * @param message what failed, why, and what to do
     * @param errno the operating system's error number; 0 when it was not asked
     */
    public TunException(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /** The operating system's error number, as in {@code errno(3)}; 0 when it was not asked. */
    public int errno() {
        return errno;
    }
}
