package io.mptcp4j.stack;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.mptcp.ServerName;

/**
 * The group of servers behind one address that a stack belongs to, as this stack sees it: its own name, and a way to hand
 * packets to the others. A balancer that knows nothing of MPTCP sends a join to any of the servers (RFC 8684 3.2); the one
 * that gets it reads in the token whose it is, and relays the packets of its 4-tuple there.
 *
 * <p><b>Threads.</b> All calls but {@link #close()} come from the one thread that drives the stack. A group never calls
 * into the stack; to wake it up it runs the doorbell of {@link #attach}.
 *
 * <p>Packets that come out of {@link #receive} are taken as if a device had received them, and are never relayed again. So
 * a group lets in nothing but what its members relay.
 */
public interface ServerGroup extends AutoCloseable {
    /** The name of this stack in the group; the same bits for all members. */
    ServerName name();

    /**
     * Hands a packet to another server.
     *
     * @param server its index
     * @param packet from the IP header on, without spans; borrowed. It may be a super-segment, and its transport checksum
     *     is not to be relied on when {@link PacketBuffer#isChecksumTrusted}
     * @return false when there is no such server, or it is known to be gone. A packet that may get lost on the way is true
     */
    boolean relay(int server, PacketBuffer packet, long nowNanos);

    /**
     * Takes packets that other servers have relayed to this one, at most as many as the batch has room for. Never blocks.
     *
     * @param batch where packets go; not cleared by the group
     * @return how many were added
     */
    int receive(PacketBatch batch, long nowNanos);

    /** Gives the group a doorbell, before the first {@link #receive}: it is run when packets have come, by any thread. */
    default void attach(Runnable doorbell) {}

    /** Leaves the group. May be called from any thread, more than once. */
    @Override
    void close();
}
