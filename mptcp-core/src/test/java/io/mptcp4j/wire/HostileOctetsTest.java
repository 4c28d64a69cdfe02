package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Pcap;
import io.mptcp4j.wire.mptcp.Dss;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever arrives, reading it throws nothing and reads nothing behind its end. */
class HostileOctetsTest {
    private static final int LONGEST = 200;

    private final EveryGetter reader = new EveryGetter();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomOctetsThrowNothing(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = new byte[random.nextInt(LONGEST)];
            random.nextBytes(octets);

            reader.read(Unpooled.wrappedBuffer(octets));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomOptionsBehindRightHeadersThrowNothing(long seed) {
        Random random = new Random(seed);
        List<Pcap.Packet> packets = Captures.ipPackets();
        for (int round = 0; round < 20_000; round++) {
            byte[] octets = copy(packets.get(random.nextInt(packets.size())));
            int changes = 1 + random.nextInt(6);
            for (int i = 0; i < changes; i++) {
                octets[random.nextInt(Math.min(octets.length, 100))] = (byte) random.nextInt();
            }

            reader.read(Unpooled.wrappedBuffer(octets));
        }
    }

    @ParameterizedTest
    @MethodSource("io.mptcp4j.wire.Captures#names")
    void everyPrefixOfEveryPacketThrowsNothing(String capture) {
        for (Pcap.Packet packet : Captures.packets(capture)) {
            if (packet.isIp()) {
                byte[] octets = copy(packet);
                for (int length = 0; length < Math.min(octets.length, LONGEST); length++) {
                    reader.read(Unpooled.wrappedBuffer(octets, 0, length));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.mptcp4j.wire.Captures#names")
    void everyOptionCutAnywhereIsRefusedOrWhole(String capture) {
        TcpOptions options = new TcpOptions();
        for (Pcap.Packet packet : Captures.packets(capture)) {
            if (packet.isIp() && reader.wrapTcp(packet.ip())) {
                TcpView tcp = reader.tcp();
                for (int length = 0; length <= tcp.optionsLength(); length++) {
                    byte[] cut = new byte[length];
                    tcp.buffer().getBytes(tcp.optionsIndex(), cut);
                    ByteBuf octets = Unpooled.wrappedBuffer(cut);

                    options.parse(octets, 0, length);
                    reader.readOptions(options);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "mptcp-dss-oobr")
    void theMalformedDssIsRefused(String capture) {
        assertThat(reader.wrapTcp(Captures.packets(capture).get(0).ip())).isTrue();
        TcpOptions options = new TcpOptions();

        options.parse(reader.tcp());

        assertThat(options.mptcpCount()).isEqualTo(1);
        assertThat(new Dss().wrap(options.buffer(), options.mptcpIndex(0), options.mptcpLength(0)))
                .isFalse();
    }

    private static byte[] copy(Pcap.Packet packet) {
        ByteBuf ip = packet.ip();
        byte[] octets = new byte[ip.readableBytes()];
        ip.getBytes(0, octets);
        return octets;
    }
}
