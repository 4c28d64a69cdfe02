package io.mptcp4j.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class VirtualLinkThreadsTest {
    private static final int COUNT = 20_000;

    private final NumberedPackets packets = new NumberedPackets();

    @AfterEach
    void release() {
        packets.close();
    }

    @Test
    @Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void twoThreadsExchangePacketsInOrderAndNoneSleepsThroughTheLastOne() throws Exception {
        LinkProfile profile = LinkProfile.IDEAL.withDelay(Duration.ofMillis(1)).withMtu(576);
        VirtualLink link = new VirtualLink("wifi", profile, 1);
        Semaphore bell = new Semaphore(0);
        link.endB().attach(bell::release);

        CompletableFuture<Integer> receiver = CompletableFuture.supplyAsync(() -> receiveInOrder(link.endB(), bell));
        for (int i = 0; i < COUNT; i += 20) {
            while (i - link.endA().counters().delivered() > 8_000) {
                Thread.yield();
            }
            packets.send(link.endA(), i, 20, 576, System.nanoTime());
        }

        assertThat(receiver.get()).isEqualTo(COUNT);
        assertThat(link.endA().counters().overflowed()).isZero();
    }

    @Test
    void nothingIsAllocatedForAPacketInSteadyState() throws IOException {
        VirtualLink link = new VirtualLink("wifi", LinkProfile.IDEAL.withRate(1_000_000_000), 1);
        long now = cross(link, 0, 2_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        cross(link, now, 1_000);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).as("octets for 32,000 packets").isLessThan(32_000);
    }

    private long cross(VirtualLink link, long from, int times) throws IOException {
        long now = from;
        for (int i = 0; i < times; i++) {
            packets.send(link.endA(), 0, 32, now);
            now += 1_000_000;
            packets.receiveBatch(link.endB(), now);
        }
        return now;
    }

    private static int receiveInOrder(PacketDevice device, Semaphore bell) {
        int expected = 0;
        try (NumberedPackets arriving = new NumberedPackets()) {
            while (expected < COUNT) {
                long now = System.nanoTime();
                for (int number : arriving.receive(device, now)) {
                    if (number != expected++) {
                        return -number;
                    }
                }
                long wait = device.nextArrival() - System.nanoTime();
                if (wait > 0 && expected < COUNT) {
                    bell.tryAcquire(wait, TimeUnit.NANOSECONDS);
                    bell.drainPermits();
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return expected;
    }
}
