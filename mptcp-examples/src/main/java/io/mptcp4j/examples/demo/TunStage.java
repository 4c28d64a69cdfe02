package io.mptcp4j.examples.demo;

import io.mptcp4j.examples.kernel.Namespace;
import io.mptcp4j.examples.progress.PathMeter;
import io.mptcp4j.examples.progress.PathNames;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.tun.TunOptions;
import io.mptcp4j.wire.IpAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Our stack on two TUN devices, which lead into a namespace that forwards, and from there over a slow link each into a
 * namespace in which the kernel's MPTCP is the server.
 *
 * <pre>
 * this program       forwarder                              server
 * 10.91.1.2 --TUN--  wifi0   wifi1 10.91.11.1 --30 Mbit/s-- wifi1  \
 * 10.91.2.2 --TUN--  lte0    lte1  10.91.12.1 --20 Mbit/s-- lte1   / 10.91.9.1
 * </pre>
 */
final class TunStage implements DemoStage {
    private static final String SCRIPT = "demo_receiver.py";
    private static final String SERVER = "10.91.9.1";
    private static final String[] PHONE = {"10.91.1.2", "10.91.2.2"};
    private static final int CONNECT_MILLIS = 10_000;
    private static final int SUBFLOWS = 4;
    // The cut path never answers a FIN.
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);

    private final Namespace forwarder;
    private final Namespace server;
    private MptcpStack phone;
    private BufferedReader receiver;
    private int port;

    private TunStage(Namespace forwarder, Namespace server) {
        this.forwarder = forwarder;
        this.server = server;
    }

    static TunStage open(DemoRun run) throws IOException {
        Namespace forwarder = Namespace.create();
        TunStage stage = null;
        try {
            stage = new TunStage(forwarder, Namespace.create());
            stage.build(run);
            return stage;
        } catch (IOException | RuntimeException e) {
            if (stage != null) {
                stage.close();
            }
            forwarder.close();
            throw e;
        }
    }

    @Override
    public Socket connect() throws IOException {
        Socket socket = phone.createSocket();
        socket.connect(new InetSocketAddress(SERVER, port), CONNECT_MILLIS);
        return socket;
    }

    @Override
    public PathNames names() {
        PathNames names = new PathNames();
        for (DemoPath path : DemoPath.values()) {
            names.add(IpAddress.parse(PHONE[path.ordinal()]).toInetAddress(), path.title());
        }
        return names;
    }

    @Override
    public void cutWifi() throws IOException {
        forwarder.ip("link", "set", "dev", "wifi0", "down");
    }

    @Override
    public String receivedDigest() throws IOException {
        return answer("received ");
    }

    /** {@inheritDoc} As the phone has sent it: the kernel does not tell. */
    @Override
    public Map<String, Long> carried(PathMeter sent) {
        return sent.octets();
    }

    @Override
    public void close() {
        if (phone != null) {
            phone.close();
        }
        server.close();
        forwarder.close();
    }

    private void build(DemoRun run) throws IOException {
        server.ip("address", "add", SERVER + "/32", "dev", "lo");
        server.mptcpLimits(SUBFLOWS, SUBFLOWS);
        forwarder.sysctl("net.ipv4.ip_forward", "1");
        MptcpStackBuilder builder = MptcpStack.builder().name("phone").closeTimeout(CLOSE_TIMEOUT);
        addPath(builder, DemoPath.WIFI, "wifi");
        if (run.hasLte()) {
            addPath(builder, DemoPath.LTE, "lte");
        }
        startReceiver();
        phone = builder.build();
    }

    private void addPath(MptcpStackBuilder builder, DemoPath path, String name) throws IOException {
        int number = path.ordinal() + 1;
        String outer = name + "1";
        String link = "10.91.1" + number + ".";
        forwarder.connect(server, outer, link + "1/30", link + "2/30");
        builder.device(
                forwarder.openTun(name + "0", TunOptions.DEFAULT, "10.91." + number + ".1/24"),
                PHONE[path.ordinal()] + "/24");
        // What comes from a path stays on it, there and back.
        String table = "10" + number;
        forwarder.ip("route", "add", SERVER + "/32", "via", link + "2", "dev", outer, "table", table);
        forwarder.ip("rule", "add", "iif", name + "0", "lookup", table);
        server.ip("route", "add", "10.91." + number + ".0/24", "via", link + "1", "dev", outer, "src", SERVER);
        for (Namespace end : List.of(forwarder, server)) {
            end.run(("tc qdisc add dev " + outer + " root tbf rate " + path.megabits() + "mbit burst 16kb limit "
                            + path.queueOctets())
                    .split(" "));
        }
    }

    private void startReceiver() throws IOException {
        Process process = server.start(List.of("python3", "-c", script(), SERVER));
        receiver = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        port = Integer.parseInt(answer("listening "));
    }

    private String answer(String word) throws IOException {
        String line = receiver.readLine();
        if (line == null || !line.startsWith(word)) {
            throw new IOException("the kernel's receiver failed: " + line);
        }
        return line.substring(word.length());
    }

    private static String script() throws IOException {
        try (InputStream in = TunStage.class.getResourceAsStream(SCRIPT)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
