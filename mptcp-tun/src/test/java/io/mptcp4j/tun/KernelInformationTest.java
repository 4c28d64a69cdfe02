package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.mptcp.MptcpInfo;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.tun.testing.Exchange;
import io.mptcp4j.tun.testing.KernelCounters;
import io.mptcp4j.tun.testing.KernelPeer;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.TunWorld;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What we tell of connections is what the kernel at the other end tells of them. */
@KernelTest(
        programs = {"python3", "nstat", "ss"},
        mptcp = true)
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KernelInformationTest {
    private static final int OCTETS = 24 << 20;
    private static final int PATHS = 3;

    @Test
    void tokensAndSequenceNumbersAreTheKernels() throws Exception {
        try (TunWorld world = TunWorld.create(PATHS, false);
                KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                        .send(OCTETS, 1)
                        .start();
                Socket socket = connect(world, server)) {
            TunWorld.awaitSubflows(socket, PATHS);
            socket.getOutputStream().write(new byte[OCTETS]);
            InputStream in = socket.getInputStream();
            in.readNBytes(OCTETS);
            await(socket, it -> MptcpStack.info(it).octetsAcknowledged() == OCTETS);

            // Its program has finished, and we have told the kernel that we got it all.
            await(
                    socket,
                    it -> shown(world, "rcv_nxt") == info(it).writeSequence()
                            && shown(world, "snd_una") == info(it).receiveNext());
            String kernel = world.namespace().run("ss", "-nMi").orFail();
            MptcpInfo ours = info(socket);

            assertThat(hex(kernel, "token")).as(kernel).isEqualTo(Integer.toUnsignedLong(ours.remoteToken()));
            assertThat(hex(kernel, "rcv_nxt")).as(kernel).isEqualTo(ours.writeSequence());
            assertThat(hex(kernel, "snd_una")).as(kernel).isEqualTo(ours.receiveNext());
            assertThat(ours.sendUnacknowledged()).isEqualTo(ours.writeSequence());
            assertThat(ours.subflowsEver()).isEqualTo(PATHS);
        }
    }

    @Test
    void whatWeCountedAsClientTheKernelCountedAsServer() throws Exception {
        try (TunWorld world = TunWorld.create(PATHS, false)) {
            try (KernelPeer server = KernelPeer.server(world.namespace(), world.anyAddress())
                    .send(OCTETS, 1)
                    .start()) {
                Socket socket = connect(world, server);
                TunWorld.awaitSubflows(socket, PATHS);
                Exchange.over(socket).send(OCTETS, 2).run();
                server.await();
            }
            Map<String, Long> ours = world.stack().kernelCounters();
            KernelCounters kernels = world.namespace().counters();

            // A SYN that leaves again, because its answer was late, counts again.
            assertThat(ours.get("MPTcpExtMPCapableSYNTX")).isPositive();
            assertThat(kernels.get("MPTcpExtMPCapableSYNRX"))
                    .isBetween(
                            ours.get("MPTcpExtMPCapableSYNTX"),
                            ours.get("MPTcpExtMPCapableSYNTX") + world.repeatedSyns());
            assertThat(kernels.get("MPTcpExtMPJoinSynRx"))
                    .isBetween(ours.get("MPTcpExtMPJoinSynTx"), ours.get("MPTcpExtMPJoinSynTx") + world.repeatedSyns());
            assertMirrored(ours, "MPJoinSynAckRx", kernels, "MPJoinAckRx");
            assertMirrored(ours, "AddAddr", kernels, "AddAddrTx");
            assertMirrored(ours, "EchoAddTx", kernels, "EchoAdd");
            assertThat(ours.get("MPTcpExtMPCapableSYNACKRX")).isEqualTo(1);
            assertThat(ours.get("MPTcpExtMPJoinSynTx")).isEqualTo(PATHS - 1);
            assertThat(ours.get("MPTcpExtMPRstTx")).isZero();
        }
    }

    @Test
    void whatWeCountedAsServerTheKernelCountedAsClient() throws Exception {
        try (TunWorld world = TunWorld.create(PATHS, false)) {
            try (MptcpServerSocket server = world.stack().createServerSocket(0);
                    KernelPeer client = KernelPeer.client(world.namespace(), world.ownAddress(1), server.getLocalPort())
                            .send(OCTETS, 1)
                            .start()) {
                Socket socket = server.accept();
                TunWorld.awaitSubflows(socket, PATHS);
                assertThat(world.stack().kernelCounters().get("MPTcpExtMPCurrEstab"))
                        .isEqualTo(1);
                Exchange.over(socket).send(OCTETS, 2).run();
                client.await();
            }
            Map<String, Long> ours = world.stack().kernelCounters();
            KernelCounters kernels = world.namespace().counters();

            assertMirrored(ours, "MPCapableACKRX", kernels, "MPCapableSYNACKRX");
            // A SYN that comes again, because our answer was late, counts again.
            assertThat(kernels.get("MPTcpExtMPCapableSYNTX")).isPositive();
            assertThat(ours.get("MPTcpExtMPCapableSYNRX"))
                    .isBetween(
                            kernels.get("MPTcpExtMPCapableSYNTX"),
                            kernels.get("MPTcpExtMPCapableSYNTX") + kernels.get("TcpExtTCPSynRetrans"));
            assertThat(ours.get("MPTcpExtMPJoinSynRx"))
                    .isBetween(
                            kernels.get("MPTcpExtMPJoinSynTx"),
                            kernels.get("MPTcpExtMPJoinSynTx") + kernels.get("TcpExtTCPSynRetrans"));
            assertMirrored(ours, "MPJoinAckRx", kernels, "MPJoinSynAckRx");
            assertMirrored(ours, "AddAddrTx", kernels, "AddAddr");
            assertMirrored(ours, "EchoAdd", kernels, "EchoAddTx");
            assertThat(ours.get("MPTcpExtMPJoinAckRx")).isEqualTo(PATHS - 1);
        }
    }

    private static void assertMirrored(Map<String, Long> ours, String own, KernelCounters kernels, String kernel) {
        assertThat(ours.get("MPTcpExt" + own)).as(own).isEqualTo(kernels.get("MPTcpExt" + kernel));
        assertThat(ours.get("MPTcpExt" + own)).as(own).isPositive();
    }

    private static Socket connect(TunWorld world, KernelPeer server) throws IOException {
        Socket socket = world.stack().createSocket();
        socket.connect(new InetSocketAddress(world.kernelAddress(1), server.port()));
        return socket;
    }

    private static MptcpInfo info(Socket socket) throws IOException {
        return MptcpStack.info(socket).details();
    }

    private static long shown(TunWorld world, String name) {
        return hex(world.namespace().run("ss", "-nMi").orFail(), name);
    }

    /** A number of the one established connection that {@code ss} shows. */
    private static long hex(String text, String name) {
        Matcher matcher = Pattern.compile("\\b" + name + ":([0-9a-f]+)").matcher(text);
        assertThat(matcher.find()).as(name + " in " + text).isTrue();
        return Long.parseUnsignedLong(matcher.group(1), 16);
    }

    private interface Condition {
        boolean holds(Socket socket) throws IOException;
    }

    private static void await(Socket socket, Condition condition) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.holds(socket)) {
            assertThat(System.nanoTime())
                    .as("the time by which it should hold for " + MptcpStack.info(socket))
                    .isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }
}
