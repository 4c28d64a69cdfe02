package io.mptcp4j.socket;

import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.mptcp.BufferSize;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.FallbackPolicy;
import io.mptcp4j.mptcp.KeySource;
import io.mptcp4j.mptcp.MptcpVersion;
import io.mptcp4j.mptcp.ServerNamedKeys;
import io.mptcp4j.mptcp.ServiceType;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.mptcp.path.Endpoint;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.OwnAddressPathManager;
import io.mptcp4j.mptcp.path.PathManager;
import io.mptcp4j.mptcp.path.PathManagers;
import io.mptcp4j.mptcp.scheduler.Schedulers;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.stack.InterfaceSettings;
import io.mptcp4j.stack.ServerGroup;
import io.mptcp4j.stack.Stack;
import io.mptcp4j.stack.StackSettings;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Collects what an {@link MptcpStack} is made of. Not thread-safe; good for one stack. */
public final class MptcpStackBuilder {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final List<PacketDevice> devices = new ArrayList<>();
    private final List<InterfaceSettings> interfaces = new ArrayList<>();
    private ConnectionSettings.Builder settings = ConnectionSettings.builder();
    private TcpSettings.Builder tcp = TcpSettings.builder();
    private StackSettings limits = StackSettings.DEFAULT;
    private Endpoints endpoints = Endpoints.NONE;
    private Entropy entropy = new SecureEntropy();
    private ServerGroup group;
    private Duration closeTimeout = CLOSE_TIMEOUT;
    private String name = "mptcp-stack";
    private boolean built;

    MptcpStackBuilder() {}

    // ---- devices

    /**
     * Adds a device.
     *
     * @param device the stack's from {@link #build()} on
     * @param addresses the host's addresses on the device with their prefix lengths: {@code 10.0.1.2/24},
     *     {@code fd00:1::2/64}. Destinations outside of these prefixes are reached over any device with an address of the
     *     family, the first one added first
     */
    public MptcpStackBuilder device(PacketDevice device, String... addresses) {
        return device(device, InterfaceSettings.of(addresses).withDefaultRoute(devices.size()));
    }

    /** Adds a device with addresses and routes in detail. */
    public MptcpStackBuilder device(PacketDevice device, InterfaceSettings addressesAndRoutes) {
        devices.add(Objects.requireNonNull(device, "device"));
        interfaces.add(Objects.requireNonNull(addressesAndRoutes, "addressesAndRoutes"));
        return this;
    }

    // ---- what connections are like

    /** Whether connections ask for and accept MPTCP; otherwise they are plain TCP. Default: true. */
    public MptcpStackBuilder mptcp(boolean on) {
        settings.multipath(on);
        return this;
    }

    /**
     * Whether connections require a checksum on each mapping, so that octets which a middlebox has altered are recognised.
     * Default: false; they are used all the same when the peer requires them.
     */
    public MptcpStackBuilder checksums(boolean required) {
        settings.checksums(required);
        return this;
    }

    /** The versions of MPTCP that connections ask for and accept; none for plain TCP. Default: version 1. */
    public MptcpStackBuilder mptcpVersions(MptcpVersion... allowed) {
        settings.versions(allowed);
        return this;
    }

    /** Whether connections that were to be MPTCP may go on as plain TCP. Default: they may. */
    public MptcpStackBuilder fallbackPolicy(FallbackPolicy policy) {
        settings.fallbackPolicy(policy);
        return this;
    }

    /**
     * The congestion control, by name: each subflow for itself ({@code cubic}, the default, {@code reno}, {@code bbr}) or coupled ({@code lia},
     * {@code olia}, {@code balia}).
     */
    public MptcpStackBuilder congestionControl(String algorithm) {
        settings.congestion(CongestionGroups.byName(algorithm));
        return this;
    }

    /** The scheduler that shares octets out among subflows, by name. Default: {@code default}, lowest RTT that waits. */
    public MptcpStackBuilder scheduler(String scheduler) {
        settings.scheduler(Schedulers.byName(scheduler));
        return this;
    }

