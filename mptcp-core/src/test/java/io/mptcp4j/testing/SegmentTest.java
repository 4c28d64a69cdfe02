package io.mptcp4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.IpAddress;
import io.mptcp4j.wire.TcpFlags;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SegmentTest {
    @Test
    void whatIsWrittenReadsBackTheSame() {
        for (String family : new String[] {"10.0.0.%d", "fd00::%d"}) {
            Segment segment = new Segment()
                    .addresses(IpAddress.parse(family.formatted(1)), IpAddress.parse(family.formatted(2)))
                    .ports(1234, 80)
                    .seq(0xfffffff0)
                    .ack(17)
                    .with(TcpFlags.PSH)
                    .window(500)
                    .option(Option.timestamps(1, 2))
                    .option(Option.mptcp(0x20, 1, 0, 0, 0, 5))
                    .payload(new byte[] {1, 2, 3});

            Segment read = Segment.parse(segment.toBytes());

            assertThat(read).hasToString(segment.toString());
            assertThat(read.payload()).containsExactly(1, 2, 3);
            assertThat(read.mptcpOption(2)).isEqualTo(segment.options().get(1));
        }
    }

    @Test
    void sumsAsTheStandardSays() {
        ByteBuffer packet =
                ByteBuffer.wrap(new Segment().ports(8080, 54321).ack(1).toBytes());

        // RFC 1071 1: worked out by another program.
        assertThat(packet.getShort(10)).isEqualTo((short) 0x26ce);
        assertThat(packet.getShort(36)).isEqualTo((short) 0xa80f);
    }

    @Test
    void aWrongChecksumIsSeen() {
        assertThat(Segment.parse(new Segment().wrongChecksum().toBytes())).isNull();
    }

    @Test
    void whatIsNoTcpIsNoSegment() {
        assertThat(Segment.parse(new byte[0])).isNull();
        assertThat(Segment.parse(new byte[60])).isNull();
        byte[] udp = new Segment().toBytes();
        udp[9] = 17;
        assertThat(Segment.parse(udp)).isNull();
    }
}
