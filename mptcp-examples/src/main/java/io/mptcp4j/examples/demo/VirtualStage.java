package io.mptcp4j.examples.demo;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.examples.progress.Monitor;
import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.PathNames;
import io.mptcp4j.examples.transfer.DiscardingDestination;
import io.mptcp4j.examples.transfer.FileReceiver;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.stack.InterfaceSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Two stacks in this process, joined by virtual links in real time. */
final class VirtualStage implements DemoStage {
    private static final int PORT = 5000;
    private static final int CONNECT_MILLIS = 10_000;
    private static final Duration LOOK = Duration.ofMillis(20);
    // The cut path never answers a FIN.
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);

    private final VirtualLink wifi;
    private final VirtualLink lte;
    private final MptcpStack phone;
    private final MptcpStack server;
    private final ServerSocket listener;
    private final FutureTask<String> receiver = new FutureTask<>(this::receive);
    private final PathMeter received = new PathMeter(names("10.0.1.1", "10.0.2.1"), PathMeter.Direction.RECEIVED);

    private VirtualStage(VirtualLink wifi, VirtualLink lte, MptcpStack phone, MptcpStack server) throws IOException {
        this.wifi = wifi;
        this.lte = lte;
        this.phone = phone;
        this.server = server;
        this.listener = server.createServerSocket(PORT);
    }

    static VirtualStage open(DemoRun run, long seed) throws IOException {
        VirtualLink wifi = link(DemoPath.WIFI, seed);
        VirtualLink lte = link(DemoPath.LTE, ~seed);
        // No default routes: each address of the server is reached over its own link alone.
        MptcpStackBuilder phone = MptcpStack.builder().name("phone").closeTimeout(CLOSE_TIMEOUT);
        MptcpStackBuilder server = MptcpStack.builder().name("server").closeTimeout(CLOSE_TIMEOUT);
        phone.device(wifi.endA(), InterfaceSettings.of("10.0.1.2/24"));
        server.device(wifi.endB(), InterfaceSettings.of("10.0.1.1/24"));
        if (run.hasLte()) {
            phone.device(lte.endA(), InterfaceSettings.of("10.0.2.2/24"));
            server.device(lte.endB(), InterfaceSettings.of("10.0.2.1/24"));
        }
        VirtualStage stage = new VirtualStage(wifi, lte, phone.build(), server.build());
        Thread thread = new Thread(stage.receiver, "receiver");
        thread.setDaemon(true);
        thread.start();
        return stage;
    }

    @Override
    public Socket connect() throws IOException {
        Socket socket = phone.createSocket();
        socket.connect(new InetSocketAddress("10.0.1.1", PORT), CONNECT_MILLIS);
        return socket;
    }

    @Override
    public PathNames names() {
        return names("10.0.1.2", "10.0.2.2");
    }

    @Override
    public void cutWifi() {
        wifi.cut();
    }

    @Override
    public String receivedDigest() throws IOException {
        try {
            return receiver.get();
        } catch (ExecutionException e) {
            throw new IOException("the server: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public Map<String, Long> carried(PathMeter sent) {
        return received.octets();
    }

    @Override
    public void close() {
        phone.close();
        server.close();
        wifi.close();
        lte.close();
    }

    private String receive() throws IOException {
        try (Socket socket = listener.accept();
                Monitor monitor = Monitor.start(socket, received, LOOK, info -> {})) {
            return HexFormat.of()
                    .formatHex(FileReceiver.receive(socket, new DiscardingDestination(), octets -> {})
                            .digest());
        }
    }

    private static VirtualLink link(DemoPath path, long seed) {
        LinkProfile profile = LinkProfile.IDEAL
                .withRate(path.bitsPerSecond())
                .withDelay(path.oneWay())
                .withQueueOctets(path.queueOctets());
        return new VirtualLink(path.title(), profile, seed);
    }

    private static PathNames names(String wifiAddress, String lteAddress) {
        try {
            return new PathNames()
                    .add(InetAddress.getByName(wifiAddress), DemoPath.WIFI.title())
                    .add(InetAddress.getByName(lteAddress), DemoPath.LTE.title());
        } catch (UnknownHostException e) {
            throw new AssertionError("literals are no names", e);
        }
    }
}
