package io.mptcp4j.tun.testing;

import io.mptcp4j.socket.MptcpStack;
import io.mptcp4j.socket.MptcpStackBuilder;
import io.mptcp4j.socket.SubflowInfo;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.tun.TunDevice;
import io.mptcp4j.tun.TunOptions;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

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
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final NetworkNamespace namespace;
    private final List<TunDevice> devices = new ArrayList<>();
    private final boolean ipv6;
    private MptcpStack stack;

    private TunWorld(boolean ipv6) {
        this.namespace = NetworkNamespace.create();
        this.ipv6 = ipv6;
    }

    /** A world with so many paths of one family, with all the offload the kernel has. */
    public static TunWorld create(int paths, boolean ipv6) throws Exception {
        return create(paths, ipv6, TunOptions.DEFAULT, builder -> {});
    }

    /** A world whose devices and stack have other settings. */
    public static TunWorld create(int paths, boolean ipv6, TunOptions options, Consumer<MptcpStackBuilder> settings)
            throws Exception {
        TunWorld world = new TunWorld(ipv6);
        try {
            world.build(paths, options, settings);
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

    /** The address that a kernel server listens on: all of them. */
    public String anyAddress() {
        return ipv6 ? "::" : "0.0.0.0";
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
        devices.forEach(TunDevice::close);
        namespace.close();
    }

    private void build(int paths, TunOptions options, Consumer<MptcpStackBuilder> settings) throws Exception {
        namespace.mptcpLimits(MOST_SUBFLOWS, MOST_SUBFLOWS);
        MptcpStackBuilder builder = MptcpStack.builder();
        for (int i = 1; i <= paths; i++) {
            TunDevice device = namespace.openTun(interfaceName(i), options, withPrefix(kernelAddress(i)));
            devices.add(device);
            builder.device(device, InterfaceSettings.of(withPrefix(ownAddress(i))));
            if (i > 1) {
                namespace.mptcpEndpoint(kernelAddress(i), interfaceName(i), "signal");
            }
        }
        settings.accept(builder);
        stack = builder.build();
    }

    private String withPrefix(String address) {
        return address + (ipv6 ? "/64" : "/24");
    }

    private String address(int path, int host) {
        return ipv6 ? "fd00:" + path + "::" + host : "10." + path + ".0." + host;
    }
}
