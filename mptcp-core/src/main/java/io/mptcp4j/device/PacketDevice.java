package io.mptcp4j.device;

import java.io.IOException;

/**
 * A source and sink of raw IP packets: a TUN device, a virtual link, or what a user implements.
 *
 * <p><b>Threads.</b> All calls but {@link #close()} come from the one thread that drives the stack. A device never calls
 * into the stack; to wake it up it runs the doorbell of {@link #attach}.
 */
public interface PacketDevice extends AutoCloseable {
    /** A name for people: {@code mptcp0}. */
    String name();

    /** The largest IP packet in octets that leaves unsegmented, at least 576 for IPv4 and 1280 for IPv6. */
    int mtu();

    /** What the device does for us; constant over its life. */
    DeviceCapabilities capabilities();

    /**
     * Takes the packets that have arrived, at most as many as the batch has room for. Never blocks.
     *
     * <p>For each packet the device claims a slot ({@link PacketBatch#next()}), writes the octets from the IP header on
     * into its buffer and sets index and length. The stack owns the slots afterwards.
     *
     * @param batch where packets go; not cleared by the device
     * @param nowNanos the time of this turn of the loop
     * @return how many packets were added
     * @throws IOException when the device is gone; the stack then treats its addresses as down
     */
    int receive(PacketBatch batch, long nowNanos) throws IOException;

    /**
     * Sends a batch. The device has read each octet (headers and borrowed spans) when the call returns.
     *
     * @param batch packets from the IP header on; not cleared by the device
     * @param nowNanos the time of this turn of the loop
     * @return how many packets were taken, from the front; the rest is lost, as on a full queue
     * @throws IOException when the device is gone
     */
    int transmit(PacketBatch batch, long nowNanos) throws IOException;

    /**
     * Gives the device a doorbell, before the first {@link #receive}. A device whose input does not show on a file
     * descriptor of its poller runs it, from any thread, when input has become available.
     */
    default void attach(Runnable doorbell) {}

    /**
     * The poller that can sleep on this device, or null when the doorbell and {@link #nextArrival()} are enough. A stack
     * has one poller; the first device that names a provider decides, and devices of the same provider share it.
     */
    default DevicePoller.Provider pollerProvider() {
        return null;
    }

    /** This device, or the innermost device that this one decorates: the one that a poller knows. */
    default PacketDevice undecorated() {
        return this;
    }

    /** The time at which a packet already known to the device will arrive; {@code Long.MAX_VALUE} for none. */
    default long nextArrival() {
        return Long.MAX_VALUE;
    }

    /** Closes the device. May be called from any thread, more than once. */
    @Override
    void close();
}
