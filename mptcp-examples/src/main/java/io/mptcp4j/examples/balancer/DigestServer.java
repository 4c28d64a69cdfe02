package io.mptcp4j.examples.balancer;

import io.mptcp4j.examples.transfer.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;

/** A program on a server: reads each connection to its end and answers with the digest of what came. */
final class DigestServer implements AutoCloseable {
    private static final int CHUNK = 64 << 10;

    private final ServerSocket listener;

    private DigestServer(ServerSocket listener) {
        this.listener = listener;
    }

    static DigestServer start(ServerSocket listener) {
        DigestServer server = new DigestServer(listener);
        daemon(server::acceptAll, "acceptor");
        return server;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new AssertionError("closing a server socket of this stack does not fail", e);
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = listener.accept();
                daemon(() -> answer(socket), "digest");
            }
        } catch (IOException e) {
            // The demonstration is over.
            close();
        }
    }

    private static void answer(Socket connection) {
        try (Socket socket = connection;
                InputStream in = socket.getInputStream()) {
            MessageDigest digest = Digests.sha256();
            byte[] chunk = new byte[CHUNK];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                digest.update(chunk, 0, length);
            }
            socket.getOutputStream().write(digest.digest());
        } catch (IOException e) {
            // The client sees that its answer is missing.
            Thread.yield();
        }
    }

    private static void daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