    /** Who decides which subflows there are. Default: full mesh. */
    public MptcpStackBuilder pathManager(PathManager.Factory pathManager) {
        settings.pathManager(pathManager);
        return this;
    }

    /**
     * Who decides which subflows there are, by name: {@code fullmesh} (the default), {@code endpoints}, {@code ndiffports(4)},
     * {@code signal}, {@code handover}, {@code interactive}, {@code aggregate}, {@code application} or {@code none}.
     */
    public MptcpStackBuilder pathManager(String pathManager) {
        settings.pathManager(PathManagers.byName(pathManager));
        return this;
    }

    /** For what connections want several paths; chooses scheduler and path manager. */
    public MptcpStackBuilder serviceType(ServiceType type) {
        settings.serviceType(type);
        return this;
    }

    /** The endpoints and limits that the path manager {@code endpoints} begins with. Default: none, and Linux's limits. */
    public MptcpStackBuilder endpoints(Endpoints endpointsAndLimits) {
        endpoints = Objects.requireNonNull(endpointsAndLimits, "endpointsAndLimits");
        return this;
    }

    /**
     * For a server that shares its address with others behind a load balancer: peers are told to open no further subflows
     * to the address on which they connected (RFC 8684 3.1, flag C), and these are announced to them instead (3.4.1).
     * Replaces the path manager.
     *
     * @param own addresses of this stack which reach it and no other server, at least one; with the shared address and a port
     *     that the balancer forwards to this server, that port is announced. Port 0: the one on which the peer connected.
     *     What is no address of the stack is announced once it is
     * @throws IllegalArgumentException when there is none, or one is not resolved
     */
    public MptcpStackBuilder joinsAt(InetSocketAddress... own) {
        if (own.length == 0) {
            throw new IllegalArgumentException("joinsAt() without an address would leave peers none to join at");
        }
        List<Endpoint> announced = new ArrayList<>();
        for (InetSocketAddress each : own) {
            if (each.isUnresolved()) {
                throw new IllegalArgumentException("the name is not resolved: " + each);
            }
            announced.add(
                    new Endpoint(IpAddress.of(each.getAddress()), each.getPort(), 0, Set.of(Endpoint.Flag.SIGNAL)));
        }
        settings.joinsToInitialAddress(false).pathManager(() -> new OwnAddressPathManager(announced));
        return this;
    }

    /** Octets that an application may write ahead of the peer's acknowledgments; they do not become more. */
    public MptcpStackBuilder sendBuffer(int octets) {
        settings.sendBuffer(octets);
        return this;
    }

    /** Octets that an application may write ahead of the peer's acknowledgments: at first, and when there is use for more. */
    public MptcpStackBuilder sendBuffer(int initial, int maximum) {
        settings.sendBuffer(new BufferSize(initial, maximum));
        return this;
    }

    /** Octets that a peer may send ahead of the application's reading; they do not become more. */
    public MptcpStackBuilder receiveBuffer(int octets) {
        settings.receiveBuffer(octets);
        return this;
    }

    /** Octets that a peer may send ahead of the application's reading: at first, and when there is use for more. */
    public MptcpStackBuilder receiveBuffer(int initial, int maximum) {
        settings.receiveBuffer(new BufferSize(initial, maximum));
        return this;
    }

    /** The most subflows of a connection. */
    public MptcpStackBuilder maxSubflows(int limit) {
        settings.maxSubflows(limit);
        return this;
    }

    /** The shift of our windows, 0 to 14 (RFC 7323 2). */
    public MptcpStackBuilder windowScale(int shift) {
        tcp.windowShift(shift);
        return this;
    }

    /** How long an acknowledgment may wait for company; zero: never. */
    public MptcpStackBuilder delayedAck(Duration time) {
        tcp.delayedAck(time);
        return this;
    }

    /** Whether small segments wait for the acknowledgment of earlier ones; sockets say so by TCP_NODELAY. */
    public MptcpStackBuilder nagle(boolean on) {
        tcp.nagle(on);
        return this;
    }

