package io.mptcp4j.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The device is an end of a link without limits; whoever is at its other end sees what the device got, at once. */
class ShapedDeviceTest {
    private static final long MILLISECOND = 1_000_000;
    private static final LinkProfile TEN_MILLISECONDS = LinkProfile.IDEAL.withDelay(Duration.ofMillis(10));

    private final NumberedPackets packets = new NumberedPackets();
    private final VirtualLink wire = new VirtualLink("wire", LinkProfile.IDEAL, 1);
    private final PacketDevice far = wire.endB();

    @AfterEach
    void release() {
        packets.close();
    }

    @Test
    void theDeviceGetsWhatIsSentAfterTheDelay() throws IOException {
        ShapedDevice device = new ShapedDevice(wire.endA(), TEN_MILLISECONDS, 1);

        packets.send(device, 7, 2, 0);

        assertThat(device.nextArrival()).isEqualTo(10 * MILLISECOND);
        packets.receive(device, 10 * MILLISECOND - 1);
        assertThat(packets.receive(far, 10 * MILLISECOND - 1)).isEmpty();
        packets.receive(device, 10 * MILLISECOND);
        assertThat(packets.receive(far, 10 * MILLISECOND)).containsExactly(7, 8);
    }

    @Test
    void whatTheDeviceReceivesIsSeenAfterTheDelay() throws IOException {
        ShapedDevice device = new ShapedDevice(wire.endA(), TEN_MILLISECONDS, 1);
        packets.send(far, 3, 2, 0);

        assertThat(packets.receive(device, 0)).isEmpty();
        assertThat(device.nextArrival()).isEqualTo(10 * MILLISECOND);
        assertThat(packets.receive(device, 10 * MILLISECOND)).containsExactly(3, 4);
    }

    @Test
    void rateAndQueueHoldInBothDirections() throws IOException {
        // 12 Mbit/s: 1500 octets in one millisecond.
        LinkProfile slow = LinkProfile.IDEAL.withRate(12_000_000).withQueuePackets(2);
        ShapedDevice device = new ShapedDevice(wire.endA(), slow, 1);

        packets.send(device, 0, 9, 0);
        packets.send(far, 20, 9, 0);
        packets.receive(device, 0);

        long later = 20 * MILLISECOND;
        assertThat(packets.receive(device, later)).hasSize(2);
        assertThat(packets.receive(far, later)).hasSize(2);
    }

    @Test
    void aCutLinkStopsBothDirectionsUntilItHeals() throws IOException {
        ShapedDevice device = new ShapedDevice(wire.endA(), LinkProfile.IDEAL, 1);
        device.link().cut();

        packets.send(device, 1, 1, 0);
        packets.send(far, 2, 1, 0);

        assertThat(packets.receive(device, 0)).isEmpty();
        assertThat(packets.receive(far, 0)).isEmpty();
        device.link().heal();
        packets.send(device, 3, 1, 0);
        assertThat(packets.receive(far, 0)).containsExactly(3);
    }

    @Test
    void aDeviceWithOffloadIsRefused() {
        PacketDevice offloading = new Offloading();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ShapedDevice(offloading, LinkProfile.IDEAL, 1))
                .withMessageContaining("offload");
    }

    private static final class Offloading implements PacketDevice {
        @Override
        public String name() {
            return "offloading";
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public DeviceCapabilities capabilities() {
            return new DeviceCapabilities(true, true, true, 65_535);
        }

        @Override
        public int receive(PacketBatch batch, long nowNanos) {
            return 0;
        }

        @Override
        public int transmit(PacketBatch batch, long nowNanos) {
            return 0;
        }

        @Override
        public void close() {}
    }
}
