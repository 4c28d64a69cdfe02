package io.mptcp4j.examples.transfer;

/** Where files go. */
@FunctionalInterface
public interface Destination {
    /** The size of a file that is not known before its end. */
    long UNKNOWN_SIZE = -1;

    /**
     * Begins to take a file.
     *
     * @param name as the sender says, not to be trusted
     * @param size in octets, not to be trusted either; {@link #UNKNOWN_SIZE} in raw mode
     * @throws StorageException when it is not wanted, or cannot be stored; the message is for both ends
     */
    Delivery begin(String name, long size) throws StorageException;
}
