package io.mptcp4j.socket;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.wire.IpAddress;
import java.net.BindException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Which ports sockets of a stack have bound. A port that the stack chooses for a connection on its own is not here: it may
 * be the same as one of these as long as the peers differ.
 */
final class BoundPorts {
    private static final int TRIES = 100_000;

    private final int lowest;
    private final int count;
    private final Entropy entropy;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Set<BoundPort>> byPort = new HashMap<>();

    /** Ports to choose from: {@code lowest} to {@code highest}. */
    BoundPorts(int lowest, int highest, Entropy entropy) {
        this.lowest = lowest;
        this.count = highest - lowest + 1;
        this.entropy = entropy;
    }

    /**
     * Takes a port for a socket.
     *
     * @param address null for any
     * @param port 0 to have one chosen
     */
    BoundPort take(IpAddress address, int port) throws BindException {
        lock.lock();
        try {
            if (port != 0) {
                BoundPort wanted = new BoundPort(this, address, port);
                if (!add(wanted)) {
                    throw inUse();
                }
                return wanted;
            }
            for (int tries = 0; tries < TRIES; tries++) {
                BoundPort chosen =
                        new BoundPort(this, address, lowest + Integer.remainderUnsigned(entropy.nextInt(), count));
                if (add(chosen)) {
                    return chosen;
                }
            }
            throw inUse();
        } finally {
            lock.unlock();
        }
    }

    void release(BoundPort port) {
        lock.lock();
        try {
            Set<BoundPort> holders = byPort.get(port.port());
            if (holders != null && holders.remove(port) && holders.isEmpty()) {
                byPort.remove(port.port());
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean add(BoundPort port) {
        Set<BoundPort> holders = byPort.get(port.port());
        if (holders == null) {
            holders = new HashSet<>();
            byPort.put(port.port(), holders);
        }
        for (BoundPort holder : holders) {
            if (holder.collidesWith(port)) {
                return false;
            }
        }
        return holders.add(port);
    }

    private static BindException inUse() {
        return new BindException("Address already in use");
    }
}
