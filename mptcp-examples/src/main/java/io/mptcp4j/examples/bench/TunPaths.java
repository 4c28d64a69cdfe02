package io.mptcp4j.examples.bench;

import io.mptcp4j.examples.kernel.Namespace;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOffload;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our stack and a host of the kernel, joined by TUN devices. */
final class TunPaths implements Topology {
    private static final int BUFFER = 1 << 20;
    private static final int CONNECT_MILLIS = 20_000;
    private static final long LONGER_NANOS = 20_000_000_000L;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final BenchCase benchCase;
    private final String congestion;
    private final Namespace host;
    private final MptcpStack stack;

    TunPaths(BenchCase benchCase, String congestion) throws IOException {
        this.benchCase = benchCase;
        this.congestion = congestion;
        host = Namespace.create();
        List<TunDevice> devices = new ArrayList<>();
        try {
            stack = setUp(devices);
        } catch (IOException | RuntimeException e) {
            devices.forEach(TunDevice::close);
            host.close();
            throw e;
        }
    }

    @Override
    public Outcome transfer(double seconds) throws IOException, BenchFailure {
        return benchCase.ends() == BenchCase.Ends.OURS_TO_KERNEL ? send(seconds) : receive(seconds);
    }

    @Override
    public void close() {
        // First the stack: it would warn of devices that vanish.
        stack.close();
        host.close();
    }

    private Outcome send(double seconds) throws IOException, BenchFailure {
        KernelPeer peer = KernelPeer.receiver(host, "mptcp", congestion);
        int port = peer.awaitPort();
        try (MptcpSocket socket = stack.createSocket()) {
            socket.connect(new InetSocketAddress(Addresses.kernel(0), port), CONNECT_MILLIS);
            peer.awaitConnected();
            CpuClock before = CpuClock.now();
            peer.go();
            OutputStream out = socket.getOutputStream();
            byte[] octets = new byte[BUFFER];
            long end = System.nanoTime() + (long) (seconds * 1e9);
            while (System.nanoTime() < end || isJoining(socket) && System.nanoTime() < end + LONGER_NANOS) {
                out.write(octets);
            }
            socket.shutdownOutput();
            KernelPeer.Report report = peer.awaitReport();
            CpuClock worked = CpuClock.now().since(before);
            check(socket);
            return new Outcome(report.octets(), report.nanos(), worked, report, host);
        }
    }

    private Outcome receive(double seconds) throws IOException, BenchFailure {
        try (ServerSocket server = stack.createServerSocket(0)) {
            server.setSoTimeout(CONNECT_MILLIS);
            KernelPeer peer =
                    KernelPeer.sender(host, benchCase, congestion, Addresses.other(0), server.getLocalPort(), seconds);
            try (Socket socket = server.accept()) {
                peer.awaitConnected();
                CpuClock before = CpuClock.now();
                peer.go();
                InputStream in = socket.getInputStream();
                byte[] into = new byte[BUFFER];
                // The clock begins with the first octet, which does not count.
                int count = in.read(into, 0, 1);
                long begin = System.nanoTime();
                long octets = 0;
                while (count >= 0) {
                    count = in.read(into);
                    octets += Math.max(count, 0);
                }
                long nanos = System.nanoTime() - begin;
                CpuClock worked = CpuClock.now().since(before);
                check(socket);
                socket.close();
                return new Outcome(octets, nanos, worked, peer.awaitReport(), host);
            }
        }
    }

    /** Whether a path has no working subflow yet: a short run on a busy machine goes on until each has. */
    private boolean isJoining(Socket socket) throws IOException {
        return MptcpStack.info(socket).subflows().stream()
                        .filter(SubflowInfo::usable)
                        .count()
                < benchCase.paths();
    }

    private static void check(Socket socket) throws IOException, BenchFailure {
        ConnectionInfo info = MptcpStack.info(socket);
        if (!info.mptcp()) {
            throw new BenchFailure("our end fell back to TCP: " + info.fallback());
        }
    }

    private MptcpStack setUp(List<TunDevice> devices) throws IOException {
        TunOptions options = benchCase.offload() ? TunOptions.DEFAULT : TunOptions.DEFAULT.withOffload(TunOffload.NONE);
        MptcpStackBuilder builder =
                MptcpStack.builder().name("bench " + benchCase.name()).closeTimeout(CLOSE_TIMEOUT);
        host.mptcpLimits(Addresses.SUBFLOW_LIMIT, Addresses.SUBFLOW_LIMIT);
        for (int path = 0; path < benchCase.paths(); path++) {
            String name = Addresses.interfaceName(path);
            TunDevice device = host.openTun(name, options, Addresses.kernel(path) + "/24");
            devices.add(device);
            if (benchCase.offload() && device.offload() != TunOffload.SEGMENTATION) {
                throw new IOException("this kernel's TUN devices have no segmentation offload, only " + device.offload()
                        + ": choose the cases whose names end in -no-offload");
            }
            builder.device(device, Addresses.other(path) + "/24");
        }
        return builder.build();
    }
}
