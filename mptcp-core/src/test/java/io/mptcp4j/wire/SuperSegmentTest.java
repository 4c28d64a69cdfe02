package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.Option;
import io.mptcp4j.testing.Segment;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuperSegmentTest {
    private final SuperSegment segments = new SuperSegment();

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.2, 5000, 1400, 4",
        "fd00::1, fd00::2, 5000, 1400, 4",
        "10.0.0.1, 10.0.0.2, 2800, 1400, 2"
    })
    void isCutIntoSegmentsThatSayTheSame(String from, String to, int payload, int size, int pieces) {
        // given
        byte[] octets = new byte[payload];
        new Random(1).nextBytes(octets);
        Segment whole = segment(from, to).with(TcpFlags.PSH | TcpFlags.FIN).payload(octets);

        // when
        List<Segment> cut = cut(whole.wrongChecksum().toBytes(), size);

        // then: parse() looks at the checksums
        assertThat(cut).hasSize(pieces).doesNotContainNull();
        ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (int i = 0; i < cut.size(); i++) {
            boolean isLast = i == cut.size() - 1;
            assertThat(cut.get(i).seq()).isEqualTo(0xffff_fff0 + i * size);
            assertThat(cut.get(i).flags())
                    .isEqualTo(isLast ? TcpFlags.ACK | TcpFlags.PSH | TcpFlags.FIN : TcpFlags.ACK);
            assertThat(cut.get(i).options()).usingRecursiveComparison().isEqualTo(whole.options());
            together.writeBytes(cut.get(i).payload());
        }
        assertThat(together.toByteArray()).isEqualTo(octets);
    }

    @Test
    void aSingleSegmentOnlyGetsItsChecksum() {
        Segment alone = segment("10.0.0.1", "10.0.0.2").payload(new byte[100]);

        assertThat(cut(alone.copy().wrongChecksum().toBytes(), 0))
                .singleElement()
                .hasToString(alone.toString());
        assertThat(cut(segment("10.0.0.1", "10.0.0.2").wrongChecksum().toBytes(), 0))
                .doesNotContainNull()
                .hasSize(1);
    }

    @Test
    void whatIsNoTcpSegmentIsNotCut() {
        byte[] packet = segment("10.0.0.1", "10.0.0.2").toBytes();
        packet[9] = 17;

        assertThat(segments.wrap(Unpooled.wrappedBuffer(packet), 0, packet.length, 0))
                .isFalse();
        assertThat(segments.wrap(Unpooled.EMPTY_BUFFER, 0, 0, 0)).isFalse();
        byte[] shorter = segment("fd00::1", "fd00::2").toBytes();
        assertThat(segments.wrap(Unpooled.wrappedBuffer(shorter), 0, shorter.length - 1, 0))
                .isFalse();
    }

    private List<Segment> cut(byte[] packet, int size) {
        assertThat(segments.wrap(Unpooled.wrappedBuffer(packet), 0, packet.length, size))
                .isTrue();
        List<Segment> cut = new ArrayList<>();
        for (int i = 0; i < segments.count(); i++) {
            ByteBuf into = Unpooled.buffer(2_000);
            int length = segments.write(i, into, 8);
            assertThat(length).isLessThanOrEqualTo(segments.longest());
            cut.add(Segment.parse(ByteBufUtil.getBytes(into, 8, length)));
        }
        return cut;
    }

    private static Segment segment(String from, String to) {
        return new Segment()
                .addresses(IpAddress.parse(from), IpAddress.parse(to))
                .ports(1_000, 443)
                .seq(0xffff_fff0)
                .ack(77)
                .option(Option.timestamps(1, 2));
    }
}
