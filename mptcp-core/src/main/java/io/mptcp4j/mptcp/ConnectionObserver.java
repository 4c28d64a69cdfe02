package io.mptcp4j.mptcp;

/**
 * The port upward of a connection, implemented by the socket floor and by tests. Called on the thread that drives the stack;
 * must not block or throw, and must not call back into the connection except for its getters.
 */
public interface ConnectionObserver {
    /** The first subflow's handshake is complete: octets may be written. */
    void onEstablished(MptcpConnection connection);

    /** Octets, or the end of the stream, can be read from {@link MptcpConnection#receiveStream()}. */
    void onReadable(MptcpConnection connection);

    /** There is room again in {@link MptcpConnection#sendStream()}. */
    void onWritable(MptcpConnection connection);

    /** The connection has ended. Called once; after {@link CloseCause#NORMAL} what was received can still be read. */
    void onClosed(MptcpConnection connection, CloseCause cause);
}
