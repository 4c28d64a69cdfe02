package io.mptcp4j.stack;

import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** A device with the addresses and routes that the stack has on it, and its way out. */
final class HostInterface {
    private final int index;
    private final PacketDevice device;
    private final Egress egress;
    private final RouteTable routes = new RouteTable();
    private final List<OwnAddress> addresses = new ArrayList<>();
    private boolean backup;
    private boolean up = true;
    private boolean removed;

    HostInterface(int index, PacketDevice device, boolean backup, Egress egress) {
        this.index = index;
        this.device = device;
        this.backup = backup;
        this.egress = egress;
    }

    /** The best route to a destination over this interface, the prefixes of its addresses included; null for none. */
    Route routeTo(IpAddress destination) {
        Route best = routes.find(destination);
        for (OwnAddress own : addresses) {
            if (own.prefix().contains(destination)) {
                Route direct = new Route(own.prefix(), 0);
                best = RouteTable.isBetter(direct, best) ? direct : best;
            }
        }
        return best;
    }

    /** The device was taken away; its place in the table may be taken by another. */
    void remove() {
        removed = true;
    }

    boolean isRemoved() {
        return removed;
    }

    void setUp(boolean isUp) {
        up = isUp;
    }

    void setBackup(boolean isBackup) {
        backup = isBackup;
    }

    int index() {
        return index;
    }

    String name() {
        return device.name();
    }

    PacketDevice device() {
        return device;
    }

    Egress egress() {
        return egress;
    }

    RouteTable routes() {
        return routes;
    }

    /** The addresses in the order in which they were added; changed by {@link InterfaceTable} alone. */
    List<OwnAddress> addresses() {
        return addresses;
    }

    boolean isUp() {
        return up;
    }

    boolean isBackup() {
        return backup;
    }
}
