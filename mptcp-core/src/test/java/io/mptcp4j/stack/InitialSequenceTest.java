package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import org.junit.jupiter.api.Test;

class InitialSequenceTest {
    private static final FourTuple TUPLE =
            new FourTuple(IpAddress.parse("10.0.0.1"), 40_000, IpAddress.parse("10.0.0.2"), 80);
    private static final FourTuple OTHER =
            new FourTuple(IpAddress.parse("10.0.0.1"), 40_001, IpAddress.parse("10.0.0.2"), 80);

    private final InitialSequence sequence = new InitialSequence(new SeededEntropy(1));

    @Test
    void advancesByOneEachFourMicrosecondsForOneTuple() {
        // RFC 6528 3: M is a clock of 4 microseconds.
        int first = sequence.sequenceNumber(TUPLE, 1_000_000_000L);

        assertThat(sequence.sequenceNumber(TUPLE, 1_000_004_000L)).isEqualTo(first + 1);
        assertThat(sequence.sequenceNumber(TUPLE, 2_000_000_000L)).isEqualTo(first + 250_000);
    }

    @Test
    void tellsNothingOfOneTupleByAnotherOrByAnotherSecret() {
        InitialSequence otherSecret = new InitialSequence(new SeededEntropy(2));

        assertThat(sequence.sequenceNumber(TUPLE, 0)).isNotEqualTo(sequence.sequenceNumber(OTHER, 0));
        assertThat(sequence.sequenceNumber(TUPLE, 0)).isNotEqualTo(otherSecret.sequenceNumber(TUPLE, 0));
    }

    @Test
    void keepsTheTimestampOffsetOfATuple() {
        assertThat(sequence.timestampOffset(TUPLE)).isEqualTo(sequence.timestampOffset(TUPLE));
        assertThat(sequence.timestampOffset(TUPLE)).isNotEqualTo(sequence.timestampOffset(OTHER));
    }
}
