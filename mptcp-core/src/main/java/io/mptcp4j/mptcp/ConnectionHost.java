package io.mptcp4j.mptcp;

import io.mptcp4j.congestion.CongestionController;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.mptcp.path.Endpoints;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.number.Entropy;
import io.mptcp4j.stream.MemoryBudget;
import io.mptcp4j.tcp.FastOpenMemory;
import io.mptcp4j.tcp.TcpConnection;
import io.mptcp4j.tcp.TcpSettings;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;

/** The port downward: what connections ask of the host that they live in. Implemented by the stack. */
public interface ConnectionHost {
    /**
     * Makes the TCP connection of a subflow and enters it in the flow table; the caller then opens it, or lets it accept a
     * SYN.
     *
     * @param local our address; null: chosen by the route to {@code remote}
     * @param localPort our port; 0: an ephemeral one
     * @return null when there is no route, no address, no free port, the 4-tuple is taken, or a limit is reached
     */
    TcpConnection attach(
            Subflow subflow,
            IpAddress local,
            int localPort,
            IpAddress remote,
            int remotePort,
            TcpSettings settings,
            CongestionController.Factory congestion,
            long nowNanos);

    /** Makes the TCP connection that answers a join, and will not be remembered. */
    TcpConnection detached(Subflow subflow, JoinRequest request, TcpSettings settings);

    /** The subflow's TCP connection is closed and its 4-tuple free: forgets it. */
    void detach(Subflow subflow);

    /** The connection has output, or its deadline changed: it is visited in the next output step. Cheap, idempotent. */
    void ready(MptcpConnection connection);

    /** Hands all packets to the devices at once: the octets of a stream are about to be given back. */
    void flush();

    /** All subflows of a closed connection are gone: forgets it. */
    void onConnectionClosed(MptcpConnection connection);

    /** How many addresses of this host are usable now. */
    int localAddressCount();

    /** Usable address {@code index} of this host. */
    LocalAddress localAddress(int index);

    /** The address of this host from which the route leads to an address; null when there is none. */
    LocalAddress routeTo(IpAddress remote);

    /** What the operator wants path managers to do, for those that ask. */
    Endpoints endpoints();

    /** The tokens of all connections of this host. */
    TokenTable tokens();

    /** What this host has learnt about the destinations of its connections. */
    DestinationMemory destinations();

    /** The Fast Open cookies that this host was given. */
    FastOpenMemory fastOpens();

    /** Where keys and nonces come from. */
    Entropy entropy();

    /** Who is told what happens to connections. */
    ConnectionEvents events();

    /** The counters of this host. */
    StackCounters counters();

    /** Where streams take their buffers from. */
    ByteBufAllocator allocator();

    /** The memory that all streams of this host share. */
    MemoryBudget memory();
}
