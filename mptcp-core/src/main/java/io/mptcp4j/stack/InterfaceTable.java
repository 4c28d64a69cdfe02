package io.mptcp4j.stack;

import io.mptcp4j.mptcp.path.LocalAddress;
import io.mptcp4j.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;

/** The interfaces of the stack and all their addresses. Whether an address is ours is asked for each packet. */
final class InterfaceTable {
    /** RFC 3021 2.1: a prefix of 31 bits has no broadcast address. */
    private static final int SHORTEST_WITHOUT_BROADCAST = 31;

    private final List<HostInterface> interfaces = new ArrayList<>();
    private OwnAddress[] addresses = new OwnAddress[0];
    private long[] high = new long[0];
    private long[] low = new long[0];
    private int[] broadcasts = new int[0];
    private LocalAddress[] usable = new LocalAddress[0];

    /** The index of the next interface: that of one that was removed, if there is one. */
    int nextIndex() {
        for (int i = 0; i < interfaces.size(); i++) {
            if (interfaces.get(i).isRemoved()) {
                return i;
            }
        }
        return interfaces.size();
    }

    /** Adds an interface, at its index. */
    void add(HostInterface added) {
        if (added.index() < interfaces.size()) {
            interfaces.get(added.index()).egress().release();
            interfaces.set(added.index(), added);
        } else {
            interfaces.add(added);
        }
    }

    /** Forgets an interface and all that it has; its index is free. */
    void remove(HostInterface gone) {
        gone.setUp(false);
        gone.addresses().clear();
        gone.remove();
        rebuild();
    }

    /** The index of the interface whose device has this name, or -1. */
    int find(String deviceName) {
        for (int i = 0; i < interfaces.size(); i++) {
            if (!interfaces.get(i).isRemoved() && interfaces.get(i).name().equals(deviceName)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Gives an interface an address.
     *
     * @throws IllegalArgumentException when the stack has the address or its id already, or no id is free
     */
    OwnAddress addAddress(HostInterface owner, InterfaceAddress address) {
        if (find(address.address()) != null) {
            throw new IllegalArgumentException("the stack has this address already: " + address.address());
        }
        int id = address.id() == 0 ? freeId() : address.id();
        if (isIdTaken(id)) {
            throw new IllegalArgumentException("the stack has an address of this id already: " + id);
        }
        OwnAddress own = new OwnAddress(address.prefix(), id, owner);
        owner.addresses().add(own);
        rebuild();
        return own;
    }

    /** Takes an address away; returns whether there was one. */
    boolean removeAddress(IpAddress address) {
        OwnAddress own = find(address);
        if (own == null) {
            return false;
        }
        own.owner().addresses().remove(own);
        rebuild();
        return true;
    }

    /** Notes that an interface came up, went down, or changed its backup flag. */
    void onInterfaceChanged() {
        rebuild();
    }

    /** The entry of an address of ours, or null. */
    OwnAddress find(IpAddress address) {
        return find(address.high(), address.low());
    }

    /** The entry of the address with these bits if it is ours, else null. */
    OwnAddress find(long addressHigh, long addressLow) {
        for (int i = 0; i < low.length; i++) {
            if (low[i] == addressLow && high[i] == addressHigh) {
                return addresses[i];
            }
        }
        return null;
    }

    /** Whether an IPv4 address is the directed broadcast address of a prefix of ours (RFC 919 7). */
    boolean isDirectedBroadcast(int ipv4Bits) {
        for (int broadcast : broadcasts) {
            if (broadcast == ipv4Bits) {
                return true;
            }
        }
        return false;
    }

    /** How many interfaces there are. */
    int count() {
        return interfaces.size();
    }

    /** The interface with this index. */
    HostInterface get(int index) {
        return interfaces.get(index);
    }

    /** How many addresses lie on interfaces that are up. */
    int usableCount() {
        return usable.length;
    }

    /** One of the addresses on interfaces that are up. */
    LocalAddress usable(int i) {
        return usable[i];
    }

    private void rebuild() {
        List<OwnAddress> all = new ArrayList<>();
        List<LocalAddress> up = new ArrayList<>();
        for (HostInterface owner : interfaces) {
            for (OwnAddress own : owner.addresses()) {
                all.add(own);
                if (owner.isUp()) {
                    up.add(new LocalAddress(own.address(), own.id(), owner.name(), owner.isBackup()));
                }
            }
        }
        addresses = all.toArray(OwnAddress[]::new);
        usable = up.toArray(LocalAddress[]::new);
        high = new long[addresses.length];
        low = new long[addresses.length];
        for (int i = 0; i < addresses.length; i++) {
            high[i] = addresses[i].address().high();
            low[i] = addresses[i].address().low();
        }
        broadcasts = all.stream()
                .filter(own -> own.address().isIpv4() && own.prefix().length() < SHORTEST_WITHOUT_BROADCAST)
                .mapToInt(own -> own.address().ipv4Bits() | -1 >>> own.prefix().length())
                .toArray();
    }

    private int freeId() {
        for (int id = 1; id <= InterfaceAddress.MAXIMUM_ID; id++) {
            if (!isIdTaken(id)) {
                return id;
            }
        }
        throw new IllegalArgumentException("all " + InterfaceAddress.MAXIMUM_ID + " address ids are taken");
    }

    private boolean isIdTaken(int id) {
        for (OwnAddress own : addresses) {
            if (own.id() == id) {
                return true;
            }
        }
        return false;
    }
}
