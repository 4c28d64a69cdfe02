package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The addresses that the two ends tell each other (RFC 8684 3.4): what the peer announced, and what it knows of ours. */
final class AddressSignals {
    /** The most addresses of the peer that are remembered. */
    static final int MAXIMUM_REMOTE_ADDRESSES = 8;

    /** The most pairs of an address and a port that are announced. */
    static final int MAXIMUM_ANNOUNCED_PORTS = 64;

    private static final int PORT_BITS = 16;

    private final MptcpConnection connection;
    private final List<RemoteAddress> remoteAddresses = new ArrayList<>();
    private final OutgoingSignals outgoing;

    /** Address ids of ours that the peer knows. */
    private final BitSet told = new BitSet();

    /** Announced with a port: the address id and the port. */
    private final Set<Integer> announcedPorts = new HashSet<>();

    AddressSignals(MptcpConnection connection, OutgoingSignals outgoing) {
        this.connection = connection;
        this.outgoing = outgoing;
    }

    // ---- what arrives

    /** The address of the first subflow, to which further ones may be opened unless the peer set flag C. */
    void addInitialRemote(RemoteAddress address) {
        remoteAddresses.add(address);
    }

    /**
     * The peer announced an address, or echoes one of ours.
     *
     * @return false when the announcement is not genuine
     */
    boolean onAddAddr(Subflow subflow, AddAddr view, long nowNanos) {
        if (view.isEcho() && connection.version().provesAddresses()) {
            connection.count(Counter.ECHO_ADD_RX);
            outgoing.onEcho(view.addressId(), view.port());
            return true;
        }
        int port = view.port();
        IpAddress address = view.address();
        if (!isGenuine(view, address)) {
            return false;
        }
        connection.count(Counter.ADD_ADDR_RX);
        if (port != 0) {
            connection.count(Counter.ADD_ADDR_PORT_RX);
        }
        if (connection.version().provesAddresses()) {
            // RFC 8684 3.4.1: echoed, so that the peer need not repeat it, even when it is of no use to us.
            outgoing.echo(view.addressId(), view.isIpv4(), address, port);
        }
        RemoteAddress remote = new RemoteAddress(
                address, port != 0 ? port : subflow.tcp().tuple().remotePort(), view.addressId());
        if (address.isMulticastOrBroadcast() || address.isUnspecified() || isKnown(remote)) {
            return true;
        }
        forgetReplaced(view.addressId(), address);
        if (remoteAddresses.size() < MAXIMUM_REMOTE_ADDRESSES) {
            remoteAddresses.add(remote);
            connection.host().events().onAnnounced(connection, remote);
            connection.onRemoteAddressesChanged(nowNanos);
        } else {
            connection.count(Counter.ADD_ADDR_DROPPED);
        }
        return true;
    }

    private boolean isGenuine(AddAddr view, IpAddress address) {
        if (!connection.version().provesAddresses()) {
            return view.isVersion0();
        }
        // RFC 8684 3.4.1: without a valid HMAC it is ignored.
        return view.hasHmac()
                && MptcpCrypto.isSameHmac(
                        connection.keys().remoteAddAddrHmac(view.addressId(), view.isIpv4(), address, view.port()),
                        view.truncatedHmac());
    }

    private boolean isKnown(RemoteAddress remote) {
        for (int i = 0; i < remoteAddresses.size(); i++) {
            RemoteAddress known = remoteAddresses.get(i);
            if (known.address().equals(remote.address()) && known.port() == remote.port()) {
                return true;
            }
        }
        return false;
    }

    /**
     * RFC 8684 3.4.1: the same ID may come with another port, which is one more way to reach its address. Another address
     * under a known ID replaces the old one; but that of the first subflow is known to work, whatever a NAT lets the peer say.
     */
    private void forgetReplaced(int addressId, IpAddress address) {
        remoteAddresses.removeIf(known ->
                known.id() == addressId && addressId != 0 && !known.address().equals(address));
    }

    /** The peer takes addresses back (RFC 8684 3.4.2). */
    boolean onRemoveAddr(RemoveAddr view, long nowNanos) {
        connection.count(Counter.REMOVE_ADDR_RX);
        for (int i = 0; i < view.count(); i++) {
            if (removeRemote(view.addressId(i))) {
                connection.host().events().onRemoved(connection, view.addressId(i));
            }
            connection.closeSubflowsTo(view.addressId(i), nowNanos);
        }
        connection.onRemoteAddressesChanged(nowNanos);
        return true;
    }

    private boolean removeRemote(int addressId) {
        boolean found = false;
        for (int i = remoteAddresses.size() - 1; i >= 0; i--) {
            if (remoteAddresses.get(i).id() == addressId) {
                remoteAddresses.remove(i);
                found = true;
            }
        }
        return found;
    }

    int remoteAddressCount() {
        return remoteAddresses.size();
    }

    RemoteAddress remoteAddress(int i) {
        return remoteAddresses.get(i);
    }

    // ---- what leaves

    /** Announces an address once, until it is withdrawn; and once more with each port. */
    void announce(int addressId, IpAddress address, int port) {
        boolean news = port == 0
                ? !told.get(addressId)
                : announcedPorts.size() < MAXIMUM_ANNOUNCED_PORTS && announcedPorts.add(addressId << PORT_BITS | port);
        if (news) {
            told.set(addressId);
            outgoing.announce(addressId, address, port);
        }
    }

    /** The peer gets to know an address by its id in MP_JOIN (RFC 8684 3.2); 0 is that of the first subflow. */
    void onTold(int addressId) {
        told.set(addressId);
    }

    /**
     * RFC 8684 3.4.2: takes back what the peer knows of, and this host has no longer.
     *
     * @param hasInitial whether this host has the address of the first subflow
     */
    void withdrawMissing(ConnectionHost host, boolean hasInitial) {
        for (int i = 0; i < host.localAddressCount(); i++) {
            outgoing.cancelWithdrawal(host.localAddress(i).id());
        }
        if (hasInitial) {
            outgoing.cancelWithdrawal(0);
        }
        for (int id = told.nextSetBit(0); id >= 0; id = told.nextSetBit(id + 1)) {
            if (id == 0 ? !hasInitial : !hasLocal(host, id)) {
                told.clear(id);
                int gone = id;
                announcedPorts.removeIf(announced -> announced >>> PORT_BITS == gone);
                outgoing.withdraw(id);
            }
        }
    }

    private static boolean hasLocal(ConnectionHost host, int addressId) {
        for (int i = 0; i < host.localAddressCount(); i++) {
            if (host.localAddress(i).id() == addressId) {
                return true;
            }
        }
        return false;
    }
}
