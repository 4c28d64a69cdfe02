package io.mptcp4j.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The oracle: the JDK's own sockets over the loopback interface. */
final class KernelWorld implements SocketWorld {
    @Override
    public Socket socket() {
        return new Socket();
    }

    @Override
    public ServerSocket serverSocket() throws IOException {
        return new ServerSocket();
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress serverAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int takenByBacklogOfOne() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void awaitPeersEnd(Socket socket) {
        // The FIN has left, and over the loopback interface arrived, before shutdownOutput returns.
    }

    @Override
    public void close() {}
}
