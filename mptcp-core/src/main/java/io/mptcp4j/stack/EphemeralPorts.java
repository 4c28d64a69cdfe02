package io.mptcp4j.stack;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.IpAddress;
import java.util.function.Predicate;

/**
 * Chooses local ports that an attacker off the path cannot foretell, and that come back late for one peer
 * (RFC 6056 3.3.4, the double-hash algorithm).
 */
final class EphemeralPorts {
    private static final int COUNTERS = 1024;

    private final int lowest;
    private final int count;
    private final SipHash offsetHash;
    private final SipHash counterHash;
    private final int[] counters = new int[COUNTERS];
    private final ListenerTable listeners;

    /** Ports from {@code lowest} to {@code highest}, both included, less those that somebody listens on. */
    EphemeralPorts(int lowest, int highest, Entropy entropy, ListenerTable listeners) {
        this.listeners = listeners;
        this.lowest = lowest;
        this.count = highest - lowest + 1;
        this.offsetHash = SipHash.draw(entropy);
        this.counterHash = SipHash.draw(entropy);
        for (int i = 0; i < COUNTERS; i++) {
            counters[i] = entropy.nextInt();
        }
    }

    /**
     * A port from which no flow leads to this peer, or one that may be had.
     *
     * @param isToBeHad which flows would give their port up
     * @return the port, or 0 when all are taken
     */
    <T> int choose(IpAddress local, IpAddress remote, int remotePort, FlowTable<T> flows, Predicate<T> isToBeHad) {
        // RFC 6056 3.3.4: offset = F(local, remote, remote port, key1), index = G(the same, key2), and each try takes
        // the next value of the counter that G chose.
        int offset = (int) offsetHash.of(local, 0, remote, remotePort);
        int counter = (int) counterHash.of(local, 0, remote, remotePort) & COUNTERS - 1;
        for (int tries = 0; tries < count; tries++) {
            int port = lowest + Integer.remainderUnsigned(offset + counters[counter]++, count);
            if (listeners.find(local.high(), local.low(), port) != null) {
                // RFC 6056 3.2: the port of a service is nobody's to choose.
                continue;
            }
            T flow = flows.find(local.high(), local.low(), port, remote.high(), remote.low(), remotePort);
            if (flow == null || isToBeHad.test(flow)) {
                return port;
            }
        }
        return 0;
    }
}
