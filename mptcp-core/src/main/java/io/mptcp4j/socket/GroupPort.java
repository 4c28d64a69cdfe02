package io.mptcp4j.socket;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.stack.ServerGroup;
import io.mptcp4j.stack.Stack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The group of servers as the loop sees it: what others relay comes in here. */
final class GroupPort {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPort.class);

    private final ServerGroup group;
    private final KeyPool keys;

    /** @param keys of the stack, closed with the group */
    GroupPort(ServerGroup group, KeyPool keys) {
        this.group = group;
        this.keys = keys;
    }

    void start(Runnable doorbell) {
        group.attach(doorbell);
        keys.start();
    }

    /** Hands a batch of what has been relayed to the stack; returns how many packets there were. */
    int receive(Stack stack, PacketBatch batch, long nowNanos) {
        batch.clear();
        int count = group.receive(batch, nowNanos);
        if (count > 0) {
            stack.inputRelayed(batch, nowNanos);
        }
        return count;
    }

    void close() {
        keys.close();
        try {
            group.close();
        } catch (RuntimeException e) {
            LOG.warn("the server group did not close cleanly", e);
        }
    }
}
