package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SummedMappingsTest {
    private final SummedMappings mappings = new SummedMappings();

    @Test
    void neighboursStayApart() {
        assertThat(declare(1, 100, 0)).isEqualTo(Declared.NEW);
        assertThat(declare(101, 100, 100)).isEqualTo(Declared.NEW);

        assertThat(mappings.run(1, 500)).isEqualTo(100);
        assertThat(mappings.run(51, 500)).isEqualTo(50);
        assertThat(mappings.position(151)).isEqualTo(150);
        assertThat(mappings.run(201, 500)).isEqualTo(-500);
    }

    @Test
    void whatIsDeclaredInAnyOrderIsFound() {
        for (int i : new int[] {5, 1, 3, 0, 4, 2, 9, 7, 8, 6}) {
            assertThat(declare(1 + 10 * i, 10, 1_000 * i)).isEqualTo(Declared.NEW);
        }

        for (int i = 0; i < 10; i++) {
            assertThat(mappings.position(1 + 10 * i + 3)).isEqualTo(1_000L * i + 3);
            assertThat(mappings.unitOf(1 + 10 * i).length).isEqualTo(10);
        }
        assertThat(mappings.run(-9, 20)).isEqualTo(-10);
    }

    @Test
    void theSameOnceMoreOrAPartOfItIsKnown() {
        declare(1, 100, 0);

        assertThat(declare(1, 100, 0)).isEqualTo(Declared.KNOWN);
        assertThat(declare(51, 50, 50)).isEqualTo(Declared.KNOWN);
        assertThat(mappings.count()).isEqualTo(1);
    }

    @Test
    void whatContradictsOrOverlapsIsAConflict() {
        declare(101, 100, 100);

        assertThat(declare(101, 100, 101)).isEqualTo(Declared.CONFLICT);
        assertThat(declare(151, 100, 150)).isEqualTo(Declared.CONFLICT);
        assertThat(declare(51, 100, 50)).isEqualTo(Declared.CONFLICT);
        assertThat(declare(1, 300, 0)).isEqualTo(Declared.CONFLICT);
        assertThat(mappings.count()).isEqualTo(1);
    }

    @Test
    void oneInFrontAlwaysHasRoom() {
        for (int i = 0; i < SummedMappings.CAPACITY; i++) {
            assertThat(declare(1_000 + 10 * i, 10, 1_000 + 10 * i)).isEqualTo(Declared.NEW);
        }

        assertThat(declare(900_000, 10, 900_000)).isEqualTo(Declared.FULL);
        assertThat(declare(11, 10, 10)).isEqualTo(Declared.FULL);
        assertThat(declare(1, 10, 0)).isEqualTo(Declared.NEW);
        assertThat(mappings.position(5)).isEqualTo(4);
    }

    @Test
    void aLongStreamAcrossTheWrapOfTheNumbersNeedsNoMoreRoom() {
        int ssn = 0x7fff_0000;
        long position = 0;
        MappedUnit first = null;
        for (int i = 0; i < 100_000; i++) {
            assertThat(mappings.declare(ssn, 70_000, position, 0, false, ssn)).isEqualTo(Declared.NEW);
            assertThat(mappings.declare(ssn + 70_000, 70_000, position + 70_000, 0, false, ssn))
                    .isEqualTo(Declared.NEW);
            assertThat(mappings.position(ssn + 69_999)).isEqualTo(position + 69_999);
            first = first == null ? mappings.get(0) : first;
            ssn += 140_000;
            position += 140_000;
            mappings.releaseBelow(ssn);
            assertThat(mappings.count()).isZero();
        }
        mappings.declare(ssn, 1, position, 0, false, ssn);
        assertThat(mappings.get(0)).isSameAs(first);
    }

    @Test
    void slidingWindowsReuseWhatTheyHave() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(declare(1 + 10 * i, 10, 10 * i)).isEqualTo(Declared.NEW);
            if (i >= 3) {
                mappings.releaseBelow(1 + 10 * (i - 2));
                assertThat(mappings.position(1 + 10 * (i - 2))).isEqualTo(10L * (i - 2));
                assertThat(mappings.position(1 + 10 * i)).isEqualTo(10L * i);
            }
        }
        assertThat(mappings.count()).isEqualTo(3);
    }

    private Declared declare(int ssn, int length, long position) {
        return mappings.declare(ssn, length, position, 0, false, 1);
    }
}
