package io.mptcp4j.testing;

import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.device.VirtualLink;
import java.util.List;

/** A link between two hosts and what stands on it. */
public final class SimulatedPath implements AutoCloseable {
    private final VirtualLink link;
    private final MiddleboxDevice chain;

    SimulatedPath(VirtualLink link, List<Middlebox> boxes) {
        this.link = link;
        this.chain = boxes.isEmpty() ? null : new MiddleboxDevice(link.endA(), boxes);
    }

    /** The device of the first host. */
    public PacketDevice deviceA() {
        return chain == null ? link.endA() : chain;
    }

    /** The device of the second host. */
    public PacketDevice deviceB() {
        return link.endB();
    }

    /** The link itself, to be cut and healed, and for its counters. */
    public VirtualLink link() {
        return link;
    }

    @Override
    public void close() {
        link.close();
        if (chain != null) {
            chain.release();
        }
    }
}
