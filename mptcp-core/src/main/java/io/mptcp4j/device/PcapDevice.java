package io.mptcp4j.device;

import java.io.IOException;

/** A device whose packets are recorded in a {@link PacketCapture}; super-segments are recorded as they cross. */
final class PcapDevice extends ForwardingDevice {
    private final PacketCapture capture;
    private final int interfaceId;

    PcapDevice(PacketDevice device, PacketCapture capture, int interfaceId) {
        super(device);
        this.capture = capture;
        this.interfaceId = interfaceId;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        int before = batch.count();
        int received = super.receive(batch, nowNanos);
        for (int i = before; i < batch.count(); i++) {
            capture.write(interfaceId, true, batch.get(i), nowNanos);
        }
        return received;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        int taken = super.transmit(batch, nowNanos);
        for (int i = 0; i < taken; i++) {
            capture.write(interfaceId, false, batch.get(i), nowNanos);
        }
        return taken;
    }
}
