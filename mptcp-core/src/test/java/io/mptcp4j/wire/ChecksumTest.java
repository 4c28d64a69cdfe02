package io.mptcp4j.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChecksumTest {
    private static final int CAPACITY = 2048;

    private final Random random = new Random(1);
    private final List<ByteBuf> buffers = List.of(
            PooledByteBufAllocator.DEFAULT.directBuffer(CAPACITY, CAPACITY),
            ByteBufAllocator.DEFAULT.directBuffer(CAPACITY, CAPACITY),
            UnpooledByteBufAllocator.DEFAULT.directBuffer(CAPACITY, CAPACITY),
            Unpooled.buffer(CAPACITY, CAPACITY));

    @AfterEach
    void releaseBuffers() {
        buffers.forEach(ByteBuf::release);
    }

    @Test
    void theExampleOfRfc1071SumsToItsResult() {
        // RFC 1071 3: 0001 f203 f4f5 f6f7 sums to ddf2.
        ByteBuf octets = Unpooled.wrappedBuffer(
                new byte[] {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7});

        assertThat(Checksum.sum(octets, 0, 8)).isEqualTo(0xddf2);
    }

    @Test
    void theSumOfEveryOffsetAndLengthIsTheNaiveOne() {
        for (ByteBuf buffer : buffers) {
            fill(buffer);
            for (int offset = 0; offset < 40; offset++) {
                for (int length = 0; length < 300; length++) {
                    assertSameSum(buffer, offset, length);
                }
            }
        }
    }

    @Test
    void theSumOfLongSpansIsTheNaiveOne() {
        for (ByteBuf buffer : buffers) {
            fill(buffer);
            for (int i = 0; i < 2000; i++) {
                int offset = random.nextInt(CAPACITY);
                assertSameSum(buffer, offset, random.nextInt(CAPACITY - offset + 1));
            }
        }
    }

    @Test
    void slicesAndCompositesSumLikeTheirOctets() {
        ByteBuf buffer = buffers.get(0);
        fill(buffer);
        ByteBuf slice = buffer.slice(3, 1900);
        ByteBuf composite = Unpooled.wrappedBuffer(buffer.retainedSlice(0, 333), buffer.retainedSlice(333, 1500));

        for (int offset = 0; offset < 400; offset++) {
            assertThat(Checksum.sum(slice, offset, 1400)).isEqualTo(naive(buffer, 3 + offset, 1400));
            assertThat(Checksum.sum(composite, offset, 1400)).isEqualTo(naive(buffer, offset, 1400));
        }
        composite.release();
    }

    @Test
    void octetsOfAllOnesDoNotLoseACarry() {
        for (ByteBuf buffer : buffers) {
            buffer.setZero(0, CAPACITY);
            for (int i = 0; i < CAPACITY; i++) {
                buffer.setByte(i, 0xff);
            }
            for (int length = 0; length < CAPACITY; length += 7) {
                assertSameSum(buffer, 0, length);
            }
        }
    }

    @Test
    void sumsOfSpansThatJoinAtAnyOffsetAreTheSumOfTheWhole() {
        ByteBuf buffer = buffers.get(0);
        for (int round = 0; round < 2000; round++) {
            fill(buffer);
            int length = random.nextInt(1500);
            int sum = 0;
            for (int offset = 0; offset < length; ) {
                int span = Math.min(length - offset, 1 + random.nextInt(400));
                sum = Checksum.append(sum, offset, Checksum.sum(buffer, offset, span));
                offset += span;
            }
            assertThat(sum % 0xffff).as("round %d", round).isEqualTo(naive(buffer, 0, length) % 0xffff);
        }
    }

    @Test
    void anIncrementalUpdateIsRightForEveryChange() {
        // RFC 1624 3
        ByteBuf buffer = buffers.get(3);
        for (int round = 0; round < 5000; round++) {
            fill(buffer);
            int checksum = Checksum.complement(Checksum.sum(buffer, 0, 40));
            int from = buffer.getInt(12);
            int to = random.nextInt();
            buffer.setInt(12, to);

            int updated = Checksum.update32(checksum, from, to);

            int whole = Checksum.add(Checksum.sum(buffer, 0, 40), updated);
            assertThat(whole).isEqualTo(Checksum.RIGHT);
        }
    }

    @Test
    void rfc1624sExampleUpdatesToZero() {
        // RFC 1624 4: HC = dd2f, m = 5555, m' = 3285: HC' = 0000.
        assertThat(Checksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void aWrittenIpv4HeaderHasItsChecksum() {
        ByteBuf buffer = buffers.get(3);
        Ipv4View view = new Ipv4View();
        for (int round = 0; round < 2000; round++) {
            IpHeaderWriter.writeIpv4(
                    buffer, 0, random.nextInt(1000), 6, random.nextInt(), random.nextInt(), round, 0, 64);

            assertThat(view.wrap(buffer, 0, CAPACITY)).isNull();
            assertThat(view.isHeaderChecksumRight()).isTrue();
        }
    }

    @Test
    void pseudoHeadersSumLikeTheirOctets() {
        ByteBuf buffer = buffers.get(3);
        for (int round = 0; round < 1000; round++) {
            fill(buffer);
            buffer.setInt(32, random.nextInt(70_000));
            buffer.setInt(36, 6);
            int length = buffer.getInt(32);

            int sum6 = Checksum.pseudoHeaderIpv6(
                    buffer.getLong(0), buffer.getLong(8), buffer.getLong(16), buffer.getLong(24), 6, length);
            int sum4 = Checksum.pseudoHeaderIpv4(buffer.getInt(24), buffer.getInt(28), 6, length);

            assertThat(sum6).isEqualTo(naive(buffer, 0, 40));
            assertThat(sum4).isEqualTo(naive(buffer, 24, 16));
        }
    }

    private void assertSameSum(ByteBuf buffer, int offset, int length) {
        int sum = Checksum.sum(buffer, offset, length);
        if (sum != naive(buffer, offset, length)) {
            assertThat(sum).as("%s %d %d", buffer, offset, length).isEqualTo(naive(buffer, offset, length));
        }
    }

    private void fill(ByteBuf buffer) {
        byte[] octets = new byte[CAPACITY];
        random.nextBytes(octets);
        buffer.setBytes(0, octets);
    }

    private static int naive(ByteBuf buffer, int index, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += buffer.getUnsignedByte(index + i) << ((i & 1) == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
