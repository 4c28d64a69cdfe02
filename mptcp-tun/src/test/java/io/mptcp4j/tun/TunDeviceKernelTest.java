package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.tun.testing.Command;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@KernelTest(programs = "python3")
@Timeout(240)
class TunDeviceKernelTest {
    private static final IpAddress OWN = IpAddress.parse("10.1.0.2");
    private static final IpAddress KERNEL = IpAddress.parse("10.1.0.1");
    private static final IpAddress OWN6 = IpAddress.parse("fd00:1::2");
    private static final IpAddress KERNEL6 = IpAddress.parse("fd00:1::1");
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private NetworkNamespace namespace;

    @BeforeEach
    void makeNamespace() {
        namespace = NetworkNamespace.create();
    }

    @AfterEach
    void removeNamespace() {
        namespace.close();
    }

    @Test
    void patternGivesTheNextFreeName() throws Exception {
        try (TunDevice first = open("mt%d", TunOptions.DEFAULT);
                TunDevice second = open("mt%d", TunOptions.DEFAULT)) {
            assertThat(first.name()).isEqualTo("mt0");
            assertThat(second.name()).isEqualTo("mt1");
            assertThat(first.mtu()).isEqualTo(1500);
        }
    }

    @Test
    void thisKernelHasAllTheOffload() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            assertThat(device.offload()).isEqualTo(TunOffload.SEGMENTATION);
            assertThat(device.capabilities()).isEqualTo(new DeviceCapabilities(true, true, true, 65535));
        }
    }

    @Test
    void closingRemovesTheInterfaceItMade() throws Exception {
        TunDevice device = open("mt0", TunOptions.DEFAULT);

        device.close();

        assertThat(namespace.run("ip", "link", "show", "mt0").isSuccess()).isFalse();
        device.close();
    }

    @Test
    void kernelAnswersHandMadePing() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            assertThat(answersPing(device, 1)).isTrue();
        }
    }

    @Test
    void deviceMovedToAnotherNamespaceWorksOn() throws Exception {
        try (NetworkNamespace other = NetworkNamespace.create();
                TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            namespace.ip("link", "set", "dev", "mt0", "netns", other.name());
            other.ip("address", "add", "10.1.0.1/24", "dev", "mt0");
            other.ip("link", "set", "dev", "mt0", "up");

            assertThat(answersPing(device, 1)).isTrue();
            Process client = python(other, "s.connect(('10.1.0.2', 9)); s.sendall(b'x' * 200000)");
            try (HandMadeTcp tcp = new HandMadeTcp(device, OWN, KERNEL)) {
                tcp.answerSyn(HandMadeTcp.SYN | HandMadeTcp.ACK);
                tcp.receiveAll(Unpooled.buffer());
                assertThat(tcp.largestSegmentSize).isEqualTo(1400);
            }
            client.destroy();
        }
    }

    @Test
    void udpWithPartialChecksumIsTrustedAndAnsweredWithPartialChecksum() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            Process client = namespace.start(List.of(
                    Command.python(),
                    "-c",
                    "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(60);"
                            + "s.sendto(b'hello', ('10.1.0.2', 7)); print(s.recv(99).decode())"));

            boolean trusted = echoOneDatagram(device);

            assertThat(trusted).isTrue();
            assertThat(output(client)).isEqualTo("hello");
        }
    }

    @Test
    void resetInAnswerToSynRefusesTheKernelsConnection() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT);
                HandMadeTcp tcp = new HandMadeTcp(device, OWN, KERNEL)) {
            Process client = python(namespace, "print(s.connect_ex(('10.1.0.2', 9)))");

            tcp.answerSyn(HandMadeTcp.RST | HandMadeTcp.ACK);

            assertThat(output(client)).isEqualTo("111");
        }
    }

    @ParameterizedTest(name = "{0}, IPv6 {1}")
    @CsvSource({
        "SEGMENTATION, false, true",
        "SEGMENTATION, true, true",
        "SEGMENTATION_IPV4, false, true",
        "SEGMENTATION_IPV4, true, false",
        "OUTGOING, false, false",
        "NONE, false, false",
        "NONE, true, false"
    })
    void kernelsOctetsArriveWholeWithAnyOffload(TunOffload offload, boolean ipv6, boolean superSegments)
            throws Exception {
        byte[] sent = new byte[500_000];
        java.util.Arrays.fill(sent, (byte) 'k');
        try (TunDevice device = open("mt0", TunOptions.DEFAULT.withOffload(offload));
                HandMadeTcp tcp = new HandMadeTcp(device, ipv6 ? OWN6 : OWN, ipv6 ? KERNEL6 : KERNEL)) {
            assertThat(device.offload()).isEqualTo(offload);
            // As large as the window allows, however late our ACKs are.
            namespace.run("sysctl", "-qw", "net.ipv4.tcp_tso_rtt_log=31");
            Process client = python(namespace, connect(ipv6) + "s.sendall(b'k' * 500000)");

            tcp.answerSyn(HandMadeTcp.SYN | HandMadeTcp.ACK);
            ByteBuf received = Unpooled.buffer();
            tcp.receiveAll(received);

            assertThat(received.readableBytes()).isEqualTo(sent.length);
            assertThat(received).isEqualTo(Unpooled.wrappedBuffer(sent));
            assertThat(tcp.wrongChecksums).isZero();
            if (superSegments) {
                assertThat(tcp.largestSegmentSize).isEqualTo(1400);
                assertThat(tcp.largestPacket).isGreaterThan(10_000);
                assertThat(tcp.untrustedChecksums).isZero();
            } else {
                assertThat(tcp.largestSegmentSize).isZero();
                assertThat(tcp.largestPacket).isLessThanOrEqualTo(1500);
            }
            client.destroy();
        }
    }

    @ParameterizedTest(name = "{0}, IPv6 {1}")
    @CsvSource({"SEGMENTATION, false", "SEGMENTATION, true", "OUTGOING, false", "NONE, false", "NONE, true"})
    void ourOctetsArriveWholeWithAnyOffload(TunOffload offload, boolean ipv6) throws Exception {
        boolean isWhole = offload != TunOffload.NONE;
        ByteBuf direct = random(isWhole ? 60_001 : 1_000, ByteBufAllocator.DEFAULT.directBuffer());
        ByteBuf heap = random(isWhole ? 4_999 : 399, Unpooled.buffer());
        try (TunDevice device = open("mt0", TunOptions.DEFAULT.withOffload(offload));
                HandMadeTcp tcp = new HandMadeTcp(device, ipv6 ? OWN6 : OWN, ipv6 ? KERNEL6 : KERNEL)) {
            Process client = python(
                    namespace,
                    connect(ipv6) + "import hashlib; d = s.makefile('rb').read();"
                            + "print(len(d), hashlib.sha256(d).hexdigest())");

            tcp.answerSyn(HandMadeTcp.SYN | HandMadeTcp.ACK);
            tcp.send(HandMadeTcp.ACK, direct.slice(0, 7), heap, direct.slice(7, direct.readableBytes() - 7));
            tcp.send(HandMadeTcp.FIN | HandMadeTcp.ACK, Unpooled.EMPTY_BUFFER);

            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(direct.slice(0, 7).nioBuffer());
            digest.update(heap.nioBuffer());
            digest.update(direct.slice(7, direct.readableBytes() - 7).nioBuffer());
            int length = direct.readableBytes() + heap.readableBytes();
            assertThat(output(client)).isEqualTo(length + " " + HexFormat.of().formatHex(digest.digest()));
        }
        direct.release();
    }

    @Test
    void packetIsLostWhileTheInterfaceIsDownAndTheDeviceLivesOn() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            namespace.ip("link", "set", "dev", "mt0", "down");

            assertThat(ping(device, 1, SECOND / 2)).isFalse();

            assertThat(device.lostPackets()).isEqualTo(1);
            namespace.ip("link", "set", "dev", "mt0", "up");
            assertThat(answersPing(device, 2)).isTrue();
        }
    }

    @Test
    void removedInterfaceIsAnErrorThatSaysSo() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT)) {
            namespace.ip("link", "del", "mt0");

            PacketBatch batch = PacketBatch.forReceiving(1, ByteBufAllocator.DEFAULT);
            assertThatThrownBy(() -> device.receive(batch, 0))
                    .isInstanceOf(TunException.class)
                    .hasMessageContaining("mt0: the device is gone")
                    .hasMessageContaining("open it again");
            batch.release();
        }
    }

    @Test
    void nothingIsAllocatedForAPacket() throws Exception {
        try (TunDevice device = open("mt0", TunOptions.DEFAULT);
                TunPoller poller = TunPoller.open(List.of(device))) {
            PacketBatch out = PacketBatch.forSending(32, ByteBufAllocator.DEFAULT);
            PacketBatch in = PacketBatch.forReceiving(32, ByteBufAllocator.DEFAULT);
            var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
            long received = pingManyTimes(device, poller, out, in, 2_000);

            long before = threads.getCurrentThreadAllocatedBytes();
            received += pingManyTimes(device, poller, out, in, 2_000);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertThat(received).isEqualTo(2 * 2_000 * 32);
            assertThat(allocated).isLessThan(4_000);
            out.release();
            in.release();
        }
    }

    private static long pingManyTimes(TunDevice device, TunPoller poller, PacketBatch out, PacketBatch in, int times)
            throws IOException {
        long received = 0;
        for (int i = 0; i < times; i++) {
            out.clear();
            for (int k = 0; k < out.capacity(); k++) {
                RawPackets.writePing(out.next(), OWN, KERNEL, k);
            }
            device.transmit(out, 0);
            in.clear();
            for (int tries = 0; in.count() < out.count() && tries < 1000; tries++) {
                poller.await(SECOND);
                device.receive(in, 0);
            }
            received += in.count();
        }
        return received;
    }

    private TunDevice open(String name, TunOptions options) throws Exception {
        return namespace.openTun(name, options, "10.1.0.1/24", "fd00:1::1/64");
    }

    private static boolean answersPing(TunDevice device, int sequence) throws IOException {
        return ping(device, sequence, 60 * SECOND);
    }

    /** Pings the kernel; whether it answers in time. */
    private static boolean ping(TunDevice device, int sequence, long patienceNanos) throws IOException {
        PacketBatch out = PacketBatch.forSending(1, ByteBufAllocator.DEFAULT);
        RawPackets.writePing(out.next(), OWN, KERNEL, sequence);
        assertThat(device.transmit(out, 0)).isEqualTo(1);
        out.release();
        PacketBatch in = PacketBatch.forReceiving(8, ByteBufAllocator.DEFAULT);
        try (TunPoller poller = TunPoller.open(List.of(device))) {
            long deadline = System.nanoTime() + patienceNanos;
            while (System.nanoTime() < deadline) {
                poller.await(deadline - System.nanoTime());
                in.clear();
                device.receive(in, 0);
                for (int i = 0; i < in.count(); i++) {
                    int icmp = RawPackets.transport(in.get(i));
                    if (in.get(i).buffer().getByte(icmp) == 0
                            && in.get(i).buffer().getUnsignedShort(icmp + 6) == sequence) {
                        return true;
                    }
                }
            }
            return false;
        } finally {
            in.release();
        }
    }

    /** Waits for a datagram and sends it back; whether the device vouched for its checksum. */
    private static boolean echoOneDatagram(TunDevice device) throws IOException {
        PacketBatch in = PacketBatch.forReceiving(8, ByteBufAllocator.DEFAULT);
        PacketBatch out = PacketBatch.forSending(1, ByteBufAllocator.DEFAULT);
        try (TunPoller poller = TunPoller.open(List.of(device))) {
            for (long deadline = System.nanoTime() + 60 * SECOND; System.nanoTime() < deadline; poller.await(SECOND)) {
                in.clear();
                device.receive(in, 0);
                for (int i = 0; i < in.count(); i++) {
                    if (RawPackets.protocol(in.get(i)) == RawPackets.UDP) {
                        echo(in.get(i), out.next());
                        device.transmit(out, 0);
                        return in.get(i).isChecksumTrusted();
                    }
                }
            }
            throw new IOException("no datagram came");
        } finally {
            in.release();
            out.release();
        }
    }

    private static void echo(PacketBuffer datagram, PacketBuffer answer) {
        ByteBuf from = datagram.buffer();
        ByteBuf to = answer.buffer();
        int udp = RawPackets.transport(datagram);
        int length = datagram.index() + datagram.length() - udp;
        int at = RawPackets.INDEX + 20;
        to.setBytes(at, from, udp, length);
        to.setShort(at, from.getShort(udp + 2));
        to.setShort(at + 2, from.getShort(udp));
        to.setShort(at + 6, RawPackets.pseudoHeader(OWN, KERNEL, RawPackets.UDP, length));
        RawPackets.writeIp(to, OWN, KERNEL, RawPackets.UDP, length);
        answer.setBounds(RawPackets.INDEX, 20 + length);
        answer.setPartialChecksum(20, 6);
    }

    private static Process python(NetworkNamespace where, String script) {
        String prefix = script.contains("AF_INET6") ? "" : "s = socket.socket(); s.settimeout(60);";
        return where.start(List.of(Command.python(), "-c", "import socket;" + prefix + script));
    }

    private static String connect(boolean ipv6) {
        return ipv6
                ? "s = socket.socket(socket.AF_INET6); s.settimeout(60); s.connect(('fd00:1::2', 9));"
                : "s.connect(('10.1.0.2', 9));";
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    private static ByteBuf random(int length, ByteBuf into) {
        byte[] octets = new byte[length];
        new Random(length).nextBytes(octets);
        return into.writeBytes(octets);
    }
}
