package io.mptcp4j.examples.bench;

import io.mptcp4j.device.DevicePoller;
import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.device.ShapedDevice;
import io.mptcp4j.tun.TunDevice;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Joins two TUN devices and hands packets from each to the other after a while, on a thread of its own. Not every kernel has
 * {@code netem}; and so two kernels, or one of them and our stack, can be as far from each other.
 */
final class DelayLine implements AutoCloseable {
    private static final int BATCH = 64;
    private static final long PATIENCE_MILLIS = 2_000;

    private final ShapedDevice near;
    private final TunDevice far;
    private final DevicePoller poller;
    private final PacketBatch batch = PacketBatch.forReceiving(BATCH, new UnpooledByteBufAllocator(true, true));
    private final Thread thread = new Thread(this::run, "bench-delay");
    private volatile boolean closed;

    /** Takes both devices, which have no offload, over. */
    DelayLine(TunDevice near, TunDevice far, Duration oneWay) throws IOException {
        this.near = new ShapedDevice(near, LinkProfile.IDEAL.withDelay(oneWay), 1);
        this.far = far;
        this.poller = near.pollerProvider().open(List.of(near, far));
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        poller.wakeUp();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closed) {
                long now = System.nanoTime();
                int moved = move(near, far, now) + move(far, near, now);
                long next = near.nextArrival();
                if (moved == 0 && next > now) {
                    poller.await(next == Long.MAX_VALUE ? next : next - now);
                }
            }
        } catch (IOException expected) {
            // The namespace went first; whoever waits for octets sees a failure too.
        } finally {
            near.close();
            far.close();
            poller.close();
            batch.release();
        }
    }

    private int move(PacketDevice from, PacketDevice to, long now) throws IOException {
        batch.clear();
        int received = from.receive(batch, now);
        if (received > 0) {
            to.transmit(batch, now);
        }
        return received;
    }
}
