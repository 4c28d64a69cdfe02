package io.mptcp4j.tun.testing;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.device.ShapedDevice;
import io.mptcp4j.device.VirtualLink;
import io.mptcp4j.metric.Counter;
import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOffload;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A stack of ours and the kernel's, with any number of TUN devices between them and nothing else.
 *
 * <pre>
 *   our stack                       | a namespace with the kernel's stack
 *   10.1.0.2  fd00:1::2  --- mt1 ---|--- 10.1.0.1  fd00:1::1
 *   10.2.0.2  fd00:2::2  --- mt2 ---|--- 10.2.0.1  fd00:2::1
 * </pre>
 *
 * <p>Each end reaches the other's addresses over the device of the same subnet only, so that n devices carry n subflows.
 * The kernel announces its addresses and accepts joins to ours.
 */
public final class TunWorld implements AutoCloseable {
    private static final int MOST_SUBFLOWS = 8;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final NetworkNamespace namespace;
    private final List<TunDevice> devices = new ArrayList<>();
    private final boolean[] ipv6;
    private final boolean meshed;
    private final List<ShapedDevice> shaped = new ArrayList<>();
    private LinkProfile[] profiles = {};
    private final IntFunction<UnaryOperator<PacketDevice>> boxes;
    private MptcpStack stack;

    /** A path for each family. */
    private TunWorld(boolean meshed, boolean... ipv6) {
        this(path -> UnaryOperator.identity(), meshed, ipv6);
    }

    private TunWorld(IntFunction<UnaryOperator<PacketDevice>> boxes, boolean meshed, boolean... ipv6) {
        this.boxes = boxes;
        this.namespace = NetworkNamespace.create();
        this.meshed = meshed;
        this.ipv6 = ipv6;
    }

    /** A world with so many paths of one family, with all the offload the kernel has. */
    public static TunWorld create(int paths, boolean ipv6) throws Exception {
        return create(paths, ipv6, TunOptions.DEFAULT, builder -> {});
    }

    /** A world whose devices and stack have other settings. */
    public static TunWorld create(int paths, boolean ipv6, TunOptions options, Consumer<MptcpStackBuilder> settings)
            throws Exception {
        boolean[] families = new boolean[paths];
        Arrays.fill(families, ipv6);
        return build(new TunWorld(false, families), options, settings);
    }

    /** A world of IPv4 with a box in each path, next to our stack. */
    public static TunWorld create(
            int paths, Consumer<MptcpStackBuilder> settings, IntFunction<UnaryOperator<PacketDevice>> boxes)
            throws Exception {
        return build(new TunWorld(boxes, false, new boolean[paths]), TunOptions.DEFAULT, settings);
    }

    /** A world whose first path is of IPv4 and the second of IPv6. */
    public static TunWorld mixed() throws Exception {
        return build(new TunWorld(false, false, true), TunOptions.DEFAULT, builder -> {});
    }

    /** A world of IPv4 in which each address of ours reaches all addresses of the kernel's, over its own device. */
    public static TunWorld meshed(int paths) throws Exception {
        return build(new TunWorld(true, new boolean[paths]), TunOptions.DEFAULT, builder -> {});
    }

    /** A world of IPv4 in which each path passes an emulated link, without offload. */
    public static TunWorld shaped(LinkProfile... paths) throws Exception {
        TunWorld world = new TunWorld(false, new boolean[paths.length]);
        world.profiles = paths;
        return build(world, TunOptions.DEFAULT.withOffload(TunOffload.NONE), builder -> {});
    }

    private static TunWorld build(TunWorld world, TunOptions options, Consumer<MptcpStackBuilder> settings)
            throws Exception {
        try {
            world.build(options, settings);
            return world;
        } catch (Exception | AssertionError e) {
            world.close();
            throw e;
        }
    }

    /** Our stack. */
    public MptcpStack stack() {
        return stack;
    }

    /** Where the kernel's stack is. */
    public NetworkNamespace namespace() {
        return namespace;
    }

    /** The device of path {@code i}, from 1 on. */
    public TunDevice device(int i) {
        return devices.get(i - 1);
    }

    /** The emulated link of path {@code i}, from 1 on, in a {@link #shaped} world. */
    public VirtualLink link(int i) {
        return shaped.get(i - 1).link();
    }

    /** The name of the interface of path {@code i}, from 1 on. */
    public static String interfaceName(int i) {
        return "mt" + i;
    }

    /** The kernel's address on path {@code i}, from 1 on. */
    public String kernelAddress(int i) {
        return address(i, 1);
    }

    /** Our address on path {@code i}, from 1 on. */
    public String ownAddress(int i) {
        return address(i, 2);
    }

    /** The same as a kernel client is to name it: mapped to IPv6 where some path is of that family, which its socket must be. */
    public String ownAddressForKernel(int i) {
        return anyAddress().contains(":") && !ipv6[i - 1] ? "::ffff:" + ownAddress(i) : ownAddress(i);
    }

    /** The address that a kernel server listens on: all of them. */
    public String anyAddress() {
        for (boolean family : ipv6) {
            if (family) {
                return "::";
            }
        }
        return "0.0.0.0";
    }

    /** How many SYNs of ours have left again, because their answers were late: the kernel counts each that comes. */
    public long repeatedSyns() {
        return stack.counters().get(Counter.SYNS_REPEATED);
    }

    /** Waits until octets can be sent on so many subflows of a connection. */
    public static void awaitSubflows(Socket socket, int count) throws IOException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (usableSubflows(socket) < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("no " + count + " subflows in time: " + MptcpStack.info(socket));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static long usableSubflows(Socket socket) throws IOException {
        return MptcpStack.info(socket).subflows().stream()
                .filter(SubflowInfo::usable)
                .count();
    }

    @Override
    public void close() {
        if (stack != null) {
            stack.close();
        }
        // What is under way on the links holds buffers.
        shaped.forEach(ShapedDevice::close);
        devices.forEach(TunDevice::close);
        namespace.close();
    }

    private void build(TunOptions options, Consumer<MptcpStackBuilder> settings) throws Exception {
        namespace.mptcpLimits(MOST_SUBFLOWS, MOST_SUBFLOWS);
        MptcpStackBuilder builder = MptcpStack.builder();
        for (int i = 1; i <= ipv6.length; i++) {
            TunDevice device = namespace.openTun(interfaceName(i), options, withPrefix(i, kernelAddress(i)));
            devices.add(device);
            InterfaceSettings own = InterfaceSettings.of(withPrefix(i, ownAddress(i)));
            builder.device(boxes.apply(i).apply(behindLink(device, i)), meshed ? own.withDefaultRoute(i) : own);
            if (i > 1) {
                namespace.mptcpEndpoint(kernelAddress(i), interfaceName(i), "signal");
            }
        }
        settings.accept(builder);
        stack = builder.build();
    }

    private PacketDevice behindLink(TunDevice device, int path) {
        if (profiles.length == 0) {
            return device;
        }
        ShapedDevice behind = new ShapedDevice(device, profiles[path - 1], path);
        shaped.add(behind);
        return behind;
    }

    private String withPrefix(int path, String address) {
        return address + (ipv6[path - 1] ? "/64" : "/24");
    }

    private String address(int path, int host) {
        return ipv6[path - 1] ? "fd00:" + path + "::" + host : "10." + path + ".0." + host;
    }
}
