package io.mptcp4j.examples.transfer;

import java.io.Closeable;
import java.io.IOException;

/** Where the octets of one transfer go. Nothing is left of them unless {@link #commit()} has returned. */
public interface Delivery extends Closeable {
    /** Takes octets. */
    void write(byte[] octets, int offset, int length) throws IOException;

    /**
     * Makes the file appear under its final name, whole and on the disk.
     *
     * @return where it is, in words for the user
     */
    String commit() throws IOException;

    /** Throws away what is not committed. Idempotent. */
    @Override
    void close();
}
