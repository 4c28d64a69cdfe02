package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOffload;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A sender, a router with an obstacle, a delay, and a receiver:
 *
 * <pre>
 *   our stack ---- TUN --+
 *                        +-- router: nft or tbf ---- TUN, delay, TUN ---- kernel receiver
 *   kernel sender - veth +
 *   program ------- TUN -+
 * </pre>
 *
 * <p>Nothing has offload, so that what is lost or queued is a packet of the wire. All but the first hop is the same for all.
 */
final class RivalPath implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int CONNECT_MILLIS = 20_000;
    private static final String TO_RECEIVER = "far";
    private static final TunOptions PLAIN = TunOptions.DEFAULT.withOffload(TunOffload.NONE);

    private final RivalCase rivalCase;
    private final String congestion;
    private final Namespace router;
    private final Namespace receiver;
    private DelayLine delay;
    private Namespace sender;
    private MptcpStack stack;

    RivalPath(RivalCase rivalCase, String congestion) throws IOException {
        this.rivalCase = rivalCase;
        this.congestion = congestion;
        router = Namespace.create();
        try {
            receiver = Namespace.create();
        } catch (IOException e) {
            router.close();
            throw e;
        }
        try {
            setUp();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Our stack sends for so long; what the receiver saw. */
    KernelPeer.Report sendByOurs(String ourCongestion, double seconds) throws IOException, BenchFailure {
        TunDevice device = router.openTun(Addresses.interfaceName(0), PLAIN, Addresses.kernel(0) + "/24");
        try {
            stack = MptcpStack.builder()
                    .name("bench " + rivalCase.name())
                    .device(device, Addresses.other(0) + "/24")
                    .mptcp(rivalCase.mptcp())
                    .congestionControl(ourCongestion)
                    .build();
        } catch (IOException | RuntimeException e) {
            device.close();
            throw e;
        }
        KernelPeer peer = KernelPeer.receiver(receiver, rivalCase.protocol(), congestion);
        int port = peer.awaitPort();
        try (MptcpSocket socket = stack.createSocket()) {
            socket.connect(new InetSocketAddress(Addresses.other(1), port), CONNECT_MILLIS);
            peer.awaitConnected();
            peer.go();
            OutputStream out = socket.getOutputStream();
            byte[] octets = new byte[BUFFER];
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end) {
                out.write(octets);
            }
            socket.shutdownOutput();
            KernelPeer.Report report = peer.awaitReport();
            ConnectionInfo info = MptcpStack.info(socket);
            if (info.mptcp() != rivalCase.mptcp()) {
                throw new BenchFailure("our end spoke " + (info.mptcp() ? "MPTCP" : "TCP: " + info.fallback()));
            }
            check(report);
            return report;
        }
    }

    /** The kernel sends for so long; what the receiver saw. */
    KernelPeer.Report sendByKernel(double seconds) throws IOException, BenchFailure {
        sender = Namespace.create();
        String name = Addresses.interfaceName(0);
        sender.connect(router, name, Addresses.other(0) + "/24", Addresses.kernel(0) + "/24");
        KernelPair.withoutOffload(sender, name);
        KernelPair.withoutOffload(router, name);
        sender.ip("route", "add", "default", "via", Addresses.kernel(0));
        KernelPeer peer = KernelPeer.receiver(receiver, rivalCase.protocol(), congestion);
        int port = peer.awaitPort();
        BenchCase alike =
                BenchCase.named(rivalCase.mptcp() ? "kernel-1" : "kernel-tcp").orElseThrow();
        KernelPeer client = KernelPeer.sender(sender, alike, congestion, Addresses.other(1), port, seconds);
        peer.awaitConnected();
        client.awaitConnected();
        peer.go();
        client.go();
        KernelPeer.Report report = peer.awaitReport();
        check(report);
        return report;
    }

    /** A program with a stack of its own sends for so long; what the receiver saw. Plain TCP. */
    KernelPeer.Report sendByProgram(Path program, double seconds) throws IOException, BenchFailure {
        String name = Addresses.interfaceName(0);
        router.ip("tuntap", "add", "dev", name, "mode", "tun");
        router.ip("address", "add", Addresses.kernel(0) + "/24", "dev", name);
        router.ip("link", "set", name, "up");
        KernelPeer peer = KernelPeer.receiver(receiver, rivalCase.protocol(), congestion);
        int port = peer.awaitPort();
        KernelPeer client = KernelPeer.program(
                router, program, name, Addresses.other(0), Addresses.other(1), port, congestion, seconds);
        peer.awaitConnected();
        client.awaitConnected();
        peer.go();
        client.go();
        KernelPeer.Report report = peer.awaitReport();
        check(report);
        return report;
    }

    private void check(KernelPeer.Report report) throws IOException, BenchFailure {
        if (report.octets() <= 0 || report.nanos() <= 0) {
            throw new BenchFailure("nothing arrived");
        }
        if (rivalCase.mptcp()) {
            if (report.fallback() || report.subflows() != 1) {
                throw new BenchFailure("the kernel saw " + report.subflows() + " subflows"
                        + (report.fallback() ? ", and TCP instead of MPTCP" : ""));
            }
            CaseRunner.checkCounters(receiver, 1);
        }
    }

    @Override
    public void close() {
        // First the stack and the delay: they would complain of devices that vanish.
        if (stack != null) {
            stack.close();
        }
        if (delay != null) {
            delay.close();
        }
        if (sender != null) {
            sender.close();
        }
        receiver.close();
        router.close();
    }

    private void setUp() throws IOException {
        router.sysctl("net.ipv4.ip_forward", "1");
        TunDevice near = router.openTun(TO_RECEIVER, PLAIN, Addresses.kernel(1) + "/24");
        TunDevice far;
        try {
            far = receiver.openTun(TO_RECEIVER, PLAIN, Addresses.other(1) + "/24");
        } catch (IOException e) {
            near.close();
            throw e;
        }
        delay = new DelayLine(near, far, rivalCase.oneWay());
        receiver.ip("route", "add", "default", "dev", TO_RECEIVER);
        switch (rivalCase.obstacle()) {
            case LOSS -> lose();
            case RATE -> slowDown();
        }
    }

    private void lose() throws IOException {
        router.run("nft", "add table ip bench");
        router.run("nft", "add chain ip bench forward { type filter hook forward priority 0 ; }");
        router.run(
                "nft",
                "add rule ip bench forward oifname \"" + TO_RECEIVER + "\" numgen random mod " + RivalCase.ONE_LOST_OF
                        + " < 1 drop");
    }

    private void slowDown() throws IOException {
        router.run(("tc qdisc add dev " + TO_RECEIVER + " root handle 1: tbf rate " + RivalCase.MEGABITS
                        + "mbit burst 16kb limit 1mb")
                .split(" "));
        router.run(
                ("tc qdisc add dev " + TO_RECEIVER + " parent 1:1 handle 10: pfifo limit " + rivalCase.queuePackets())
                        .split(" "));
    }
}
