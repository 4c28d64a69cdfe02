package io.mptcp4j.stack;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.congestion.NewReno;
import io.mptcp4j.metric.DropReason;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.JoinRequest;
import io.mptcp4j.mptcp.Subflow;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.number.SequenceNumber;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;

/** Gives subflows their addresses, ports and sequence numbers, and finds them by 4-tuple. */
final class SubflowTable {
    private final StackSettings settings;
    private final StackCounters counters;
    private final InterfaceTable interfaces;
    private final ConnectionTable connections;
    private final SourceSelection sources;
    private final FlowTable<Flow> flows;
    private final EphemeralPorts ports;
    private final InitialSequence sequence;
    private FourTuple passive;
    private boolean hasPassiveIss;
    private int passiveIss;
    private long passiveCookie;
    private boolean takesOctets;
    private FourTuple predecessor;
    private int leastIss;

    SubflowTable(
            StackSettings settings,
            StackCounters counters,
            InterfaceTable interfaces,
            ConnectionTable connections,
            ListenerTable listeners,
            Entropy entropy) {
        this.settings = settings;
        this.counters = counters;
        this.interfaces = interfaces;
        this.connections = connections;
        this.sources = new SourceSelection(interfaces);
        this.flows = new FlowTable<>(entropy);
        this.ports =
                new EphemeralPorts(settings.lowestEphemeralPort(), settings.highestEphemeralPort(), entropy, listeners);
        this.sequence = new InitialSequence(entropy);
    }

    /** Notes the 4-tuple of a SYN that may be attached without a route, since its answer goes back the way it came. */
    void beginPassive(FourTuple tuple) {
        passive = tuple;
        hasPassiveIss = false;
        passiveCookie = 0;
        takesOctets = false;
    }

    /** What the SYN is answered with if Fast Open is to be used (RFC 7413). */
    void offerFastOpen(long cookie, boolean takeOctets) {
        passiveCookie = cookie;
        takesOctets = takeOctets;
    }

    /** Notes the 4-tuple of a SYN that has been answered with this initial sequence number. */
    void beginPassive(FourTuple tuple, int iss) {
        passive = tuple;
        hasPassiveIss = true;
        passiveIss = iss;
    }

    /** The SYN of {@link #beginPassive} has been dealt with. */
    void endPassive() {
        passive = null;
    }

    /** Makes a subflow's TCP connection and enters it; null when that is not possible, which is counted. */
    TcpConnection attach(
            Subflow subflow,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpSettings tcp,
            CongestionController.Factory congestion,
            long nowNanos) {
        boolean isPassive = isPassive(local, localPort, remote, remotePort);
        OwnAddress own = isPassive ? interfaces.find(local) : source(local, remote);
        if (own == null) {
            return refuse(isPassive, DropReason.NO_ROUTE);
        }
        ConnectionEntry entry = connections.find(subflow.connection());
        int port = localPort != 0 ? localPort : choosePort(own.address(), remote, remotePort, nowNanos);
        if (port == 0
                || flows.size() >= settings.maxSubflows()
                || entry == null && connections.size() >= settings.maxConnections()) {
            return refuse(isPassive, DropReason.LIMIT_REACHED);
        }
        FourTuple tuple = isPassive ? passive : new FourTuple(own.address(), port, remote, remotePort);
        Flow taken = flows.find(tuple);
        if (taken != null && (isPassive || !mayBeSucceeded(taken, nowNanos))) {
            return null;
        }
        if (taken != null) {
            succeed(taken, nowNanos);
            if (entry != null && entry.removed) {
                return null;
            }
        }
        flows.add(tuple, new Flow(subflow, entry != null ? entry : connections.add(subflow.connection())));
        TcpConnection made = new TcpConnection(
                tuple,
                tcp,
                subflow,
                own.owner().egress(),
                congestion,
                counters,
                isPassive && hasPassiveIss ? passiveIss : initialSequence(tuple, nowNanos),
                sequence.timestampOffset(tuple));
        if (isPassive && !hasPassiveIss) {
            made.fastOpen().offer(passiveCookie, takesOctets);
        }
        return made;
    }

