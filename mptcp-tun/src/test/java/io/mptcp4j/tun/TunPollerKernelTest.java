package io.mptcp4j.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.tun.testing.KernelTest;
import io.mptcp4j.tun.testing.NetworkNamespace;
import io.mptcp4j.wire.IpAddress;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest
@Timeout(120)
class TunPollerKernelTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(20);

    private NetworkNamespace namespace;
    private TunDevice first;
    private TunDevice second;
    private TunPoller poller;

    @BeforeEach
    void openTwoDevices() throws Exception {
        namespace = NetworkNamespace.create();
        first = namespace.openTun("mt0", TunOptions.DEFAULT, "10.1.0.1/24");
        second = namespace.openTun("mt1", TunOptions.DEFAULT, "10.2.0.1/24");
        poller = TunPoller.open(List.of(first, second));
    }

    @AfterEach
    void closeAll() {
        poller.close();
        first.close();
        second.close();
        namespace.close();
    }

    @Test
    void sleepEndsAtTheTimeout() throws Exception {
        long before = System.nanoTime();

        poller.await(SHORT);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void wakeUpBeforeTheSleepEndsItAtOnce() throws Exception {
        poller.wakeUp();
        poller.wakeUp();
        long before = System.nanoTime();

        poller.await(Long.MAX_VALUE);
        poller.await(SHORT);

        assertThat(System.nanoTime() - before).isBetween(SHORT, LONG);
    }

    @Test
    void wakeUpEndsASleepWithoutLimit() throws Exception {
        for (int i = 0; i < 200; i++) {
            CompletableFuture<Void> waker = CompletableFuture.runAsync(poller::wakeUp);
            poller.await(Long.MAX_VALUE);
            waker.get();
        }
    }

    @Test
    void inputOnAnyDeviceEndsTheSleep() throws Exception {
        for (TunDevice device : List.of(second, first)) {
            String net = device == first ? "10.1.0." : "10.2.0.";
            PacketBatch batch = PacketBatch.forSending(1, ByteBufAllocator.DEFAULT);
            RawPackets.writePing(batch.next(), IpAddress.parse(net + 2), IpAddress.parse(net + 1), 1);
            device.transmit(batch, 0);
            batch.release();
            long before = System.nanoTime();

            poller.await(LONG);

            assertThat(System.nanoTime() - before).isLessThan(LONG);
            PacketBatch in = PacketBatch.forReceiving(4, ByteBufAllocator.DEFAULT);
            assertThat(device.receive(in, 0)).isEqualTo(1);
            in.release();
        }
    }

    @Test
    void closedDeviceEndsTheSleepAndIsGoneWhenCloseReturns() throws Exception {
        CountDownLatch sleeping = new CountDownLatch(1);
        CompletableFuture<Void> loop = async(() -> {
            sleeping.countDown();
            poller.await(Long.MAX_VALUE);
        });
        sleeping.await();

        first.close();

        assertThat(namespace.run("ip", "link", "show", "mt0").isSuccess()).isFalse();
        assertThatCode(loop::get).doesNotThrowAnyException();
        PacketBatch batch = PacketBatch.forReceiving(1, ByteBufAllocator.DEFAULT);
        assertThatThrownBy(() -> first.receive(batch, 0))
                .isInstanceOf(TunException.class)
                .hasMessageContaining("closed");
        assertThat(second.receive(batch, 0)).isZero();
        batch.release();
    }

    @Test
    void deviceClosedWhileItIsReadNeverReadsAStrangersDescriptor() throws Exception {
        for (int round = 0; round < 20; round++) {
            TunDevice device = namespace.openTun("mt9", TunOptions.DEFAULT, "10.9.0.1/24");
            CountDownLatch reading = new CountDownLatch(1);
            CompletableFuture<Void> loop = async(() -> {
                PacketBatch batch = PacketBatch.forReceiving(8, ByteBufAllocator.DEFAULT);
                try {
                    while (true) {
                        batch.clear();
                        device.receive(batch, 0);
                        reading.countDown();
                    }
                } finally {
                    batch.release();
                }
            });
            reading.await();

            device.close();

            assertThatThrownBy(loop::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(TunException.class)
                    .hasRootCauseMessage("mt9: the device was closed");
        }
    }

    @Test
    void removedInterfaceDoesNotKeepTheLoopAwake() throws Exception {
        namespace.ip("link", "del", "mt0");
        poller.await(LONG);
        long before = System.nanoTime();

        poller.await(SHORT);

        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(SHORT);
    }

    @Test
    void closedPollerEndsTheSleepAndRefusesAnother() throws Exception {
        CountDownLatch sleeping = new CountDownLatch(1);
        CompletableFuture<Void> loop = async(() -> {
            sleeping.countDown();
            poller.await(Long.MAX_VALUE);
        });
        sleeping.await();

        poller.close();
        poller.close();
        poller.wakeUp();

        loop.handle((done, failure) -> done).get();
        assertThatThrownBy(() -> poller.await(SHORT)).isInstanceOf(TunException.class);
    }

    /** Runs on a thread of its own: the common pool is too small for tasks that sleep. */
    private static CompletableFuture<Void> async(Task task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    private interface Task {
        void run() throws Exception;
    }
}
