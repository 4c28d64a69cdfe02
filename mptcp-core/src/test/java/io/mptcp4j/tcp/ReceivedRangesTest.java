package io.mptcp4j.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.wire.TcpFlags;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceivedRangesTest {
    private static final int LEAST = ReceivedRanges.LEAST_MOST;

    /** Along a tree of 2^14 ranges, with what balances it. */
    private static final long STEPS_A_RANGE = 60;

    private final ReceivedRanges ranges = new ReceivedRanges();

    @Test
    void thereAreNoMoreRangesThanTheWindowIsGoodFor() {
        long window = 5_000L * ReceivedRanges.WINDOW_A_RANGE;
        for (int i = 0; i < 5_000; i++) {
            assertThat(ranges.hasRoomFor(10 * i, 10 * i + 5, window)).isTrue();
            ranges.add(10 * i, 10 * i + 5);
        }

        assertThat(ranges.hasRoomFor(50_000, 50_005, window)).isFalse();
        // One that makes another longer takes no place.
        assertThat(ranges.hasRoomFor(5, 7, window)).isTrue();
        assertThat(ranges.hasRoomFor(8, 10, window)).isTrue();
        assertThat(ranges.hasRoomFor(6, 9, window)).isFalse();
        // A larger window has room for more, a small one for as many as before it was known.
        assertThat(ranges.hasRoomFor(50_000, 50_005, window + ReceivedRanges.WINDOW_A_RANGE))
                .isTrue();
        assertThat(new ReceivedRanges().hasRoomFor(1, 2, 0)).isTrue();
    }

    @Test
    void theLatestAndTheFirstUntoldAreThoseOfAModel() {
        ReceivedRange[] found = new ReceivedRange[3];
        Random random = new Random(3);
        int[] order = random.ints(0, 500).distinct().limit(400).toArray();
        for (int at : order) {
            ranges.add(10 * at, 10 * at + 5);
        }

        assertThat(ranges.latest(found, 3)).isEqualTo(3);
        assertThat(found)
                .extracting(range -> range.seq)
                .containsExactly(10 * order[399], 10 * order[398], 10 * order[397]);
        assertThat(ranges.unreportedCount()).isEqualTo(400);
        assertThat(ranges.firstUnreported(found, 3)).isEqualTo(3);
        assertThat(found).extracting(range -> range.seq).containsExactly(10 * order[0], 10 * order[1], 10 * order[2]);

        ranges.onReported(found[1]);
        ranges.onReported(found[0]);
        assertThat(ranges.unreportedCount()).isEqualTo(398);
        assertThat(ranges.firstUnreported(found, 1)).isEqualTo(1);
        assertThat(found[0].seq).isEqualTo(10 * order[2]);
        // What arrives once more is the latest, and untold.
        ranges.touch(found[0]);
        assertThat(ranges.firstUnreported(found, 1)).isEqualTo(1);
        assertThat(found[0].seq).isEqualTo(10 * order[3]);
        assertThat(ranges.latest(found, 1)).isEqualTo(1);
        assertThat(found[0].seq).isEqualTo(10 * order[2]);
    }

    @Test
    void aRangeCostsAFewStepsInWhateverOrderTheyCome() {
        int many = 16_384;
        for (int order = 0; order < 4; order++) {
            ReceivedRanges set = new ReceivedRanges();
            // Numbers pass 2^32 on the way.
            int base = -5 * many;
            for (int i = 0; i < many; i++) {
                int place =
                        switch (order) {
                            case 0 -> i;
                            case 1 -> many - 1 - i;
                            // From the middle to both ends, and all over the place.
                            case 2 -> many / 2 + (i % 2 == 0 ? i / 2 : -1 - i / 2);
                            default -> i * 7_919 % many;
                        };
                set.hasRoomFor(base + 10 * place, base + 10 * place + 5, 1 << 24);
                set.add(base + 10 * place, base + 10 * place + 5);
            }
            assertThat(set.count()).isEqualTo(many);
            assertThat(set.steps()).as("order %d", order).isLessThan(STEPS_A_RANGE * many);
        }
    }

    @Test
    void singleOctetsWithHolesBetweenThemAreTakenUpToTheBound() {
        TcpHarness tcp = TcpHarness.established();
        tcp.upper.quiet = true;
        tcp.output.quiet = true;
        for (int i = 0; i < LEAST + 100; i++) {
            tcp.arrives(tcp.peer(TcpFlags.ACK, 2 + 2 * i, 1).octets(1));
            tcp.turn();
        }

        assertThat(tcp.connection.octetsReceived()).isEqualTo(LEAST);
        // What fills the first hole is taken all the same.
        tcp.arrives(tcp.peer(TcpFlags.ACK, 1, 1).octets(1));
        assertThat(tcp.connection.octetsReceived()).isEqualTo(LEAST + 1);
    }
}
