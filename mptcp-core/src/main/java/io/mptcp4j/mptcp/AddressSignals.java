package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import java.util.ArrayList;
import java.util.List;

/** The addresses that the peer tells (RFC 8684 3.4). What it knows of ours is in {@link LocalAddressIds}. */
final class AddressSignals {
    /** The most addresses of the peer that are remembered. */
    static final int MAXIMUM_REMOTE_ADDRESSES = 8;

    private final MptcpConnection connection;
    private final List<RemoteAddress> remoteAddresses = new ArrayList<>();
    private final OutgoingSignals outgoing;

    AddressSignals(MptcpConnection connection, OutgoingSignals outgoing) {
        this.connection = connection;
        this.outgoing = outgoing;
    }

    // ---- what arrives

    /**
     * The address of the first subflow, to which further ones may be opened unless the peer set flag C. It comes first, though
     * an ADD_ADDR may have been the sign that MPTCP works.
     */
    void addInitialRemote(RemoteAddress address) {
        remoteAddresses.add(0, address);
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
        if (!address.isHost() || isKnown(remote)) {
            return true;
        }
        if (!connection.version().provesAddresses() && isOtherUnder(view.addressId(), address)) {
            // RFC 6824 3.4.1: ignored; a host that replaces an address removes the old one first.
            return true;
        }
        forgetReplaced(view.addressId(), address);
        if (remoteAddresses.size() < MAXIMUM_REMOTE_ADDRESSES) {
            remoteAddresses.add(remote);
            connection.host().events().onAnnounced(connection, remote);
            connection.paths().onAddressAnnounced(remote);
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

    private boolean isOtherUnder(int addressId, IpAddress address) {
        for (int i = 0; i < remoteAddresses.size(); i++) {
            RemoteAddress known = remoteAddresses.get(i);
            if (known.id() == addressId && !known.address().equals(address)) {
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
            connection.paths().onAddressRemoved(view.addressId(i));
        }
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
}
