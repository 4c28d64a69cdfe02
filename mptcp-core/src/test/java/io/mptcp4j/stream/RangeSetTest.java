package io.mptcp4j.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RangeSetTest {
    private final RangeSet set = new RangeSet();

    @Test
    void rangesThatTouchBecomeOne() {
        set.add(10, 20);
        set.add(30, 40);
        set.add(20, 30);

        assertThat(set).hasToString("[10, 40)");
        assertThat(set.total()).isEqualTo(30);
    }

    @Test
    void rangesAreSortedHoweverTheyCome() {
        set.add(50, 60);
        set.add(10, 20);
        set.add(30, 40);

        assertThat(set).hasToString("[10, 20) [30, 40) [50, 60)");
        assertThat(set.first()).isEqualTo(10);
        assertThat(set.end()).isEqualTo(60);
    }

    @Test
    void removingTheMiddleBreaksARangeInTwo() {
        set.add(10, 40);

        set.remove(20, 30);

        assertThat(set).hasToString("[10, 20) [30, 40)");
        assertThat(set.total()).isEqualTo(20);
    }

    @Test
    void removingBelowCutsTheRangeItEndsIn() {
        set.add(10, 20);
        set.add(30, 40);

        set.removeBelow(35);

        assertThat(set).hasToString("[35, 40)");
        assertThat(set.total()).isEqualTo(5);
    }

    @Test
    void anEmptyRangeChangesNothing() {
        set.add(10, 20);

        set.add(15, 15);
        set.add(40, 30);
        set.remove(15, 15);

        assertThat(set).hasToString("[10, 20)");
        assertThat(set.contains(99, 99)).isTrue();
    }

    @Test
    void aFullSetRefusesWhatNeedsAnotherRange() {
        RangeSet small = new RangeSet(2);
        small.add(10, 20);
        small.add(30, 40);

        assertThat(small.add(50, 60)).isFalse();
        assertThat(small.remove(12, 13)).isFalse();
        assertThat(small.add(35, 45)).isTrue();
        assertThat(small.add(18, 32)).isTrue();

        assertThat(small).hasToString("[10, 45)");
        assertThat(small.total()).isEqualTo(35);
    }

    @Test
    void theSetDoesWhatASetOfBitsDoes() {
        for (int seed = 1; seed <= 100; seed++) {
            compareWithBits(new Random(seed), seed % 2 == 0 ? 0 : (1L << 32) - 300);
        }
    }

    private static void compareWithBits(Random random, long base) {
        RangeSet set = new RangeSet();
        BitSet bits = new BitSet();
        for (int step = 0; step < 300; step++) {
            int start = random.nextInt(600);
            int end = start + random.nextInt(1 + random.nextInt(60));
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    set.add(base + start, base + end);
                    bits.set(start, end);
                }
                case 4, 5, 6 -> {
                    set.remove(base + start, base + end);
                    bits.clear(start, end);
                }
                default -> {
                    int below = random.nextInt(10) == 0 ? start : start / 8;
                    set.removeBelow(base + below);
                    bits.clear(0, below);
                }
            }
            assertSame(set, bits, base);
            assertThat(set.contains(base + start)).isEqualTo(bits.get(start));
            assertThat(set.contains(base + start, base + end)).isEqualTo(bits.nextClearBit(start) >= end);
        }
    }

    private static void assertSame(RangeSet set, BitSet bits, long base) {
        int start = bits.nextSetBit(0);
        for (int i = 0; i < set.count(); i++) {
            int end = bits.nextClearBit(start);
            assertThat(set.from(i)).isEqualTo(base + start);
            assertThat(set.to(i)).isEqualTo(base + end);
            start = bits.nextSetBit(end);
        }
        assertThat(start).isEqualTo(-1);
        assertThat(set.total()).isEqualTo(bits.cardinality());
        assertThat(set.isEmpty()).isEqualTo(bits.isEmpty());
    }
}