    private int choosePort(IpAddress local, IpAddress remote, int remotePort, long nowNanos) {
        int free = ports.choose(local, remote, remotePort, flows, flow -> false);
        return free != 0
                ? free
                : ports.choose(local, remote, remotePort, flows, flow -> mayBeSucceeded(flow, nowNanos));
    }

    private static boolean mayBeSucceeded(Flow flow, long nowNanos) {
        TcpConnection tcp = flow.subflow().tcp();
        return tcp.isTimeWait() && tcp.timeWait().mayBeSucceeded(nowNanos);
    }

    /** A connection in TIME-WAIT ends before its time, for another one of its 4-tuple. */
    void succeed(Flow flow, long nowNanos) {
        TcpConnection old = flow.subflow().tcp();
        predecessor = old.tuple();
        leastIss = old.timeWait().leastSequenceNumber();
        old.abandon(nowNanos);
    }

    private int initialSequence(FourTuple tuple, long nowNanos) {
        int iss = sequence.sequenceNumber(tuple, nowNanos);
        return tuple.equals(predecessor) ? SequenceNumber.max(iss, leastIss) : iss;
    }

    /** What is added to the timestamp clock of a connection of this 4-tuple. */
    int timestampOffset(FourTuple tuple) {
        return sequence.timestampOffset(tuple);
    }

    /** A join to be answered. */
    JoinRequest request(FourTuple tuple, int token, int nonce, long nowNanos) {
        return new JoinRequest(tuple, token, nonce, initialSequence(tuple, nowNanos), nowNanos);
    }

    /** The TCP connection that answers a join, and is in no table. */
    TcpConnection detached(Subflow subflow, JoinRequest request, TcpSettings tcp) {
        FourTuple tuple = request.tuple();
        return new TcpConnection(
                tuple,
                tcp,
                subflow,
                interfaces.find(tuple.localAddress()).owner().egress(),
                NewReno::new,
                counters,
                request.iss(),
                sequence.timestampOffset(tuple));
    }

    /** A SYN that is refused is counted by whoever took it in. */
    private TcpConnection refuse(boolean isPassive, DropReason reason) {
        if (!isPassive) {
            counters.drop(reason);
        }
        return null;
    }

    private boolean isPassive(IpAddress local, int localPort, IpAddress remote, int remotePort) {
        return passive != null
                && passive.localPort() == localPort
                && passive.remotePort() == remotePort
                && passive.remoteAddress().equals(remote)
                && passive.localAddress().equals(local);
    }

    /** Whether there is a route to an address, from {@code local} or, when it is null, from any address of ours. */
    boolean isReachable(IpAddress local, IpAddress remote) {
        return source(local, remote) != null;
    }

    /** The address from which the route leads to {@code remote}; null when there is none. */
    LocalAddress routeTo(IpAddress remote) {
        OwnAddress own = sources.select(remote);
        return own == null
                ? null
                : new LocalAddress(
                        own.address(), own.id(), own.owner().name(), own.owner().isBackup());
    }

    private OwnAddress source(IpAddress local, IpAddress remote) {
        return local == null ? sources.select(remote) : sources.select(local, remote);
    }

    /** Forgets a subflow whose 4-tuple is free. */
    void detach(Subflow subflow) {
        FourTuple tuple = subflow.tcp().tuple();
        Flow flow = flows.find(tuple);
        if (flow != null && flow.subflow() == subflow) {
            flows.remove(tuple);
        }
    }

    /** What the 4-tuple of a segment leads to, or null. */
    Flow find(long localHigh, long localLow, int localPort, long remoteHigh, long remoteLow, int remotePort) {
        return flows.find(localHigh, localLow, localPort, remoteHigh, remoteLow, remotePort);
    }

    /** The subflow of a 4-tuple, or null. */
    Flow find(FourTuple tuple) {
        return flows.find(tuple);
    }

    /** How many subflows there are. */
    int size() {
        return flows.size();
    }
}
