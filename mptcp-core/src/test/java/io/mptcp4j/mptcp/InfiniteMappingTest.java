package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InfiniteMappingTest {
    @Test
    void everyOctetFollowsItsPredecessor() {
        InfiniteMapping mapping = new InfiniteMapping(101, 5000);

        assertThat(mapping.run(101, 1400)).isEqualTo(1400);
        assertThat(mapping.position(101)).isEqualTo(5000);
        assertThat(mapping.position(1501)).isEqualTo(6400);
        // What was sent before the anchor comes again.
        assertThat(mapping.position(91)).isEqualTo(4990);
    }

    @Test
    void positionsGoOnWhenSubflowNumbersWrapAgainAndAgain() {
        InfiniteMapping mapping = new InfiniteMapping(1, 0);
        long position = 0;
        for (int i = 0; i < 100; i++) {
            position += 1 << 28;
            mapping.releaseBelow((int) (1 + position));
        }

        assertThat(mapping.position((int) (1 + position) + 7)).isEqualTo(position + 7);
    }
}
