package io.mptcp4j.device;

import java.io.IOException;

/** What decorators of a device have in common: everything is the device's below, but for what they override. */
public abstract class ForwardingDevice implements PacketDevice {
    private final PacketDevice device;

    /**
     * A device before another one.
     *
     * @param device closed with this one
     */
    protected ForwardingDevice(PacketDevice device) {
        this.device = device;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        return device.receive(batch, nowNanos);
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        return device.transmit(batch, nowNanos);
    }

    @Override
    public void attach(Runnable doorbell) {
        device.attach(doorbell);
    }

    @Override
    public void close() {
        device.close();
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return device.mtu();
    }

    @Override
    public DeviceCapabilities capabilities() {
        return device.capabilities();
    }

    @Override
    public PacketDevice undecorated() {
        return device.undecorated();
    }

    @Override
    public DevicePoller.Provider pollerProvider() {
        return device.pollerProvider();
    }

    @Override
    public long nextArrival() {
        return device.nextArrival();
    }
}
