package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;

/** The listeners by port: chains in a table of fixed size. Asked for each SYN of no connection. */
final class ListenerTable {
    private static final int CHAINS = 256;

    private final Listener[] chains = new Listener[CHAINS];

    /** Adds a listener; returns false when another has the same port and the same address, or both have any address. */
    boolean add(Listener added) {
        for (Listener l = chains[added.port() & CHAINS - 1]; l != null; l = l.next) {
            if (l.port() == added.port() && isSameAddress(l.address(), added.address())) {
                return false;
            }
        }
        added.next = chains[added.port() & CHAINS - 1];
        chains[added.port() & CHAINS - 1] = added;
        return true;
    }

    /** Takes a listener out; a no-op when it is not there. */
    void remove(Listener removed) {
        int chain = removed.port() & CHAINS - 1;
        if (chains[chain] == removed) {
            chains[chain] = removed.next;
        } else {
            for (Listener l = chains[chain]; l != null; l = l.next) {
                if (l.next == removed) {
                    l.next = removed.next;
                }
            }
        }
        removed.next = null;
    }

    /** The listener on this address, else the one on any address of the port, else null. */
    Listener find(long addressHigh, long addressLow, int port) {
        Listener onAny = null;
        for (Listener l = chains[port & CHAINS - 1]; l != null; l = l.next) {
            if (l.port() == port) {
                if (l.address() == null) {
                    onAny = l;
                } else if (l.address().low() == addressLow && l.address().high() == addressHigh) {
                    return l;
                }
            }
        }
        return onAny;
    }

    private static boolean isSameAddress(IpAddress a, IpAddress b) {
        return a == null ? b == null : a.equals(b);
    }
}
