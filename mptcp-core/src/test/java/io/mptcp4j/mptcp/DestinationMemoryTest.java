package io.mptcp4j.mptcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.IpAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is remembered of destinations (RFC 8684 3.1, 3.9.3), and for how long. */
class DestinationMemoryTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long PAUSE = 60 * SECOND;
    private static final IpAddress HOST = IpAddress.parse("10.0.0.2");
    private static final int PORT = 443;
    private static final Set<MptcpVersion> BOTH = EnumSet.allOf(MptcpVersion.class);
    private static final Set<MptcpVersion> V1_ALONE = Set.of(MptcpVersion.V1);

    /** Of a clock of which only differences count, near its overflow. */
    private static final long BEGIN = Long.MAX_VALUE - 90 * SECOND;

    private final StackCounters counters = new StackCounters();
    private final DestinationMemory memory = new DestinationMemory(1_000, PAUSE, counters);
    private long now = BEGIN;

    // ---- destinations that swallow MPTCP

    @Test
    void aDestinationThatSwallowsIsSparedForTheFirstPause() {
        memory.onSwallowed(HOST, PORT, now);

        assertThat(memory.isSpared(HOST, PORT, now + PAUSE - 1)).isTrue();
        assertThat(memory.isSpared(HOST, PORT, now + PAUSE)).isFalse();
        assertThat(counters.get(Counter.BLACKHOLES)).isEqualTo(1);
    }

    @Test
    void anotherPortIsAnotherDestination() {
        memory.onSwallowed(HOST, PORT, now);

        assertThat(memory.isSpared(HOST, 80, now)).isFalse();
        assertThat(memory.isSpared(IpAddress.parse("10.0.0.3"), PORT, now)).isFalse();
    }

    @Test
    void eachPauseIsTwiceTheOneBeforeUpToABound() {
        for (int i = 0; i < 40; i++) {
            long pause = PAUSE * Math.min(1L << i, DestinationMemory.LONGEST_PAUSE);
            memory.onSwallowed(HOST, PORT, now);

            assertThat(memory.isSpared(HOST, PORT, now + pause - 1))
                    .as("pause %d", i)
                    .isTrue();
            now += pause;
            assertThat(memory.isSpared(HOST, PORT, now)).as("pause %d", i).isFalse();
        }
    }

    @Test
    void anAnswerWithMptcpForgetsAllPauses() {
        memory.onSwallowed(HOST, PORT, now);
        memory.onSwallowed(HOST, PORT, now + PAUSE);
        now += 10 * PAUSE;

        memory.onAnswered(HOST, PORT, MptcpVersion.V1, now);

        assertThat(memory.size()).isZero();
        memory.onSwallowed(HOST, PORT, now);
        assertThat(memory.isSpared(HOST, PORT, now + PAUSE)).isFalse();
    }

    @Test
    void whoIsNotAskedForLongIsForgotten() {
        memory.onSwallowed(HOST, PORT, now);
        now += PAUSE + DestinationMemory.LONGEST_PAUSE * PAUSE;

        assertThat(memory.isSpared(HOST, PORT, now)).isFalse();
        assertThat(memory.size()).isZero();
    }

    @Test
    void aPauseOfZeroSwitchesItOff() {
        DestinationMemory off = new DestinationMemory(1_000, 0, counters);
        off.onSwallowed(HOST, PORT, now);

        assertThat(off.isSpared(HOST, PORT, now)).isFalse();
        assertThat(off.size()).isZero();
        assertThat(counters.get(Counter.BLACKHOLES)).isZero();
    }

    // ---- versions

    @Test
    void theHighestVersionIsAskedFor() {
        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V1);
        assertThat(memory.versionFor(HOST, PORT, Set.of(MptcpVersion.V0), now)).isEqualTo(MptcpVersion.V0);
    }

    @Test
    void afterAVersionThatIsNotSpokenTheNextLowerOneIsAskedFor() {
        memory.onUnspoken(HOST, PORT, MptcpVersion.V1, BOTH, now);

        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V0);
        memory.onAnswered(HOST, PORT, MptcpVersion.V0, now);
        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V0);
        assertThat(memory.versionFor(HOST, PORT, V1_ALONE, now)).isEqualTo(MptcpVersion.V1);
    }

    @Test
    void whoSpeaksNoVersionIsAskedForTheHighest() {
        memory.onUnspoken(HOST, PORT, MptcpVersion.V1, BOTH, now);
        memory.onUnspoken(HOST, PORT, MptcpVersion.V0, BOTH, now);

        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V1);
        memory.onAnswered(HOST, PORT, MptcpVersion.V1, now);
        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V1);
    }

    @Test
    void aVersionIsTriedAgainAfterAnHour() {
        memory.onUnspoken(HOST, PORT, MptcpVersion.V1, BOTH, now);
        now += DestinationMemory.VERSION_EXPIRY_NANOS;

        assertThat(memory.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V1);
        assertThat(memory.size()).isZero();
    }

    @Test
    void withOneVersionThereIsNothingToRemember() {
        memory.onUnspoken(HOST, PORT, MptcpVersion.V1, V1_ALONE, now);

        assertThat(memory.size()).isZero();
    }

    // ---- bounds

    @Test
    void theDestinationAskedForLongestAgoMakesRoom() {
        DestinationMemory small = new DestinationMemory(3, PAUSE, counters);
        for (int port = 1; port <= 3; port++) {
            small.onSwallowed(HOST, port, now);
        }
        small.isSpared(HOST, 1, now);

        small.onSwallowed(HOST, 4, now);

        assertThat(small.size()).isEqualTo(3);
        assertThat(small.isSpared(HOST, 2, now)).isFalse();
        assertThat(small.isSpared(HOST, 1, now)).isTrue();
        assertThat(small.isSpared(HOST, 4, now)).isTrue();
    }

    @Test
    void itNeverHoldsMoreThanItsBound() {
        for (int port = 1; port <= 60_000; port++) {
            memory.onSwallowed(HOST, port, now);
            memory.onUnspoken(HOST, 60_000 - port, MptcpVersion.V1, BOTH, now);
            assertThat(memory.size()).isLessThanOrEqualTo(1_000);
        }
        assertThat(memory.size()).isEqualTo(1_000);
    }

    @Test
    void withoutRoomNothingIsRemembered() {
        DestinationMemory none = new DestinationMemory(0, PAUSE, counters);
        none.onSwallowed(HOST, PORT, now);
        none.onUnspoken(HOST, PORT, MptcpVersion.V1, BOTH, now);

        assertThat(none.size()).isZero();
        assertThat(none.isSpared(HOST, PORT, now)).isFalse();
        assertThat(none.versionFor(HOST, PORT, BOTH, now)).isEqualTo(MptcpVersion.V1);
    }
}
