package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackPolicy;
import io.mptcp4j.mptcp.FallbackReason;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** What an application hears when its connection would have had to be plain TCP and was not to be. */
class FallbackPolicySocketTest {
    private static final int PORT = 7001;

    @Test
    void connectingToWhoDoesNotSpeakMptcpFailsWithTheReasonAndWhatToDo() throws Exception {
        try (MptcpWorld world = MptcpWorld.open();
                ServerSocket listener = world.server.createServerSocket(plain(world.server))) {
            ConnectionSettings refusing = world.client.connectionSettings().toBuilder()
                    .fallbackPolicy(FallbackPolicy.REFUSE)
                    .build();
            listener.bind(new InetSocketAddress(PORT));
            try (Socket client = world.client.createSocket(refusing)) {
                assertThatThrownBy(() -> client.connect(new InetSocketAddress(world.serverAddress(), PORT)))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining(FallbackReason.NO_MP_CAPABLE_IN_SYN_ACK.words())
                        .hasMessageContaining("FallbackPolicy.ALLOW");
            }
        }
    }

    @Test
    void aListenerThatWantsMptcpRefusesPlainTcp() throws Exception {
        try (MptcpWorld world = MptcpWorld.open()) {
            ConnectionSettings refusing = world.server.connectionSettings().toBuilder()
                    .fallbackPolicy(FallbackPolicy.REFUSE)
                    .build();
            try (ServerSocket listener = world.server.createServerSocket(refusing);
                    Socket plain = world.client.createSocket(plain(world.client));
                    Socket mptcp = world.client.createSocket()) {
                listener.bind(new InetSocketAddress(PORT));
                assertThatThrownBy(() -> plain.connect(new InetSocketAddress(world.serverAddress(), PORT)))
                        .isInstanceOf(ConnectException.class)
                        .hasMessage("Connection refused");
                mptcp.connect(new InetSocketAddress(world.serverAddress(), PORT));
                assertThat(MptcpStack.info(mptcp).mptcp()).isTrue();
            }
        }
    }

    private static ConnectionSettings plain(MptcpStack stack) {
        return stack.connectionSettings().toBuilder().versions().build();
    }
}
