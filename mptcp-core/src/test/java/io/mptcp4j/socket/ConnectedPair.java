package io.mptcp4j.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A connection between two sockets of a world: {@code client} connected, {@code server} was accepted. */
final class ConnectedPair implements AutoCloseable {
    final ServerSocket listener;
    final Socket client;
    final Socket server;

    private ConnectedPair(ServerSocket listener, Socket client, Socket server) {
        this.listener = listener;
        this.client = client;
        this.server = server;
    }

    static ConnectedPair open(SocketWorld world) throws IOException {
        ServerSocket listener = world.serverSocket();
        listener.bind(new InetSocketAddress(world.serverAddress(), 0));
        Socket client = world.socket();
        client.connect(listener.getLocalSocketAddress());
        return new ConnectedPair(listener, client, listener.accept());
    }

    InputStream clientIn() throws IOException {
        return client.getInputStream();
    }

    OutputStream clientOut() throws IOException {
        return client.getOutputStream();
    }

    InputStream serverIn() throws IOException {
        return server.getInputStream();
    }

    OutputStream serverOut() throws IOException {
        return server.getOutputStream();
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        listener.close();
    }
}
