package io.mptcp4j.socket;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.mptcp.ConnectionState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Two stacks, each with a thread of its own, joined by two links. */
final class MptcpWorld implements SocketWorld {
    static final String CLIENT = "10.1.0.1";
    static final String SERVER = "10.1.0.2";

    private static final LinkProfile LINK = LinkProfile.IDEAL.withDelay(Duration.ofNanos(200_000));
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    final VirtualLink first;
    final VirtualLink second;
    final MptcpStack client;
    final MptcpStack server;

    private MptcpWorld(LinkProfile profile, boolean mptcp, Duration closeTimeout) throws IOException {
        first = new VirtualLink("first", profile, 1);
        second = new VirtualLink("second", profile, 2);
        client = MptcpStack.builder()
                .name("client-stack")
                .device(first.endA(), CLIENT + "/24")
                .device(second.endA(), "10.2.0.1/24")
                .mptcp(mptcp)
                .closeTimeout(closeTimeout)
                .build();
        server = MptcpStack.builder()
                .name("server-stack")
                .device(first.endB(), SERVER + "/24")
                .device(second.endB(), "10.2.0.2/24")
                .mptcp(mptcp)
                .closeTimeout(closeTimeout)
                .build();
    }

    /** Both stacks speak MPTCP. */
    static MptcpWorld open() throws IOException {
        return open(CLOSE_TIMEOUT);
    }

    /** The same; stacks that are closed give their connections so long to end. */
    static MptcpWorld open(Duration closeTimeout) throws IOException {
        return new MptcpWorld(LINK, true, closeTimeout);
    }

    /** Both stacks speak plain TCP. */
    static MptcpWorld openPlain() throws IOException {
        return new MptcpWorld(LINK, false, CLOSE_TIMEOUT);
    }

    @Override
    public Socket socket() throws IOException {
        return client.createSocket();
    }

    @Override
    public ServerSocket serverSocket() {
        return server.createServerSocket();
    }

    @Override
    public InetAddress clientAddress() {
        return literal(CLIENT);
    }

    @Override
    public InetAddress serverAddress() {
        return literal(SERVER);
    }

    @Override
    public int takenByBacklogOfOne() {
        return 1;
    }

    @Override
    public void awaitPeersEnd(Socket socket) throws IOException {
        while (MptcpStack.info(socket).state() != ConnectionState.CLOSE_WAIT) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    private static InetAddress literal(String address) {
        return io.mptcp4j.wire.IpAddress.parse(address).toInetAddress();
    }
}
