package io.mptcp4j.mptcp;

import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of ours that the peer knows, by announcements and by joins, and under which address IDs (RFC 8684 3.2,
 * 3.4.1). An ID means one address, and its ports, until it is taken back.
 */
final class LocalAddressIds {
    /** The most addresses and ports that the peer can know of. */
    static final int MAXIMUM_KNOWN = 64;

    private static final int NONE = -1;
    private static final int LARGEST_ID = 255;

    private final OutgoingSignals outgoing;
    private final List<Known> known = new ArrayList<>();
    /** What was taken back, and perhaps without a word so far. */
    private final List<Known> withdrawn = new ArrayList<>();

    private IpAddress initial;

    LocalAddressIds(OutgoingSignals outgoing) {
        this.outgoing = outgoing;
    }

    /** What the peer knows, by an announcement or otherwise; port 0: that of the first subflow. */
    private record Known(int id, IpAddress address, int port, boolean announced) {}

    /** RFC 8684 3.2: our address on the first subflow has address ID 0. */
    void onInitialAddress(IpAddress address) {
        initial = address;
        tell(0, address, 0, false);
    }

    /** How many addresses and ports are announced, and not taken back. */
    int announcedCount() {
        int count = 0;
        for (int i = 0; i < known.size(); i++) {
            count += known.get(i).announced() ? 1 : 0;
        }
        return count;
    }

    /** Our address on the first subflow. */
    IpAddress initial() {
        return initial;
    }

    /** The ID under which a join from, or to, an address of ours makes it known; -1 when none is free. */
    int idForJoin(LocalAddress local, int port) {
        Known announced = find(local.address(), port);
        Known plain = announced != null ? announced : find(local.address(), 0);
        if (plain != null) {
            return plain.id();
        }
        return local.address().equals(initial) ? 0 : choose(local);
    }

    /** The peer gets to know an address by its ID in MP_JOIN. */
    void onJoin(int id, IpAddress address) {
        if (find(address, 0) == null) {
            tell(id, address, 0, false);
        }
    }

    /**
     * Announces an address once, until it is withdrawn; and once more with each port.
     *
     * @return false when that is not possible now
     */
    boolean announce(LocalAddress local, int port) {
        if (find(local.address(), port) != null) {
            return true;
        }
        // Not 0 for another port of the first address, though RFC 8684 3.4.1 permits it: Linux knows 0 with
        // its port only.
        int id = port == 0 && local.address().equals(initial) ? 0 : choose(local);
        if (id == NONE || outgoing.isFull() || !tell(id, local.address(), port, true)) {
            return false;
        }
        outgoing.announce(id, local.address(), port);
        return true;
    }

    /** RFC 8684 3.4.2: takes an address back, with all ports of its ID; false when the peer does not know it. */
    boolean withdraw(IpAddress address, int port) {
        Known found = find(address, port);
        if (found == null) {
            return false;
        }
        known.removeIf(other -> other.id() == found.id());
        outgoing.withdraw(found.id());
        withdrawn.removeIf(other -> other.id() == found.id() || !outgoing.isWithdrawing(other.id()));
        withdrawn.add(found);
        return true;
    }

    /** RFC 8684 3.4.2: takes back what this host has no longer. */
    void withdrawMissing(ConnectionHost host) {
        for (int i = known.size() - 1; i >= 0; i--) {
            if (i < known.size() && !hasLocal(host, known.get(i).address())) {
                withdraw(known.get(i).address(), known.get(i).port());
            }
        }
    }

    private static boolean hasLocal(ConnectionHost host, IpAddress address) {
        for (int i = 0; i < host.localAddressCount(); i++) {
            if (host.localAddress(i).address().equals(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean tell(int id, IpAddress address, int port, boolean announced) {
        if (known.size() >= MAXIMUM_KNOWN) {
            return false;
        }
        known.add(new Known(id, address, port, announced));
        outgoing.cancelWithdrawal(id);
        return true;
    }

    private Known find(IpAddress address, int port) {
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).port() == port && known.get(i).address().equals(address)) {
                return known.get(i);
            }
        }
        return null;
    }

    /** The ID that the address wants, or another one when the peer knows a different address by it. */
    private int choose(LocalAddress local) {
        if (isFree(local.id(), local.address())) {
            return local.id();
        }
        for (int id = LARGEST_ID; id > 0; id--) {
            if (isFree(id, local.address())) {
                return id;
            }
        }
        return NONE;
    }

    private boolean isFree(int id, IpAddress address) {
        // RFC 8684 3.4.1: a host that gives an ID to another address MUST first remove the existing one. What waits to
        // be taken back would else end the subflows of the new address.
        boolean leaving = outgoing.isWithdrawing(id) && isOfOther(withdrawn, id, address);
        return !leaving && !isOfOther(known, id, address);
    }

    private static boolean isOfOther(List<Known> list, int id, IpAddress address) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).id() == id && !list.get(i).address().equals(address)) {
                return true;
            }
        }
        return false;
    }
}
