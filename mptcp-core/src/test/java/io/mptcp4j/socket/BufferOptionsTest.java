package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SO_RCVBUF and SO_SNDBUF: what is set stays; what is not set may grow, and is told as it is. */
@Timeout(180)
class BufferOptionsTest {
    private static final int PORT = 4000;
    private static final int SET = 100_000;

    @Test
    void whatIsSetBeforeConnectingIsThatOfTheConnection() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.createServerSocket(PORT);
                Socket client = world.socket()) {
            client.setReceiveBufferSize(SET);
            client.setSendBufferSize(2 * SET);
            client.connect(new InetSocketAddress(world.serverAddress(), PORT));

            assertThat(client.getReceiveBufferSize()).isEqualTo(SET);
            assertThat(client.getSendBufferSize()).isEqualTo(2 * SET);
            listener.accept().close();
        }
    }

    @Test
    void whatIsSetOnAConnectionHoldsAtOnce() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            pair.client.setOption(StandardSocketOptions.SO_RCVBUF, SET);
            pair.server.setOption(StandardSocketOptions.SO_SNDBUF, SET);

            assertThat(pair.client.getReceiveBufferSize()).isEqualTo(SET);
            assertThat(pair.server.getSendBufferSize()).isEqualTo(SET);
        }
    }

    @Test
    void whatTheListenerHasItsConnectionsInherit() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.createServerSocket()) {
            listener.setReceiveBufferSize(SET);
            listener.bind(new InetSocketAddress(world.serverAddress(), PORT));
            try (Socket client = world.socket()) {
                client.connect(new InetSocketAddress(world.serverAddress(), PORT));

                assertThat(listener.accept().getReceiveBufferSize()).isEqualTo(SET);
            }
        }
    }

    @Test
    void otherOptionsLeaveTheSizesAlone() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ConnectedPair pair = ConnectedPair.open(world)) {
            int received = pair.client.getReceiveBufferSize();
            int sent = pair.client.getSendBufferSize();

            pair.client.setTcpNoDelay(true);

            assertThat(pair.client.getReceiveBufferSize()).isGreaterThanOrEqualTo(received);
            assertThat(pair.client.getSendBufferSize()).isGreaterThanOrEqualTo(sent);
        }
    }
}
