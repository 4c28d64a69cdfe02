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

    @Override
    void close() throws IOException;
}
