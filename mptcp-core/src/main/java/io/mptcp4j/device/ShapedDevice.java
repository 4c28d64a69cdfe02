package io.mptcp4j.device;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;

/**
 * A device behind an emulated link: what is transmitted passes the link before the device gets it, and what the device receives
 * passes it before anybody sees it. So rate, delay, loss and a cut can be had in front of any device, a TUN device for one.
 *
 * <p>The device has no offload, so that a packet of the link is a packet of the wire.
 *
 * <p>All is done by the thread that drives the device, when it comes by; it comes by when something arrives at either end.
 */
public final class ShapedDevice implements PacketDevice {
    private static final int BATCH = 64;

    private final PacketDevice device;
    private final VirtualLink link;
    private final PacketBatch inward;
    private final PacketBatch outward;

    /**
     * The device behind a link that does the same in both directions; closing this closes the device.
     *
     * @param seed decides all chances of the link
     * @throws IllegalArgumentException when the device has offload
     */
    public ShapedDevice(PacketDevice device, LinkProfile bothWays, long seed) {
        if (!device.capabilities().equals(DeviceCapabilities.NONE)) {
            throw new IllegalArgumentException(device.name() + " has offload, and a link takes no super-segments");
        }
        this.device = device;
        this.link = new VirtualLink(device.name(), bothWays, seed);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
        this.inward = PacketBatch.forReceiving(BATCH, allocator);
        this.outward = PacketBatch.forReceiving(BATCH, allocator);
    }

    /** The link, to be cut and healed; end A is the stack's, end B the device's. */
    public VirtualLink link() {
        return link;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) throws IOException {
        pump(nowNanos);
        return link.endA().receive(batch, nowNanos);
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        int taken = link.endA().transmit(batch, nowNanos);
        pump(nowNanos);
        return taken;
    }

    /** From the device to the far end of the link, and from there to the device. */
    private void pump(long nowNanos) throws IOException {
        inward.clear();
        if (device.receive(inward, nowNanos) > 0) {
            link.endB().transmit(inward, nowNanos);
        }
        outward.clear();
        if (link.endB().receive(outward, nowNanos) > 0) {
            device.transmit(outward, nowNanos);
        }
    }

    @Override
    public long nextArrival() {
        return Math.min(link.endA().nextArrival(), link.endB().nextArrival());
    }

    @Override
    public String name() {
        return device.name();
    }

    @Override
    public int mtu() {
        return Math.min(device.mtu(), link.endA().mtu());
    }

    @Override
    public DeviceCapabilities capabilities() {
        return DeviceCapabilities.NONE;
    }

    @Override
    public void attach(Runnable doorbell) {
        device.attach(doorbell);
    }

    @Override
    public DevicePoller.Provider pollerProvider() {
        return device.pollerProvider();
    }

    @Override
    public PacketDevice undecorated() {
        return device.undecorated();
    }

    @Override
    public void close() {
        device.close();
        link.close();
    }
}
