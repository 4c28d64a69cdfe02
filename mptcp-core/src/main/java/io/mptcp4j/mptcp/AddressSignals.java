package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The addresses that the two ends tell each other (RFC 8684 3.4): what the peer announced, and what it knows of ours. */
final class AddressSignals {
    /** The most addresses of the peer that are remembered. */
    static final int MAXIMUM_REMOTE_ADDRESSES = 8;

    private final MptcpConnection connection;
    private final List<RemoteAddress> remoteAddresses = new ArrayList<>();
    private final OutgoingSignals outgoing;

    /** Address ids of ours that the peer knows. */
    private final BitSet told = new BitSet();

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
        if (view.isEcho()) {
            connection.count(Counter.ECHO_ADD_RX);
            outgoing.onEcho(view.addressId());
            return true;
        }
        int port = view.hasPort() ? view.port() : 0;
        IpAddress address = view.address();
        long expected = connection.keys().remoteAddAddrHmac(view.addressId(), address, port);
        // RFC 8684 3.4.1: without a valid HMAC it is ignored.
        if (!view.hasHmac() || !MptcpCrypto.isSameHmac(expected, view.truncatedHmac())) {
            return false;
        }
        connection.count(Counter.ADD_ADDR_RX);
        if (port != 0) {
            connection.count(Counter.ADD_ADDR_PORT_RX);
        }
        // RFC 8684 3.4.1: echoed, so that the peer need not repeat it, even when it is of no use to us.
        outgoing.echo(view.addressId(), address, port);
        RemoteAddress remote = new RemoteAddress(
                address, port != 0 ? port : subflow.tcp().tuple().remotePort(), view.addressId());
        if (address.isMulticastOrBroadcast() || address.isUnspecified() || isKnown(remote)) {
            return true;
        }
        removeRemote(view.addressId());
        if (remoteAddresses.size() < MAXIMUM_REMOTE_ADDRESSES) {
            remoteAddresses.add(remote);
            connection.onRemoteAddressesChanged(nowNanos);
        } else {
            connection.count(Counter.ADD_ADDR_DROPPED);
        }
        return true;
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

    /** The peer takes addresses back (RFC 8684 3.4.2). */
    boolean onRemoveAddr(RemoveAddr view, long nowNanos) {
        connection.count(Counter.REMOVE_ADDR_RX);
        for (int i = 0; i < view.count(); i++) {
            removeRemote(view.addressId(i));
            connection.closeSubflowsTo(view.addressId(i), nowNanos);
        }
        connection.onRemoteAddressesChanged(nowNanos);
        return true;
    }

    private void removeRemote(int addressId) {
        for (int i = remoteAddresses.size() - 1; i >= 0; i--) {
            if (remoteAddresses.get(i).id() == addressId) {
                remoteAddresses.remove(i);
            }
        }
    }

    int remoteAddressCount() {
        return remoteAddresses.size();
    }

    RemoteAddress remoteAddress(int i) {
        return remoteAddresses.get(i);
    }

    // ---- what leaves

    /** Announces an address once, until it is withdrawn. */
    void announce(LocalAddress local) {
        if (!told.get(local.id())) {
            told.set(local.id());
            outgoing.announce(local);
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
