package io.mptcp4j.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mptcp4j.device.DeviceCapabilities;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketDevice;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class StackThreadTest {
    @Test
    void aDeviceThatThrowsIsGivenUpAndTheLoopGoesOn() throws Exception {
        BrokenDevice device = new BrokenDevice();
        try (MptcpStack stack =
                MptcpStack.builder().device(device, "10.0.0.1/24").build()) {
            device.failNow(new IOException("unplugged"));

            assertThat(stack.connections()).isEmpty();
            assertThat(stack.isClosed()).isFalse();
            assertThat(stack.faults()).isZero();
        }
    }

    @Test
    void aCommandThatThrowsIsCountedAndTheLoopGoesOn() throws Exception {
        try (MptcpStack stack =
                MptcpStack.builder().device(new BrokenDevice(), "10.0.0.1/24").build()) {
            assertThatThrownBy(() -> stack.loop().call(now -> {
                        throw new IllegalStateException("a defect");
                    }))
                    .hasMessageContaining("a defect");

            assertThat(stack.faults()).isEqualTo(1);
            assertThat(stack.connections()).isEmpty();
        }
    }

    @Test
    void closingEndsTheThreadAndClosesTheDevices() throws Exception {
        BrokenDevice device = new BrokenDevice();
        MptcpStack stack = MptcpStack.builder().device(device, "10.0.0.1/24").build();

        stack.close();

        assertThat(device.closed.await(1, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(stack::connections).hasMessageContaining("is closed");
    }

    @Test
    void theLoopSleepsWhileNothingHappens() throws Exception {
        BrokenDevice device = new BrokenDevice();
        try (MptcpStack stack =
                MptcpStack.builder().device(device, "10.0.0.1/24").build()) {
            stack.connections();
            int turns = device.receives;
            new CountDownLatch(1).await(200, TimeUnit.MILLISECONDS);

            assertThat(device.receives - turns).isLessThan(20);
        }
    }

    private static final class BrokenDevice implements PacketDevice {
        final CountDownLatch closed = new CountDownLatch(1);
        volatile int receives;
        private volatile IOException failure;
        private Runnable doorbell;

        void failNow(IOException cause) {
            failure = cause;
            doorbell.run();
        }

        @Override
        public void attach(Runnable newDoorbell) {
            doorbell = newDoorbell;
        }

        @Override
        public String name() {
            return "broken";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public DeviceCapabilities capabilities() {
            return DeviceCapabilities.NONE;
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) throws IOException {
            receives++;
            if (failure != null) {
                throw failure;
            }
            return 0;
        }

        @Override
        public int transmit(PacketBatch batch, long nowNanos) {
            return batch.count();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
