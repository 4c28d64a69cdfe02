package io.mptcp4j.testing;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import java.util.ArrayDeque;
import java.util.Queue;

/** A device whose other side is a script: what is sent is kept, what is to arrive is given. */
final class ScriptDevice implements PacketDevice {
    private static final int MTU = 1500;

    private final Queue<byte[]> sent = new ArrayDeque<>();
    private final Queue<byte[]> arriving = new ArrayDeque<>();

    /** Lets a packet arrive in the next turn. */
    void arrive(byte[] packet) {
        arriving.add(packet);
    }

    /** The oldest packet sent that was not taken yet; null when there is none. */
    byte[] takeSent() {
        return sent.poll();
    }

    @Override
    public int receive(PacketBatch batch, long nowNanos) {
        int received = 0;
        while (!arriving.isEmpty() && !batch.isFull()) {
            byte[] packet = arriving.remove();
            PacketBuffer slot = batch.next();
            slot.buffer().setBytes(PacketBatch.RECEIVE_INDEX, packet);
            slot.setBounds(PacketBatch.RECEIVE_INDEX, packet.length);
            received++;
        }
        return received;
    }

    @Override
    public int transmit(PacketBatch batch, long nowNanos) {
        for (int i = 0; i < batch.count(); i++) {
            sent.add(MiddleboxDevice.octetsOf(batch.get(i)));
        }
        return batch.count();
    }

    @Override
    public long nextArrival() {
        return arriving.isEmpty() ? Long.MAX_VALUE : Long.MIN_VALUE;
    }

    @Override
    public String name() {
        return "script";
    }

    @Override
    public int mtu() {
        return MTU;
    }

    @Override
    public DeviceCapabilities capabilities() {
        return DeviceCapabilities.NONE;
    }

    @Override
    public void close() {}
}
