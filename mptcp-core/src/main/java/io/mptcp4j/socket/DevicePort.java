package io.mptcp4j.socket;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.stack.Stack;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device as the loop sees it: received from until it fails. */
final class DevicePort {
    private static final Logger LOG = LoggerFactory.getLogger(DevicePort.class);

    private final PacketDevice device;
    private final int index;
    private boolean failed;
    private boolean closed;

    DevicePort(PacketDevice device, int index) {
        this.device = device;
        this.index = index;
    }

    /** Hands a batch of what has arrived to the stack; returns how many packets there were. */
    int receive(Stack stack, PacketBatch batch, long nowNanos) {
        if (failed || closed) {
            return 0;
        }
        batch.clear();
        int count;
        try {
            count = device.receive(batch, nowNanos);
        } catch (IOException | RuntimeException e) {
            fail(stack, e, nowNanos);
            return 0;
        }
        if (count > 0) {
            stack.input(index, batch, nowNanos);
        }
        return count;
    }

    /** When a packet that the device already knows of arrives. */
    long nextArrival() {
        return failed || closed ? Long.MAX_VALUE : device.nextArrival();
    }

    PacketDevice device() {
        return device;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            device.close();
        } catch (RuntimeException e) {
            LOG.warn("device {} did not close cleanly", device.name(), e);
        }
    }

    private void fail(Stack stack, Exception cause, long nowNanos) {
        failed = true;
        LOG.warn("device {} has failed; its addresses are down from now on", device.name(), cause);
        stack.onDeviceDown(index, nowNanos);
    }
}
