package io.mptcp4j.stack;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A device whose packets a test reads, each as one array; it may take a part only, or be gone. */
final class MemoryDevice implements PacketDevice {
    final List<byte[]> sent = new ArrayList<>();
    final List<Integer> segmentSizes = new ArrayList<>();
    final List<Integer> checksumStarts = new ArrayList<>();
    int room = Integer.MAX_VALUE;
    boolean gone;

    private final String name;
    private final int mtu;
    private final DeviceCapabilities capabilities;

    MemoryDevice(String name) {
        this(name, 1500, DeviceCapabilities.NONE);
    }

    MemoryDevice(String name, int mtu, DeviceCapabilities capabilities) {
        this.name = name;
        this.mtu = mtu;
        this.capabilities = capabilities;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public DeviceCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) {
        return 0;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) throws IOException {
        if (gone) {
            throw new IOException("gone");
        }
        int taken = Math.min(batch.count(), room);
        for (int i = 0; i < taken; i++) {
            PacketBuffer packet = batch.get(i);
            sent.add(octets(packet));
            segmentSizes.add(packet.segmentSize());
            checksumStarts.add(packet.checksumStart());
        }
        return taken;
    }

    private static byte[] octets(PacketBuffer packet) {
        byte[] octets = new byte[packet.totalLength()];
        packet.buffer().getBytes(packet.index(), octets, 0, packet.length());
        int at = packet.length();
        for (int i = 0; i < packet.spanCount(); i++) {
            packet.span(i).getBytes(packet.spanIndex(i), octets, at, packet.spanLength(i));
            at += packet.spanLength(i);
        }
        return octets;
    }

    @Override
    public void close() {
        gone = true;
    }
}