    /**
     * Whether first octets travel with SYNs (RFC 7413), in both roles; sockets say so by TCP_FASTOPEN_CONNECT, server sockets by
     * TCP_FASTOPEN. Default: false, for the peer's application may get such octets twice.
     */
    public MptcpStackBuilder fastOpen(boolean on) {
        tcp.fastOpen(on).fastOpenConnect(on);
        return this;
    }

    /** Replaces all of the above. */
    public MptcpStackBuilder connections(ConnectionSettings all) {
        settings = all.toBuilder();
        tcp = all.tcp().toBuilder();
        return this;
    }

    // ---- the stack

    /** How many connections, how much memory and so on. */
    public MptcpStackBuilder limits(StackSettings stackSettings) {
        limits = Objects.requireNonNull(stackSettings, "stackSettings");
        return this;
    }

    /**
     * Makes the stack one of a group of servers behind one address, over which a balancer spreads subflows without regard
     * for MPTCP: keys are drawn so that tokens name this server (RFC 8684 3.1), and a join that is another server's is
     * relayed there. Default: none.
     *
     * @param membership {@link LocalServerGroup} in one process, {@link UdpServerGroup} among hosts, or your own; the
     *     stack's from {@link #build()} on
     */
    public MptcpStackBuilder serverGroup(ServerGroup membership) {
        group = Objects.requireNonNull(membership, "membership");
        return this;
    }

    /** How long connections may take to finish when the stack is closed; zero: they are reset at once. Default: 5 s. */
    public MptcpStackBuilder closeTimeout(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("closeTimeout is not negative: " + time);
        }
        closeTimeout = time;
        return this;
    }

    /** The name of the stack and of its thread. */
    public MptcpStackBuilder name(String stackName) {
        name = Objects.requireNonNull(stackName, "stackName");
        return this;
    }

    /** Where keys, nonces and sequence numbers come from; for tests. Default: {@code SecureRandom}. */
    MptcpStackBuilder entropy(Entropy source) {
        entropy = Objects.requireNonNull(source, "source");
        return this;
    }

    /**
     * Makes the stack and starts it. When that fails the devices and the membership in a server group stay the caller's.
     *
     * @throws IOException when the devices cannot be waited for
     * @throws IllegalStateException when there is no device, or the builder has made a stack already
     * @throws IllegalArgumentException when two devices have one name, or one address, or a setting is out of its range
     */
    public MptcpStack build() throws IOException {
        if (devices.isEmpty()) {
            throw new IllegalStateException("a stack needs a device: call device(...)");
        }
        if (built) {
            throw new IllegalStateException("this builder has made a stack, which owns the devices: begin another");
        }
        requireDifferentNames();
        ConnectionSettings defaults = settings.tcp(tcp.build()).build();
        ByteBufAllocator allocator = PooledByteBufAllocator.DEFAULT;
        KeyPool keys = group == null ? null : keyPool();
        Stack stack = group == null
                ? new Stack(limits, entropy, allocator)
                : new Stack(limits, entropy, allocator, keys, group);
        for (int i = 0; i < devices.size(); i++) {
            stack.addDevice(devices.get(i), interfaces.get(i));
        }
        stack.changeEndpoints(endpoints, 0);
        StackThread loop = new StackThread(name, stack, devices, allocator, Deadlines.span(closeTimeout));
        BoundPorts ports = new BoundPorts(limits.lowestEphemeralPort(), limits.highestEphemeralPort(), entropy);
        if (group != null) {
            loop.join(new GroupPort(group, keys));
        }
        loop.start();
        built = true;
        return new MptcpStack(name, loop, defaults, ports);
    }

    private void requireDifferentNames() {
        Set<String> names = new HashSet<>();
        for (PacketDevice device : devices) {
            if (!names.add(device.name())) {
                throw new IllegalArgumentException("two devices have the name " + device.name()
                        + ", by which the stack tells them apart; give all addresses of a device at once");
            }
        }
    }

    private KeyPool keyPool() {
        KeySource ahead = new ServerNamedKeys(group.name(), new SecureEntropy());
        return new KeyPool(name + "-keys", ahead, new ServerNamedKeys(group.name(), entropy));
    }
}
