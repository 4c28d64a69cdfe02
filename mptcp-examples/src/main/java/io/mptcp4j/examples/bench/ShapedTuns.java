package io.mptcp4j.examples.bench;

import io.mptcp4j.device.ShapedDevice;
import io.mptcp4j.examples.kernel.Namespace;
import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.MptcpServerSocket;
import io.mptcp4j.socket.MptcpSocket;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOffload;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Our stack and a host of the kernel, joined by TUN devices, each behind an emulated link next to our stack. */
final class ShapedTuns implements ShapedConnection {
    private static final int BUFFER = 1 << 18;
    private static final int CONNECT_MILLIS = 20_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);

    private final boolean weSend;
    private final int paths;
    private final Namespace host;
    private final List<TunDevice> devices = new ArrayList<>();
    private final List<ShapedDevice> links = new ArrayList<>();
    private final MptcpStack stack;
    private final PathsPeer peer;
    private final MptcpServerSocket server;
    private final Meter meter = new Meter();
    private Socket socket;
    private long connectNanos;

    /**
     * Not connected yet.
     *
     * @param toPeer whether we send the most, or the kernel
     * @param peerOctets what the kernel's end sends
     * @param which the paths of the pair that there are, from 0 on
     */
    ShapedTuns(PathPair pair, boolean toPeer, long peerOctets, String congestion, int... which) throws IOException {
        weSend = toPeer;
        paths = which.length;
        host = Namespace.create();
        MptcpStack built = null;
        try {
            built = setUp(pair, which);
            stack = built;
            server = weSend ? null : stack.createServerSocket(0);
            peer = weSend
                    ? PathsPeer.server(host, congestion, peerOctets)
                    : PathsPeer.client(host, Addresses.other(0), server.getLocalPort(), congestion, peerOctets);
        } catch (IOException | RuntimeException e) {
            if (built != null) {
                built.close();
            }
            devices.forEach(TunDevice::close);
            host.close();
            throw e;
        }
    }

    /**
     * How long a transfer took.
     *
     * @param nanos from when each path had its subflow
     * @param nanosFromConnect from when the connection was asked for, or with the kernel as client accepted
     */
    record Times(long nanos, long nanosFromConnect) {}

    @Override
    public void open() throws IOException, BenchFailure, InterruptedException {
        if (weSend) {
            int port = peer.awaitPort();
            MptcpSocket client = stack.createSocket();
            socket = client;
            connectNanos = System.nanoTime();
            client.connect(new InetSocketAddress(Addresses.kernel(0), port), CONNECT_MILLIS);
        } else {
            server.setSoTimeout(CONNECT_MILLIS);
            socket = server.accept();
            connectNanos = System.nanoTime();
            // The kernel's client joins, and lets us join, when it knows that we speak MPTCP: an octet
            // has been acknowledged.
            if (socket.getInputStream().read() < 0) {
                throw new BenchFailure("the kernel's end closed the connection");
            }
        }
        peer.awaitConnected();
        Waiting.until(
                paths + " subflows",
                () -> usableSubflows() == paths && peer.look().subflows() == paths);
    }

    @Override
    public void begin() throws IOException {
        peer.go();
        if (weSend) {
            start("bench-sender", () -> write(Long.MAX_VALUE));
        } else {
            start("bench-receiver", this::read);
        }
    }

    @Override
    public Meter.Interval look() throws IOException, BenchFailure {
        return weSend ? peer.look().received() : meter.take();
    }

    @Override
    public void check() throws IOException, BenchFailure {
        ConnectionInfo info = MptcpStack.info(socket);
        if (!info.mptcp()) {
            throw new BenchFailure("our end fell back to TCP: " + info.fallback());
        }
        CaseRunner.checkCounters(host, paths);
    }

    /** Sends so many octets while the kernel's end sends its own; until each has all of the other's. */
    Times exchange(long octets, long peerOctets) throws IOException, BenchFailure {
        long begin = System.nanoTime();
        peer.go();
        start("bench-sender", () -> {
            write(octets);
            socket.shutdownOutput();
        });
        long received = read();
        PathsPeer.Sight sight = peer.awaitDone();
        long end = System.nanoTime();
        if (received != peerOctets || sight.received().octets() != octets) {
            throw new BenchFailure("of " + peerOctets + " and " + octets + " octets " + received + " and "
                    + sight.received().octets() + " arrived");
        }
        if (sight.fallback() || sight.subflows() != paths) {
            throw new BenchFailure("the kernel saw " + sight.subflows() + " subflows instead of " + paths
                    + (sight.fallback() ? ", and TCP instead of MPTCP" : ""));
        }
        return new Times(end - begin, end - connectNanos);
    }

    /** From now on nothing passes a path, from 0 on, in either direction, and nobody is told. */
    void cut(int path) {
        links.get(path).link().cut();
    }

    @Override
    public void close() {
        // First the stack: it would warn of devices that vanish.
        stack.close();
        // What is under way on the links holds buffers.
        links.forEach(ShapedDevice::close);
        host.close();
    }

    private long usableSubflows() throws IOException {
        return MptcpStack.info(socket).subflows().stream()
                .filter(SubflowInfo::usable)
                .count();
    }

    private void write(long count) throws IOException {
        OutputStream out = socket.getOutputStream();
        byte[] octets = new byte[BUFFER];
        for (long left = count; left > 0; left -= Math.min(left, BUFFER)) {
            out.write(octets, 0, (int) Math.min(left, BUFFER));
        }
    }

    /** Until the end of the stream. */
    private long read() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] into = new byte[BUFFER];
        long total = 0;
        for (int count = in.read(into); count >= 0; count = in.read(into)) {
            meter.add(count);
            total += count;
        }
        return total;
    }

    private MptcpStack setUp(PathPair pair, int... which) throws IOException {
        MptcpStackBuilder builder =
                MptcpStack.builder().name("bench aggregation").closeTimeout(CLOSE_TIMEOUT);
        host.mptcpLimits(Addresses.SUBFLOW_LIMIT, Addresses.SUBFLOW_LIMIT);
        for (int i = 0; i < which.length; i++) {
            TunDevice device = host.openTun(
                    Addresses.interfaceName(i),
                    TunOptions.DEFAULT.withOffload(TunOffload.NONE),
                    Addresses.kernel(i) + "/24");
            devices.add(device);
            ShapedDevice link = new ShapedDevice(device, pair.profile(which[i]), i);
            links.add(link);
            // Without a default route: a subflow for each path, and none across.
            builder.device(link, InterfaceSettings.of(Addresses.other(i) + "/24"));
            if (i > 0) {
                host.mptcpEndpoint(Addresses.kernel(i), Addresses.interfaceName(i), "signal");
            }
        }
        return builder.build();
    }

    /** Something that goes on until the connection ends. */
    private interface Task {
        void run() throws IOException;
    }

    private static void start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException expected) {
                        // The connection is closed when enough was seen; whoever waits for its octets sees
                        // a failure too.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
