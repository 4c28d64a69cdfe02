package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.NewReno;
import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.mptcp.ConnectionSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Defects, here of a scheduler, stay with the connection that they befall. */
@Timeout(180)
class FaultTest {
    private static final int PORT = 4000;
    private static final int POISON = 66_666;

    @Test
    void aDefectEndsItsConnectionAndNoOther() throws Exception {
        VirtualLink link = new VirtualLink("lab", LinkProfile.IDEAL, 1);
        ConnectionSettings defective = ConnectionSettings.builder()
                .uncoupledCongestion(mss -> new PoisonedController(new NewReno(mss)))
                .build();
        try (MptcpStack client = MptcpStack.builder()
                        .device(link.endA(), "10.0.0.1/24")
                        .connections(defective)
                        .closeTimeout(Duration.ofSeconds(1))
                        .build();
                MptcpStack server = MptcpStack.builder()
                        .device(link.endB(), "10.0.0.2/24")
                        .closeTimeout(Duration.ofSeconds(1))
                        .build();
                ServerSocket listener = server.createServerSocket(PORT);
                Socket healthy = connect(client);
                Socket doomed = connect(client);
                Socket first = listener.accept();
                Socket second = listener.accept()) {
            try {
                doomed.getOutputStream().write(new byte[POISON]);
            } catch (SocketException e) {
                // It may hear of the defect as early as this.
            }

            assertThatThrownBy(() -> doomed.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> second.getInputStream().readAllBytes()).hasMessage("Connection reset");
            healthy.getOutputStream().write(5);
            assertThat(first.getInputStream().read()).isEqualTo(5);
            assertThat(client.faults()).isPositive();
            assertThat(client.isClosed()).isFalse();
        }
    }

    @Test
    void aDefectThatNoConnectionHasClosesTheStackAndTellsThoseWhoWait() throws Exception {
        VirtualLink link = new VirtualLink("lab", LinkProfile.IDEAL, 1);
        try (MptcpStack server =
                        MptcpStack.builder().device(link.endB(), "10.0.0.2/24").build();
                MptcpStack client =
                        MptcpStack.builder().device(link.endA(), "10.0.0.1/24").build();
                ServerSocket listener = server.createServerSocket(PORT);
                Socket socket = connect(client);
                Socket accepted = listener.accept()) {
            Transcript transcript = new Transcript();
            Transcript.Blocked read =
                    transcript.begin("read", () -> accepted.getInputStream().read());
            Transcript.Blocked accept = transcript.begin("accept", listener::accept);
            assertThat(accept.staysFor(100)).isTrue();
            assertThat(read.staysFor(1)).isTrue();

            server.loop().fail(new IllegalStateException("beyond repair"));

            read.outcome();
            accept.outcome();
            assertThat(transcript.lines()).hasSize(2).allMatch(line -> line.contains("beyond repair"));
            assertThat(server.isClosed()).isTrue();
            assertThat(socket.isConnected()).isTrue();
        }
    }

    private static Socket connect(MptcpStack client) throws IOException {
        Socket socket = client.createSocket();
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 2}), PORT));
        return socket;
    }

    /** Congestion control that breaks as soon as something is acknowledged. */
    private record PoisonedController(NewReno sound) implements CongestionController {
        @Override
        public void onAcked(long ackedOctets, long inFlight, long rttNanos, boolean limited, long nowNanos) {
            if (ackedOctets > POISON / 50) {
                throw new IllegalStateException("poisoned");
            }
        }

        @Override
        public void onSegmentSize(int maximumSegmentSize) {
            sound.onSegmentSize(maximumSegmentSize);
        }

        @Override
        public void onLoss(long inFlight, long nowNanos) {
            sound.onLoss(inFlight, nowNanos);
        }

        @Override
        public void onRecovered(long nowNanos) {
            sound.onRecovered(nowNanos);
        }

        @Override
        public void onRetransmissionTimeout(long inFlight, long nowNanos) {
            sound.onRetransmissionTimeout(inFlight, nowNanos);
        }

        @Override
        public void onIdleRestart(long nowNanos) {
            sound.onIdleRestart(nowNanos);
        }

        @Override
        public long window() {
            return sound.window();
        }

        @Override
        public long slowStartThreshold() {
            return sound.slowStartThreshold();
        }

        @Override
        public String name() {
            return "poisoned";
        }
    }
}
