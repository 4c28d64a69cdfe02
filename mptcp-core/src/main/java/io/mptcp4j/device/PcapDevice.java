package io.mptcp4j.device;

import java.io.IOException;

/** A device whose packets are recorded in a {@link PacketCapture}; super-segments are recorded as they cross. */
final class PcapDevice implements PacketDevice {
    private final PacketDevice device;
    private final PacketCapture capture;
    private final int interfaceId;

    PcapDevice(PacketDevice device, PacketCapture capture, int interfaceId) {
        this.device = device;
        this.capture = capture;
        this.interfaceId = interfaceId;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        int before = batch.count();
        int received = device.receive(batch, nowNanos);
        for (int i = before; i < batch.count(); i++) {
            capture.write(interfaceId, true, batch.get(i), nowNanos);
        }
        return received;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        int taken = device.transmit(batch, nowNanos);
        for (int i = 0; i < taken; i++) {
            capture.write(interfaceId, false, batch.get(i), nowNanos);
        }
        return taken;
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
