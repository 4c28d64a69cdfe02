package io.mptcp4j.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Two hosts, or two ends of one, whose sockets a test uses without knowing whose they are. */
interface SocketWorld extends AutoCloseable {
    /** A new, unconnected socket on the client's host. */
    Socket socket() throws IOException;

    /** A new, unbound server socket on the server's host. */
    ServerSocket serverSocket() throws IOException;

    /** An address of the client's host. */
    InetAddress clientAddress();

    /** An address of the server's host, reached from the client's. */
    InetAddress serverAddress();

    /**
     * How many connections a listener with a backlog of 1 takes that nobody accepts; {@code Integer.MAX_VALUE} where that is
     * to be found out, and is at once: a connect that is not refused has its answer before it returns.
     */
    int takenByBacklogOfOne();

    /** Waits until it has come that the peer writes no more: where shutdownOutput only asks for that, a reset may be quicker. */
    void awaitPeersEnd(Socket socket) throws IOException;

    @Override
    void close() throws IOException;
}
