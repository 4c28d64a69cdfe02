package io.mptcp4j.stack;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.ConnectionEvents;
import io.mptcp4j.mptcp.ConnectionHost;
import io.mptcp4j.mptcp.ConnectionObserver;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.ConnectionState;
import io.mptcp4j.mptcp.DestinationMemory;
import io.mptcp4j.mptcp.JoinRequest;
import io.mptcp4j.mptcp.KeySource;
import io.mptcp4j.mptcp.MptcpConnection;
import io.mptcp4j.mptcp.RandomKeys;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.mptcp.TokenTable;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.PathRequests;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.tcp.ChallengeLimit;
import io.mptcp4j.tcp.FastOpenMemory;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.Objects;

/**
 * One host with its devices, addresses, listeners and connections. The outermost deterministic object: it reads no clock,
 * has no thread and sleeps never; all time is {@code nowNanos} of a monotonic clock, and randomness is injected.
 *
 * <p>Whoever drives it does, in each turn: {@link #input} for what devices have received, commands, {@link #advance},
 * {@link #output}; and may rest until {@link #nextDeadline()} while {@link #hasOutput()} is false. One thread only.
 *
 * <p>There is no loopback: an address of the stack itself cannot be connected to.
 */
public final class Stack implements ConnectionHost {
    /** The most devices at a time. */
    static final int MAXIMUM_DEVICES = 255;

    private final StackSettings settings;
    private final Entropy entropy;
    private final ByteBufAllocator allocator;
    private final StackCounters counters = new StackCounters();
    private final ConnectionEvents events = new ConnectionEvents();
    private final MemoryBudget memory;
    private final TokenTable tokens;
    private final DestinationMemory destinations;
    private final FastOpenMemory fastOpens;
    private final InterfaceTable interfaces = new InterfaceTable();
    private final ConnectionTable connections;
    private final MemoryShortage shortage;
    private final ListenerTable listeners = new ListenerTable();
    private final SubflowTable subflows;
    private final Relays relays;
    private final ChallengeLimit challenges;
    private final JoinArrives joins;
    private final Ingress ingress;
    private Endpoints endpoints = Endpoints.NONE;

    // ---- construction

    /**
     * A stack without devices.
     *
     * @param settings its limits
     * @param entropy where secrets, keys and nonces come from: {@code SecureRandom} but in tests
     * @param allocator where streams and batches take their buffers from; direct buffers are quickest
     */
    public Stack(StackSettings settings, Entropy entropy, ByteBufAllocator allocator) {
        this(settings, entropy, allocator, new RandomKeys(entropy), null);
    }

    /**
     * A stack without devices, perhaps one of a group of servers.
     *
     * @param keys where the keys of connections come from; in a group their tokens name this server
     * @param group to which joins are relayed that are another server's; null for none
     */
    public Stack(
            StackSettings settings, Entropy entropy, ByteBufAllocator allocator, KeySource keys, ServerGroup group) {
        this.settings = settings;
        this.entropy = entropy;
        this.allocator = allocator;
        this.memory = new MemoryBudget(settings.memoryLimit());
        this.connections = new ConnectionTable(memory);
        this.shortage = new MemoryShortage(memory, counters, connections);
        this.tokens = new TokenTable(keys);
        this.destinations = new DestinationMemory(settings.maxDestinations(), settings.blackholePauseNanos(), counters);
        this.fastOpens = new FastOpenMemory(settings.maxFastOpenCookies(), settings.fastOpenPauseNanos(), counters);
        this.relays = new Relays(group, tokens, settings, counters, entropy);
        this.challenges = new ChallengeLimit(settings.challengeAcksPerSecond(), entropy);
        this.subflows = new SubflowTable(settings, counters, interfaces, connections, listeners, entropy);
        ResetReplies resets = new ResetReplies(counters, settings.resetsPerSecond());
        this.joins = new JoinArrives(this, subflows, resets, settings);
        CookieArrives cookies = new CookieArrives(this, subflows, listeners, entropy);
        SynArrives synArrives =
                new SynArrives(this, subflows, listeners, resets, joins, cookies, settings.synCookies());
        IcmpHandler icmp = new IcmpHandler(settings, counters, subflows, connections, relays);
        this.ingress =
                new Ingress(counters, interfaces, subflows, connections, relays, joins, cookies, synArrives, icmp);
    }

    // ---- inputs

    /**
     * Takes in packets that a device has received. The batch stays the caller's, who clears it; a buffer of which octets are
     * kept is retained.
     *
     * @param deviceIndex what {@link #addDevice} returned
     */
    public void input(int deviceIndex, PacketBatch batch, long nowNanos) {
        assert deviceIndex < interfaces.count() : deviceIndex;
        input(batch, false, nowNanos);
    }

