package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DssMappingsTest {
    private final DssMappings mappings = new DssMappings();

    @Test
    void aDeclaredMappingGivesPositionsToItsOctetsAndToNoOthers() {
        assertThat(mappings.declare(101, 50, 1000)).isEqualTo(Declared.NEW);

        assertThat(mappings.run(101, 10)).isEqualTo(10);
        assertThat(mappings.position(101)).isEqualTo(1000);
        assertThat(mappings.position(150)).isEqualTo(1049);
        assertThat(mappings.run(120, 100)).isEqualTo(31);
        assertThat(mappings.run(151, 10)).isEqualTo(-10);
        assertThat(mappings.run(91, 30)).isEqualTo(-10);
    }

    @Test
    void anIdenticalDuplicateIsKnown() {
        // RFC 8684 3.3.1: segmentation offload repeats a mapping on each segment.
        mappings.declare(1, 65_000, 0);

        assertThat(mappings.declare(1, 65_000, 0)).isEqualTo(Declared.KNOWN);
        assertThat(mappings.declare(1461, 1460, 1460)).isEqualTo(Declared.KNOWN);
        assertThat(mappings.count()).isEqualTo(1);
    }

    @Test
    void aMappingThatContradictsAnEarlierOneIsRefused() {
        // RFC 8684 3.3.1: a mapping is fixed once it has been processed.
        mappings.declare(100, 100, 5000);

        assertThat(mappings.declare(150, 100, 7000)).isEqualTo(Declared.CONFLICT);
        assertThat(mappings.declare(50, 100, 5000)).isEqualTo(Declared.CONFLICT);
        assertThat(mappings.position(199)).isEqualTo(5099);
        assertThat(mappings.run(200, 5)).isEqualTo(-5);
    }

    @Test
    void mappingsThatContinueEachOtherAreKeptAsOne() {
        for (int i = 0; i < 1000; i++) {
            assertThat(mappings.declare(1 + i * 100, 100, i * 100L)).isEqualTo(Declared.NEW);
        }

        assertThat(mappings.count()).isEqualTo(1);
        assertThat(mappings.run(1, 100_000)).isEqualTo(100_000);
    }

    @Test
    void moreDisjointMappingsThanTheBoundAreRefused() {
        for (int i = 0; i < DssMappings.CAPACITY; i++) {
            assertThat(mappings.declare(1 + i * 100, 50, i * 1000L)).isEqualTo(Declared.NEW);
        }

        assertThat(mappings.declare(1 + DssMappings.CAPACITY * 100, 50, 0)).isEqualTo(Declared.FULL);
        mappings.releaseBelow(51);
        assertThat(mappings.declare(1 + DssMappings.CAPACITY * 100, 50, 0)).isEqualTo(Declared.NEW);
    }

    /** Refused, a hole would stay for ever, and what lies behind it would never be released. */
    @Test
    void mappingInFrontOfAllOthersIsBelievedInSpiteOfTheBound() {
        for (int i = 1; i <= DssMappings.CAPACITY; i++) {
            mappings.declare(1 + i * 100, 50, i * 1000L);
        }

        assertThat(mappings.declare(1, 50, 0)).isEqualTo(Declared.NEW);

        assertThat(mappings.run(1, 50)).isEqualTo(50);
        assertThat(mappings.run(1 + (DssMappings.CAPACITY - 1) * 100, 50)).isEqualTo(50);
        assertThat(mappings.run(1 + DssMappings.CAPACITY * 100, 50)).isEqualTo(-50);
        assertThat(mappings.count()).isEqualTo(DssMappings.CAPACITY);
    }

    @Test
    void aMappingBeforeOthersIsTakenEvenWhenThereAreTooMany() {
        // The octet that everybody waits for must never be refused for want of room.
        for (int i = 1; i <= DssMappings.CAPACITY; i++) {
            mappings.declare(1 + i * 100, 50, i * 1000L);
        }

        assertThat(mappings.declare(1, 50, 7)).isEqualTo(Declared.NEW);
        assertThat(mappings.position(1)).isEqualTo(7);
        assertThat(mappings.count()).isEqualTo(DssMappings.CAPACITY);
        assertThat(mappings.run(1 + DssMappings.CAPACITY * 100, 50)).isEqualTo(-50);
    }

    @Test
    void mappingsWorkAcrossTheWrapOfSubflowSequenceNumbers() {
        mappings.declare(-50, 100, 4_294_967_000L);

        assertThat(mappings.run(-50, 200)).isEqualTo(100);
        assertThat(mappings.position(49)).isEqualTo(4_294_967_099L);
        mappings.releaseBelow(10);
        assertThat(mappings.position(10)).isEqualTo(4_294_967_060L);
        assertThat(mappings.run(10, 100)).isEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void declarationsInAnyOrderAgreeWithATable(long seed) {
        // Given a table of which position each ssn has, cut into pieces with gaps in the position space.
        Random random = new Random(seed);
        int octets = 4000;
        long[] table = new long[octets];
        int[] starts = new int[octets];
        int pieces = 0;
        long position = 0;
        for (int at = 0; at < octets; ) {
            starts[pieces++] = at;
            int length = Math.min(octets - at, 1 + random.nextInt(60));
            position += random.nextInt(3) * 500L;
            for (int i = 0; i < length; i++) {
                table[at++] = position++;
            }
        }
        starts[pieces] = octets;
        boolean[] declared = new boolean[octets];
        int released = 0;
        // When pieces, and parts of pieces, are declared in random order and octets below are released
        for (int step = 0; step < 2000; step++) {
            int piece = random.nextInt(pieces);
            int from = starts[piece] + random.nextInt(starts[piece + 1] - starts[piece]);
            int length = 1 + random.nextInt(starts[piece + 1] - from);
            if (from >= released) {
                assertThat(mappings.declare(from, length, table[from])).isIn(Declared.NEW, Declared.KNOWN);
                for (int i = from; i < from + length; i++) {
                    declared[i] = true;
                }
            }
            // Then every run agrees with the table.
            int probe = released + random.nextInt(octets - released);
            int run = mappings.run(probe, Math.min(20, octets - probe));
            for (int i = 0; i < Math.abs(run); i++) {
                assertThat(declared[probe + i]).as("ssn %d", probe + i).isEqualTo(run > 0);
                if (run > 0) {
                    assertThat(mappings.position(probe) + i).isEqualTo(table[probe + i]);
                }
            }
            if (step % 100 == 99) {
                released = Math.min(octets - 100, released + random.nextInt(150));
                mappings.releaseBelow(released);
            }
        }
    }
}
