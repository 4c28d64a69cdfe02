package io.mptcp4j.examples.transfer;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.socket.MptcpStack;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A sender and a receiver, each on a stack of its own, joined by a link that takes no time. */
final class SocketPair implements AutoCloseable {
    private static final int PORT = 5000;
    private static final int PATIENCE_MILLIS = 60_000;

    private final MptcpStack left;
    private final MptcpStack right;
    private final Socket sender;
    private final Socket receiver;

    SocketPair() throws IOException {
        VirtualLink link = new VirtualLink("link", LinkProfile.IDEAL, 1);
        left = MptcpStack.builder().device(link.endA(), "10.0.0.1/24").build();
        right = MptcpStack.builder().device(link.endB(), "10.0.0.2/24").build();
        try (ServerSocket listener = right.createServerSocket(PORT)) {
            sender = left.createSocket();
            sender.connect(new InetSocketAddress("10.0.0.2", PORT), PATIENCE_MILLIS);
            receiver = listener.accept();
        }
        sender.setSoTimeout(PATIENCE_MILLIS);
        receiver.setSoTimeout(PATIENCE_MILLIS);
    }

    Socket sender() {
        return sender;
    }

    Socket receiver() {
        return receiver;
    }

    MptcpStack senderStack() {
        return left;
    }

    @Override
    public void close() throws IOException {
        sender.close();
        receiver.close();
        left.close();
        right.close();
    }
}