    /** Takes in packets that other servers of the group have relayed, as {@link #input} does those of a device. */
    public void inputRelayed(PacketBatch batch, long nowNanos) {
        input(batch, true, nowNanos);
    }

    private void input(PacketBatch batch, boolean relayed, long nowNanos) {
        beginStep(nowNanos);
        ingress.onBatch(batch, relayed, nowNanos);
        connections.onInputDone(nowNanos);
        // Echo replies borrow the octets of their requests, so they leave before the batch is used again.
        flush(nowNanos);
    }

    /** Does what is due by time. */
    public void advance(long nowNanos) {
        connections.advance(nowNanos);
        shortage.advance(nowNanos);
        relays.advance(nowNanos);
    }

    // ---- outputs

    /** Lets connections send, each its share, and hands the packets to the devices. */
    public void output(long nowNanos) {
        beginStep(nowNanos);
        connections.output(nowNanos, settings.packetsPerVisit(), settings.visitsPerTurn());
        flush(nowNanos);
    }

    /** Whether {@link #output} has something to do now. */
    public boolean hasOutput() {
        return connections.hasReady();
    }

    /** When {@link #advance} is to be called next; {@code Long.MAX_VALUE}: never. Devices' own arrivals are not in it. */
    public long nextDeadline() {
        return Math.min(connections.nextDeadline(), relays.nextDeadline());
    }

    // ---- commands: connections

    /**
     * Opens a connection.
     *
     * @param local the address to come from; null: chosen by the route
     * @param localPort the port to come from; 0: an ephemeral one
     * @return null when there is no route or address, the port is taken, a limit is reached, or memory is nearly used up
     */
    public MptcpConnection connect(
            ConnectionSettings connectionSettings,
            ConnectionObserver observer,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            long nowNanos) {
        if (shortage.refusesOpen()) {
            return null;
        }
        MptcpConnection connection = MptcpConnection.connect(
                this, connectionSettings, observer, local, localPort, remote, remotePort, nowNanos);
        if (connection != null) {
            ready(connection);
        }
        return connection;
    }

    /**
     * Takes connections at a port.
     *
     * @param local the address; null for any, also one that comes later
     * @param port 1 to 65535; 0 for a free one
     * @param backlog how many complete connections may wait to be accepted, above 0
     * @return null when the port is taken, or none is free
     */
    public Listener listen(
            IpAddress local, int port, int backlog, ConnectionSettings connectionSettings, ListenerObserver observer) {
        if (backlog < 1) {
            throw new IllegalArgumentException("a backlog is above 0: " + backlog);
        }
        int count = settings.highestEphemeralPort() - settings.lowestEphemeralPort() + 1;
        int first = Integer.remainderUnsigned(entropy.nextInt(), count);
        for (int tries = 0; tries < (port == 0 ? count : 1); tries++) {
            int candidate = port != 0 ? port : settings.lowestEphemeralPort() + (first + tries) % count;
            Listener listener = new Listener(this, local, candidate, backlog, settings, connectionSettings, observer);
            if (listeners.add(listener)) {
                return listener;
            }
        }
        return null;
    }

    /**
     * Aborts the connection that was at work when the last step threw, which only a defect makes it do; a connection that
     * does it once more is forgotten. Then the stack may go on.
     *
     * @return false when no connection was at work
     */
    public boolean abortAtWork(long nowNanos) {
        ConnectionEntry blamed = connections.takeAtWork();
        for (int i = 0; i < interfaces.count(); i++) {
            interfaces.get(i).egress().dropUnfinished();
        }
        flush();
        if (blamed == null || blamed.removed) {
            return false;
        }
        MptcpConnection connection = blamed.connection;
        if (!blamed.faulty) {
            blamed.faulty = true;
            connection.abort(nowNanos);
            connections.ready(blamed);
        } else {
            for (int i = 0; i < connection.subflowCount(); i++) {
                subflows.detach(connection.subflow(i));
            }
            connections.remove(connection);
        }
        return true;
    }

    // ---- commands: devices, addresses, routes

