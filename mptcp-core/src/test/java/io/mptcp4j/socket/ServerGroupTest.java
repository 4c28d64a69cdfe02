package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.stack.ServerGroup;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers with one address, each on a path of its own, so that a join always reaches the wrong one. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerGroupTest {
    private static final byte[] SECRET = "sixteen octets!!".getBytes(StandardCharsets.US_ASCII);
    private static final int OCTETS = 3_000_000;

    private final PacketBatch batch = PacketBatch.forReceiving(64, UnpooledByteBufAllocator.DEFAULT);

    @AfterEach
    void releaseBatch() {
        batch.release();
    }

    @Test
    void stacksOfOneProcessRelayJoins() throws Exception {
        LocalServerGroup group = new LocalServerGroup(2);

        joinThroughTheOtherServer(group.join(0), group.join(1));
    }

    @Test
    void serversRelayJoinsInDatagrams() throws Exception {
        List<InetSocketAddress> servers = freePorts(2);

        joinThroughTheOtherServer(UdpServerGroup.join(0, servers, SECRET), UdpServerGroup.join(1, servers, SECRET));
    }

    private void joinThroughTheOtherServer(ServerGroup group0, ServerGroup group1) throws Exception {
        LinkProfile profile = LinkProfile.IDEAL.withRate(100_000_000).withDelay(Duration.ofMillis(2));
        VirtualLink path1 = new VirtualLink("path1", profile, 1);
        VirtualLink path2 = new VirtualLink("path2", profile, 2);
        Random random = new Random(1);
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        try (MptcpStack client = MptcpStack.builder()
                        .name("client")
                        .device(path1.endA(), "10.1.0.2/24")
                        .device(path2.endA(), "10.2.0.2/24")
                        .build();
                MptcpStack owner = MptcpStack.builder()
                        .name("owner")
                        .device(path1.endB(), "10.9.0.1/32")
                        .serverGroup(group0)
                        .build();
                MptcpStack other = MptcpStack.builder()
                        .name("other")
                        .device(path2.endB(), "10.9.0.1/32")
                        .serverGroup(group1)
                        .build();
                MptcpServerSocket listener = owner.createServerSocket(443);
                Socket socket = client.createSocket()) {
            // when
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> receive(listener));
            socket.bind(new InetSocketAddress("10.1.0.2", 0));
            socket.connect(new InetSocketAddress("10.9.0.1", 443), 10_000);
            write(socket, random, sent);
            while (client.counters().get(Counter.JOINS_ESTABLISHED) == 0) {
                assertThat(client.counters().get(Counter.JOINS_FAILED)).isZero();
                LockSupport.parkNanos(1_000_000);
            }
            // More than the handshake goes that way. When, the scheduler decides by how quick the relay is.
            long octets = 0;
            while (octets < OCTETS
                    || owner.counters().get(Counter.RELAYED_PACKETS_IN) <= 10
                    || path2.endA().counters().deliveredOctets() <= OCTETS / 100) {
                octets += write(socket, random, sent);
            }
            socket.shutdownOutput();

            // then
            assertThat(received.get(120, TimeUnit.SECONDS)).isEqualTo(sent.digest());
            assertThat(other.counters().get(Counter.JOINS_RELAYED)).isEqualTo(1);
            assertThat(other.counters().get(Counter.PACKETS_RELAYED)).isGreaterThan(10);
        }
    }

    private static int write(Socket socket, Random random, MessageDigest sent) throws IOException {
        byte[] chunk = new byte[10_000];
        random.nextBytes(chunk);
        socket.getOutputStream().write(chunk);
        sent.update(chunk);
        return chunk.length;
    }

    private static byte[] receive(MptcpServerSocket listener) {
        try (Socket socket = listener.accept();
                InputStream in = socket.getInputStream()) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[1 << 16];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                digest.update(chunk, 0, length);
            }
            return digest.digest();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- one process

    @Test
    void aQueueThatIsFullLosesPackets() {
        LocalServerGroup group = new LocalServerGroup(2);
        ServerGroup from = group.join(0);
        ServerGroup to = group.join(1);
        for (int i = 0; i < LocalServerGroup.QUEUE_CAPACITY + 10; i++) {
            assertThat(from.relay(1, packet(40), 0)).isTrue();
        }

        int received = 0;
        for (int count = drain(to); count > 0; count = drain(to)) {
            received += count;
        }

        assertThat(received).isEqualTo(LocalServerGroup.QUEUE_CAPACITY);
    }

    @Test
    void whoIsNotThereGetsNothing() {
        LocalServerGroup group = new LocalServerGroup(3);
        ServerGroup from = group.join(0);
        ServerGroup to = group.join(1);

        assertThat(from.relay(1, packet(40), 0)).isTrue();
        assertThat(from.relay(2, packet(40), 0)).isFalse();
        assertThat(from.relay(3, packet(40), 0)).isFalse();
        to.close();
        assertThat(from.relay(1, packet(40), 0)).isFalse();
        assertThat(from.relay(1, packet(40), 0)).isFalse();
        group.join(1);
        assertThat(from.relay(1, packet(40), 0)).isTrue();
        assertThatThrownBy(() -> group.join(1)).isInstanceOf(IllegalStateException.class);
    }

    // ---- several hosts

    @Test
    void onlyMembersGetPacketsIn() throws Exception {
        List<InetSocketAddress> servers = freePorts(2);
        Semaphore rung = new Semaphore(0);
        try (UdpServerGroup from = UdpServerGroup.join(0, servers, SECRET);
                UdpServerGroup to = UdpServerGroup.join(1, servers, SECRET);
                DatagramSocket outsider = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            to.attach(rung::release);
            RelayFrame genuine = new RelayFrame(SECRET);
            RelayFrame guessed = new RelayFrame("another secret!!".getBytes(StandardCharsets.US_ASCII));

            // when: the right proof from elsewhere, another secret, what is no frame
            outsider.send(datagram(genuine, 0, servers.get(1)));
            outsider.send(datagram(guessed, 0, servers.get(1)));
            outsider.send(datagram(genuine, 200, servers.get(1)));
            outsider.send(new DatagramPacket(new byte[3], 3, servers.get(1)));

            // then
            while (to.refused() < 4) {
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(drain(to)).isZero();

            // and
            while (!from.relay(1, packet(1_500), 0)) {
                // It has not been heard for long, on a machine that had no time for it.
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(rung.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
            assertThat(drain(to)).isEqualTo(1);
            assertThat(batch.get(0).length()).isEqualTo(1_500);
            assertThat(to.refused()).isEqualTo(4);
        }
    }

    @Test
    void aFrameThatWasChangedOrIsForAnotherIsNotGenuine() {
        RelayFrame frame = new RelayFrame(SECRET);
        frame.octets().setZero(RelayFrame.HEADER, 100);
        int length = frame.seal(0, 1, 100).remaining();

        assertThat(frame.isGenuine(length, 1)).isTrue();
        assertThat(frame.isGenuine(length, 2)).isFalse();
        assertThat(frame.isGenuine(length - 1, 1)).isFalse();
        for (int at = 0; at < length; at++) {
            frame.octets().setByte(at, frame.octets().getByte(at) ^ 1);
            assertThat(frame.isGenuine(length, 1)).as("octet " + at).isFalse();
            frame.octets().setByte(at, frame.octets().getByte(at) ^ 1);
        }
    }

    @Test
    void aServerThatIsSilentIsGone() throws Exception {
        List<InetSocketAddress> servers = freePorts(2);
        try (UdpServerGroup from = UdpServerGroup.join(0, servers, SECRET)) {
            // given: it may only be starting
            assertThat(from.relay(1, packet(40), 0)).isTrue();

            // when
            while (from.relay(1, packet(40), 0)) {
                LockSupport.parkNanos(1_000_000);
            }
            try (UdpServerGroup late = UdpServerGroup.join(1, servers, SECRET)) {
                // then: it is back as soon as it is heard
                while (!from.relay(1, packet(40), 0)) {
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(late.name().index()).isEqualTo(1);
            }
        }
    }

    @Test
    void groupsThatCannotBeAreRefused() throws IOException {
        List<InetSocketAddress> servers = freePorts(2);

        assertThatThrownBy(() -> UdpServerGroup.join(0, servers, new byte[15]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UdpServerGroup.join(2, servers, SECRET)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UdpServerGroup.join(0, List.of(new InetSocketAddress("0.0.0.0", 1)), SECRET))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private int drain(ServerGroup group) {
        batch.clear();
        return group.receive(batch, 0);
    }

    private static PacketBuffer packet(int length) {
        PacketBuffer packet = new PacketBuffer(Unpooled.buffer(length).writeZero(length));
        packet.setBounds(0, length);
        return packet;
    }

    private static DatagramPacket datagram(RelayFrame frame, int from, InetSocketAddress to) {
        frame.octets().setZero(RelayFrame.HEADER, 40);
        var sealed = frame.seal(from, 1, 40);
        return new DatagramPacket(sealed.array().clone(), sealed.remaining(), to);
    }

    /**
     * Below those that the kernel gives to whoever asks for any, lest one is given away before it is used; and where no other
     * process that runs these tests looks.
     */
    private static List<InetSocketAddress> freePorts(int count) {
        List<InetSocketAddress> free = new ArrayList<>();
        for (int port = 20_000 + (int) (ProcessHandle.current().pid() * 16 % 12_000); free.size() < count; port++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try (DatagramSocket unused = new DatagramSocket(address)) {
                free.add((InetSocketAddress) unused.getLocalSocketAddress());
            } catch (SocketException e) {
                // Somebody has it.
                continue;
            }
        }
        return free;
    }
}
