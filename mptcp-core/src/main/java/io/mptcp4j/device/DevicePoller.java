package io.mptcp4j.device;

import java.io.IOException;
import java.util.List;

/** How the thread of a stack sleeps until a device has input, somebody wakes it, or a deadline comes. */
public interface DevicePoller extends AutoCloseable {
    /**
     * Sleeps until input, {@link #wakeUp()} or the timeout; returns at once when a wake-up is pending. May return early
     * for no reason.
     *
     * @param timeoutNanos how long at most; {@code Long.MAX_VALUE} for no limit
     */
    void await(long timeoutNanos) throws IOException;

    /** Ends the current or the next {@link #await}. May be called from any thread. */
    void wakeUp();

    @Override
    void close();

    /** Makes pollers for devices of one kind. */
    interface Provider {
        /**
         * A poller for those of the devices that this provider knows; it ignores the others.
         *
         * @param devices all devices of the stack, {@linkplain PacketDevice#undecorated() undecorated}
         */
        DevicePoller open(List<PacketDevice> devices) throws IOException;
    }
}