    /**
     * Adds a device, with its addresses and routes. The stack sends over it; its owner receives from it and closes it.
     *
     * @return its index for {@link #input}, counted from 0
     * @throws IllegalArgumentException when the stack has one of the addresses or address ids already
     */
    public int addDevice(PacketDevice device, InterfaceSettings interfaceSettings) {
        int index = interfaces.nextIndex();
        if (index >= MAXIMUM_DEVICES) {
            throw new IllegalArgumentException("a stack has at most " + MAXIMUM_DEVICES + " devices");
        }
        Egress egress =
                new Egress(device, counters, challenges, allocator, settings.batchCapacity(), settings.hopLimit());
        HostInterface added = new HostInterface(index, device, interfaceSettings.backup(), egress);
        interfaces.add(added);
        try {
            interfaceSettings.addresses().forEach(address -> interfaces.addAddress(added, address));
        } catch (IllegalArgumentException e) {
            interfaces.remove(added);
            throw e;
        }
        interfaceSettings.routes().forEach(added.routes()::add);
        return index;
    }

    /** As {@link #addDevice(PacketDevice, InterfaceSettings)}, while there are connections: they use its addresses at once. */
    public int addDevice(PacketDevice device, InterfaceSettings interfaceSettings, long nowNanos) {
        int index = addDevice(device, interfaceSettings);
        onAddressesChanged(nowNanos);
        return index;
    }

    /** Takes a device away, with its addresses and routes; connections give up the subflows that have them. */
    public void removeDevice(int deviceIndex, long nowNanos) {
        HostInterface gone = interfaces.get(deviceIndex);
        onDeviceDown(deviceIndex, nowNanos);
        interfaces.remove(gone);
        onAddressesChanged(nowNanos);
    }

    /** The index of the device with this name; -1 when there is none. */
    public int findDevice(String name) {
        return interfaces.find(name);
    }

    /**
     * Gives a device one more address; connections may use and announce it at once.
     *
     * @throws IllegalArgumentException when the stack has the address or its id already
     */
    public void addAddress(int deviceIndex, InterfaceAddress address, long nowNanos) {
        interfaces.addAddress(interfaces.get(deviceIndex), address);
        onAddressesChanged(nowNanos);
    }

    /** Takes an address away; connections give up the subflows that have it. Returns whether there was one. */
    public boolean removeAddress(IpAddress address, long nowNanos) {
        boolean removed = interfaces.removeAddress(address);
        if (removed) {
            onAddressDown(address, nowNanos);
            onAddressesChanged(nowNanos);
        }
        return removed;
    }

    /** Adds a route over a device; subflows that exist are not moved. */
    public void addRoute(int deviceIndex, Route route, long nowNanos) {
        interfaces.get(deviceIndex).routes().add(route);
        onAddressesChanged(nowNanos);
    }

    /** Removes a route; subflows that exist go on. Returns whether there was one. */
    public boolean removeRoute(int deviceIndex, Route route) {
        return interfaces.get(deviceIndex).routes().remove(route);
    }

    /** Says whether a device is there for the case only that others fail. */
    public void setBackup(int deviceIndex, boolean backup, long nowNanos) {
        interfaces.get(deviceIndex).setBackup(backup);
        onAddressesChanged(nowNanos);
    }

    /** Changes what path managers are to do that follow endpoints. */
    public void changeEndpoints(Endpoints changed, long nowNanos) {
        endpoints = Objects.requireNonNull(changed, "changed");
        for (MptcpConnection connection : connections.snapshot()) {
            connection.onEndpointsChanged(nowNanos);
        }
    }

    /**
     * Takes the address of the first subflow away from the connections that have it there, as {@code ip mptcp endpoint delete
     * id 0} does: REMOVE_ADDR with ID 0, and the subflow is closed.
     *
     * @return how many connections it was
     */
    public int removeInitialEndpoint(IpAddress address, long nowNanos) {
        int count = 0;
        for (MptcpConnection connection : connections.snapshot()) {
            PathRequests requests = connection.pathRequests(nowNanos);
            if (address.equals(requests.initialAddress()) && requests.withdraw(address, 0)) {
                count++;
                closeFirst(requests);
            }
        }
        return count;
    }

    private static void closeFirst(PathRequests requests) {
        for (int i = requests.subflowCount() - 1; i >= 0; i--) {
            if (requests.subflow(i).localId() == 0) {
                requests.close(requests.subflow(i));
            }
        }
    }

    /** A device is gone, or its link: its addresses are no longer used. The stack notices itself when sending fails. */
    public void onDeviceDown(int deviceIndex, long nowNanos) {
        HostInterface down = interfaces.get(deviceIndex);
        if (down.isUp()) {
            down.setUp(false);
            down.addresses().forEach(own -> onAddressDown(own.address(), nowNanos));
            onAddressesChanged(nowNanos);
        }
    }

    /** A device is back. */
    public void onDeviceUp(int deviceIndex, long nowNanos) {
        HostInterface back = interfaces.get(deviceIndex);
        if (!back.isUp()) {
            back.setUp(true);
            back.egress().onDeviceUp();
            onAddressesChanged(nowNanos);
        }
    }

