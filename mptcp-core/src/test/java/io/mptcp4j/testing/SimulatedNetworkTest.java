package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.device.PacketBatch;
import io.mptcp4j.device.PacketBuffer;
import io.mptcp4j.device.PacketDevice;
import io.mptcp4j.testing.SimulatedNetwork.Ending;
import io.mptcp4j.wire.TcpFlags;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final LinkProfile FIVE_MILLISECONDS = LinkProfile.IDEAL.withDelay(Duration.ofMillis(5));

    private final SimulatedNetwork network = new SimulatedNetwork(1);
    private final List<Echo> echoes = new ArrayList<>();

    @AfterEach
    void release() {
        network.close();
        echoes.forEach(Echo::release);
    }

    @Test
    void timeJumpsFromEventToEvent() {
        SimulatedPath path = network.join("wifi", FIVE_MILLISECONDS);
        Echo a = host(path.deviceA());
        host(path.deviceB());

        a.send(new Segment().ack(0));
        Ending ending = network.run(() -> a.heard.size() == 10, 1_000);

        assertThat(ending).isEqualTo(Ending.DONE);
        assertThat(network.clock().now() - SimulatedNetwork.BEGIN)
                .isEqualTo(Duration.ofMillis(100).toNanos());
    }

    @Test
    void aRunEndsWhenNothingIsLeftOrTimeOrStepsAreUp() {
        SimulatedPath path = network.join("wifi", FIVE_MILLISECONDS);
        Echo a = host(path.deviceA());
        host(path.deviceB());

        assertThat(network.run(() -> false, 10)).isEqualTo(Ending.NOTHING_LEFT);
        a.send(new Segment().ack(0));
        assertThat(network.run(() -> false, 10)).isEqualTo(Ending.TOO_MANY_STEPS);
        long end = network.clock().now() + 1_000_000_000;
        assertThat(network.run(() -> false, end, 10_000)).isEqualTo(Ending.TIME_IS_UP);
        assertThat(network.clock().now()).isEqualTo(end);
    }

    @Test
    void aChainOfBoxesIsPassedInOrderBothWays() {
        SimulatedPath path = network.join(
                "wifi",
                FIVE_MILLISECONDS,
                new ShiftSequenceNumbers(1_000, 1),
                new SplitSegments(10, true),
                StripOptions.mptcp(SegmentFilter.ALL));
        Echo a = host(path.deviceA());
        Echo b = host(path.deviceB());

        a.send(new Segment().seq(5).ack(0).option(Option.mptcp(0x20)).payload(new byte[15]));
        network.run(() -> a.heard.size() == 2, 100);

        assertThat(b.heard).extracting(Segment::seq).containsExactly(1_005, 1_015);
        assertThat(b.heard).allSatisfy(segment -> assertThat(segment.options()).isEmpty());
        // Echoed with sequence and acknowledgment numbers as they came.
        assertThat(a.heard).extracting(Segment::seq).containsExactly(1_006, 1_016);
    }

    @Test
    void aBoxMaySendBackToTheHostAtOnce() {
        SimulatedPath path =
                network.join("wifi", FIVE_MILLISECONDS, new InjectReset(SegmentFilter.going(Direction.A_TO_B)));
        Echo a = host(path.deviceA());

        a.send(new Segment().ack(77));
        network.run(() -> !a.heard.isEmpty(), 10);

        assertThat(a.heard).singleElement().satisfies(reset -> assertThat(reset.has(TcpFlags.RST))
                .isTrue());
        assertThat(network.clock().now()).isEqualTo(SimulatedNetwork.BEGIN);
    }

    @Test
    void whatABoxHoldsComesWhenItsTimeIsUp() {
        SimulatedPath path = network.join("wifi", FIVE_MILLISECONDS, new CoalesceSegments(100, Duration.ofMillis(2)));
        Echo a = host(path.deviceA());
        Echo b = host(path.deviceB());

        a.send(new Segment().ack(0).payload(new byte[10]));
        network.run(() -> !b.heard.isEmpty(), 10);

        assertThat(network.clock().now() - SimulatedNetwork.BEGIN)
                .isEqualTo(Duration.ofMillis(7).toNanos());
    }

    private Echo host(PacketDevice device) {
        Echo host = new Echo(device);
        echoes.add(host);
        network.add(host);
        return host;
    }

    /** Sends every segment back as it came, addresses and ports turned. */
    private final class Echo implements SimulatedNetwork.Host {
        private final PacketDevice device;
        private final PacketBatch incoming = PacketBatch.forReceiving(8, UnpooledByteBufAllocator.DEFAULT);
        private final PacketBatch outgoing = PacketBatch.forSending(1, UnpooledByteBufAllocator.DEFAULT);
        private final List<Segment> heard = new ArrayList<>();

        private Echo(PacketDevice device) {
            this.device = device;
        }

        @Override
        public void turn(long nowNanos) {
            try {
                incoming.clear();
                device.receive(incoming, nowNanos);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            for (int i = 0; i < incoming.count(); i++) {
                PacketBuffer packet = incoming.get(i);
                byte[] octets = new byte[packet.totalLength()];
                packet.buffer().getBytes(packet.index(), octets);
                Segment segment = Segment.parse(octets);
                heard.add(segment.copy());
                if (!segment.has(TcpFlags.RST)) {
                    send(segment.addresses(segment.destination(), segment.source())
                            .ports(segment.destinationPort(), segment.sourcePort()));
                }
            }
        }

        @Override
        public long nextDeadline() {
            return device.nextArrival();
        }

        private void send(Segment segment) {
            byte[] octets = segment.toBytes();
            outgoing.clear();
            PacketBuffer packet = outgoing.next();
            packet.buffer().setBytes(64, octets);
            packet.setBounds(64, octets.length);
            try {
                device.transmit(outgoing, network.clock().now());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void release() {
            incoming.release();
            outgoing.release();
        }
    }
}
