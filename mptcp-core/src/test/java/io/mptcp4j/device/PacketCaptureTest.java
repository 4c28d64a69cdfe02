package io.mptcp4j.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacketCaptureTest {
    private static final long EPOCH = 1_700_000_000_000_000_000L;

    private final NumberedPackets packets = new NumberedPackets();
    private final VirtualLink wifi = new VirtualLink("wifi", LinkProfile.IDEAL, 1);
    private final VirtualLink lte = new VirtualLink("lte", LinkProfile.IDEAL, 1);

    @TempDir
    private Path directory;

    @AfterEach
    void release() {
        packets.close();
    }

    @Test
    void recordsWhatCrossesEachDeviceWithTimeAndDirection() throws IOException {
        Path file = directory.resolve("both.pcapng");
        try (PacketCapture capture = PacketCapture.open(file, EPOCH)) {
            PacketDevice first = capture.tap(wifi.endA());
            PacketDevice second = capture.tap(lte.endA());
            packets.send(first, 7, 1, 101, 5_000);
            packets.send(lte.endB(), 8, 1, 90, 5_000);
            packets.receiveBatch(second, 6_000);
        }

        assertThat(blocks(file))
                .containsExactly(
                        "section",
                        "interface wifi-a",
                        "interface lte-a",
                        "packet 7 of 101 on 0 at " + (EPOCH + 5_000) + " flags 2",
                        "packet 8 of 90 on 1 at " + (EPOCH + 6_000) + " flags 1");
    }

    @Test
    void passesOnWhatTheDeviceSays() throws IOException {
        try (PacketCapture capture = PacketCapture.open(directory.resolve("x.pcapng"), EPOCH)) {
            PacketDevice tapped = capture.tap(capture.tap(wifi.endA()));
            packets.send(wifi.endB(), 1, 1, 1_000);

            assertThat(tapped.undecorated()).isSameAs(wifi.endA());
            assertThat(tapped.name()).isEqualTo("wifi-a");
            assertThat(tapped.mtu()).isEqualTo(1500);
            assertThat(tapped.capabilities()).isSameAs(DeviceCapabilities.NONE);
            assertThat(tapped.nextArrival()).isEqualTo(1_000);
            assertThat(packets.receive(tapped, 1_000)).containsExactly(1);
        }
    }

    @Test
    void trafficGoesOnWhenTheDiskIsFull() throws IOException {
        try (PacketCapture capture = new PacketCapture(new FullDisk(), EPOCH)) {
            PacketDevice tapped = capture.tap(wifi.endA());
            for (int i = 0; i < 1_000; i++) {
                packets.send(tapped, i, 1, i);
            }
        }

        assertThat(packets.receive(wifi.endB(), 1_000)).hasSize(1_000);
    }

    private static List<String> blocks(Path file) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<String> blocks = new ArrayList<>();
        for (int at = 0; at < octets.capacity(); ) {
            int length = octets.getInt(at + 4);
            assertThat(length % 4).isZero();
            assertThat(octets.getInt(at + length - 4)).isEqualTo(length);
            blocks.add(print(octets, at, length));
            at += length;
        }
        return blocks;
    }

    private static String print(ByteBuffer octets, int at, int length) {
        return switch (octets.getInt(at)) {
            case 0x0a0d0d0a -> "section";
            case 1 -> "interface " + new String(octets.array(), at + 20, octets.getShort(at + 18));
            case 6 ->
                "packet "
                        + octets.duplicate().getInt(at + 28)
                        + " of " + octets.getInt(at + 20)
                        + " on " + octets.getInt(at + 8)
                        + " at " + ((long) octets.getInt(at + 12) << 32 | octets.getInt(at + 16) & 0xffffffffL)
                        + " flags " + octets.getInt(at + length - 12);
            default -> "?";
        };
    }

    private static final class FullDisk implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            throw new IOException("No space left on device");
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