    /**
     * Gives all buffers back: those of the batches, and the octets of connections that are still there. A connection whose
     * application has been told of its end stays for as long as a subflow has something to repeat. Nothing is sent any more:
     * connections and devices are the caller's to close before. What a connection received before its end stays the reader's.
     */
    public void release() {
        for (int i = 0; i < interfaces.count(); i++) {
            interfaces.get(i).egress().release();
        }
        for (MptcpConnection connection : connections()) {
            connection.sendStream().close();
            if (connection.state() != ConnectionState.CLOSED) {
                connection.receiveStream().close();
            }
        }
    }

    // ---- getters

    /** Whether an address is one of this stack's. */
    public boolean isLocal(IpAddress address) {
        return interfaces.find(address) != null;
    }

    /** Whether there is a route to an address, from {@code local} or, when it is null, from any address of ours. */
    public boolean isReachable(IpAddress local, IpAddress remote) {
        return subflows.isReachable(local, remote);
    }

    /** The connections that the stack knows now, half-open and closing ones included: a new list. */
    public List<MptcpConnection> connections() {
        return connections.snapshot();
    }

    /** How many connections the stack knows now. */
    public int connectionCount() {
        return connections.size();
    }

    /** How many SYNs with MP_JOIN were answered and wait for their third ACK. */
    public int halfOpenJoinCount() {
        return joins.halfOpen();
    }

    /** How many subflows the stack knows now. */
    public int subflowCount() {
        return subflows.size();
    }

    /** How many 4-tuples are relayed to other servers of the group now. */
    public int relayCount() {
        return relays.size();
    }

    // ---- the host of connections

    @Override
    public TcpConnection attach(
            Subflow subflow,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpSettings tcp,
            CongestionController.Factory congestion,
            long nowNanos) {
        return subflows.attach(subflow, local, localPort, remote, remotePort, tcp, congestion, nowNanos);
    }

    @Override
    public TcpConnection detached(Subflow subflow, JoinRequest request, TcpSettings tcp) {
        return subflows.detached(subflow, request, tcp);
    }

    @Override
    public void detach(Subflow subflow) {
        subflows.detach(subflow);
    }

    @Override
    public void ready(MptcpConnection connection) {
        ConnectionEntry entry = connections.find(connection);
        if (entry != null) {
            connections.ready(entry);
        }
    }

    @Override
    public void onConnectionClosed(MptcpConnection connection) {
        connections.remove(connection);
    }

    @Override
    public int localAddressCount() {
        return interfaces.usableCount();
    }

    @Override
    public LocalAddress localAddress(int index) {
        return interfaces.usable(index);
    }

    @Override
    public LocalAddress routeTo(IpAddress remote) {
        return subflows.routeTo(remote);
    }

    @Override
    public Endpoints endpoints() {
        return endpoints;
    }

    @Override
    public TokenTable tokens() {
        return tokens;
    }

    @Override
    public DestinationMemory destinations() {
        return destinations;
    }

    @Override
    public FastOpenMemory fastOpens() {
        return fastOpens;
    }

    @Override
    public Entropy entropy() {
        return entropy;
    }

    @Override
    public StackCounters counters() {
        return counters;
    }

    @Override
    public ConnectionEvents events() {
        return events;
    }

    @Override
    public ByteBufAllocator allocator() {
        return allocator;
    }

    @Override
    public MemoryBudget memory() {
        return memory;
    }

    // ---- for listeners

    void forget(Listener listener) {
        listeners.remove(listener);
    }

    void abortSoon(MptcpConnection connection) {
        connections.abortSoon(connection);
    }

    // ---- steps

    private void beginStep(long nowNanos) {
        for (int i = 0; i < interfaces.count(); i++) {
            interfaces.get(i).egress().beginStep(nowNanos);
        }
    }

    @Override
    public void flush() {
        for (int i = 0; i < interfaces.count(); i++) {
            interfaces.get(i).egress().flush();
        }
    }

    private void flush(long nowNanos) {
        for (int i = 0; i < interfaces.count(); i++) {
            Egress egress = interfaces.get(i).egress();
            egress.flush();
            if (egress.hasFailed()) {
                onDeviceDown(i, nowNanos);
            }
        }
    }

    private void onAddressDown(IpAddress address, long nowNanos) {
        for (MptcpConnection connection : connections.snapshot()) {
            connection.onAddressDown(address, nowNanos);
        }
    }

    private void onAddressesChanged(long nowNanos) {
        interfaces.onInterfaceChanged();
        for (MptcpConnection connection : connections.snapshot()) {
            connection.onLocalAddressesChanged(nowNanos);
            ready(connection);
        }
    }
}
