package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.mptcp.path.RemoteAddress;
import io.mptcp4j.time.Deadlines;
import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.mptcp.AddAddr;
import io.mptcp4j.wire.mptcp.MptcpCrypto;
import io.mptcp4j.wire.mptcp.RemoveAddr;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that the two ends tell each other (RFC 8684 3.4): what the peer announced, what we announced, and the
 * signals that wait for a pure ACK to ride on.
 */
final class AddressSignals {
    /** The most addresses of the peer that are remembered. */
    static final int MAXIMUM_REMOTE_ADDRESSES = 8;

    /** The most signals that wait. */
    static final int MAXIMUM_WAITING = 16;

    private static final int MAXIMUM_ATTEMPTS = 4;
    private static final long ECHO_TIMEOUT_NANOS = 1_000_000_000L;

    private final MptcpConnection connection;
    private final List<RemoteAddress> remoteAddresses = new ArrayList<>();
    private final List<Signal> waiting = new ArrayList<>();
    private final List<Signal> unechoed = new ArrayList<>();
    private final List<LocalAddress> announced = new ArrayList<>();
    private Subflow carrier;

    AddressSignals(MptcpConnection connection) {
        this.connection = connection;
    }

    /** An ADD_ADDR, or the echo of one. */
    private static final class Signal {
        private final int addressId;
        private final IpAddress address;
        private final int port;
        private final boolean echo;
        private int attempts;
        private long deadline = Deadlines.NEVER;

        Signal(int addressId, IpAddress address, int port, boolean echo) {
            this.addressId = addressId;
            this.address = address;
            this.port = port;
            this.echo = echo;
        }

        int length() {
            boolean ipv4 = address.isIpv4();
            int length = echo ? AddAddr.echoLength(ipv4, port != 0) : AddAddr.length(ipv4, port != 0);
            return OptionBudget.padded(length);
        }
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
            onEcho(view.addressId());
            return true;
        }
        int port = view.hasPort() ? view.port() : 0;
        IpAddress address = view.address();
        long expected = connection.keys().remoteAddAddrHmac(view.addressId(), address, port);
        // RFC 8684 3.4.1: without a valid HMAC it is ignored.
        if (!view.hasHmac() || !MptcpCrypto.isSameHmac(expected, view.truncatedHmac())) {
            return false;
        }
        // RFC 8684 3.4.1: echoed, so that the peer need not repeat it, even when it is of no use to us.
        queue(new Signal(view.addressId(), address, port, true));
        RemoteAddress remote = new RemoteAddress(
                address, port != 0 ? port : subflow.tcp().tuple().remotePort(), view.addressId());
        if (address.isMulticastOrBroadcast() || address.isUnspecified() || isKnown(remote)) {
            return true;
        }
        removeRemote(view.addressId());
        if (remoteAddresses.size() < MAXIMUM_REMOTE_ADDRESSES) {
            remoteAddresses.add(remote);
            connection.onRemoteAddressesChanged(nowNanos);
        }
        return true;
    }

    private void onEcho(int addressId) {
        for (int i = unechoed.size() - 1; i >= 0; i--) {
            if (unechoed.get(i).addressId == addressId) {
                unechoed.remove(i);
            }
        }
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

    /** Announces an address once. */
    void announce(LocalAddress local) {
        if (announced.contains(local)) {
            return;
        }
        announced.add(local);
        queue(new Signal(local.id(), local.address(), 0, false));
    }

    private void queue(Signal signal) {
        for (int i = 0; i < waiting.size(); i++) {
            Signal other = waiting.get(i);
            if (other.echo == signal.echo
                    && other.addressId == signal.addressId
                    && other.address.equals(signal.address)) {
                return;
            }
        }
        if (waiting.size() < MAXIMUM_WAITING) {
            waiting.add(signal);
            connection.markReady();
        }
    }

    /** How many signals wait for a pure ACK. */
    int waitingCount() {
        return waiting.size();
    }

    /** The next pure ACK of this subflow carries the first signal that waits. */
    void rideOn(Subflow subflow) {
        carrier = subflow;
    }

    /** Octets of the signal that the next pure ACK of this subflow carries; 0 for none. */
    int nextLength(Subflow subflow) {
        return subflow != carrier || waiting.isEmpty() ? 0 : waiting.get(0).length();
    }

    /** Nothing is told any more. */
    void clear() {
        waiting.clear();
        unechoed.clear();
        carrier = null;
    }

    /** Gives up the first signal that waits. */
    void dropNext() {
        waiting.remove(0);
        carrier = null;
    }

    /** Writes the signal just announced; returns its octets with padding. */
    int write(Subflow subflow, ByteBuf into, int index) {
        Signal signal = waiting.remove(0);
        carrier = null;
        int written;
        if (signal.echo) {
            written = AddAddr.writeEcho(into, index, signal.addressId, signal.address, signal.port);
        } else {
            long hmac = connection.keys().localAddAddrHmac(signal.addressId, signal.address, signal.port);
            written = AddAddr.write(into, index, signal.addressId, signal.address, signal.port, hmac);
            signal.attempts++;
            signal.deadline = connection.nowNanos() + ECHO_TIMEOUT_NANOS;
            if (!unechoed.contains(signal)) {
                unechoed.add(signal);
            }
        }
        int length = OptionBudget.padded(written);
        OptionBudget.pad(into, index + written, length - written);
        return length;
    }

    /** When {@link #advance} wants to be called. */
    long nextDeadline() {
        long next = Deadlines.NEVER;
        for (int i = 0; i < unechoed.size(); i++) {
            next = Deadlines.earliest(next, unechoed.get(i).deadline);
        }
        return next;
    }

    /** Repeats announcements without an echo, three times at most. */
    void advance(long nowNanos) {
        for (int i = unechoed.size() - 1; i >= 0; i--) {
            Signal signal = unechoed.get(i);
            if (signal.deadline > nowNanos) {
                continue;
            }
            signal.deadline = Deadlines.NEVER;
            if (signal.attempts >= MAXIMUM_ATTEMPTS) {
                unechoed.remove(i);
            } else {
                queue(signal);
            }
        }
    }
}
