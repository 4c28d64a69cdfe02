package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.number.Entropy;
import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EphemeralPortsTest {
    private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
    private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");

    private final FlowTable<String> flows = new FlowTable<>(new SeededEntropy(1));

    @Test
    void givesEachPortOfTheRangeOnceBeforeOneComesBack() {
        // RFC 6056 3.3.4: the counter walks the whole range.
        EphemeralPorts ports = new EphemeralPorts(40_000, 40_099, new SeededEntropy(2), new ListenerTable());
        Set<Integer> seen = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            seen.add(ports.choose(LOCAL, REMOTE, 80, flows, flow -> false));
        }

        assertThat(seen).hasSize(100).allMatch(port -> port >= 40_000 && port <= 40_099);
    }

    @Test
    void passesOverTakenPortsAndSaysWhenAllAreTaken() {
        EphemeralPorts ports = new EphemeralPorts(40_000, 40_002, new SeededEntropy(2), new ListenerTable());
        flows.add(new FourTuple(LOCAL, 40_000, REMOTE, 80), "taken");
        flows.add(new FourTuple(LOCAL, 40_002, REMOTE, 80), "taken");

        assertThat(ports.choose(LOCAL, REMOTE, 80, flows, flow -> false)).isEqualTo(40_001);

        flows.add(new FourTuple(LOCAL, 40_001, REMOTE, 80), "taken");
        assertThat(ports.choose(LOCAL, REMOTE, 80, flows, flow -> false)).isZero();
    }

    @Test
    void takesAPortThatIsToBeHadWhereNoneIsFree() {
        EphemeralPorts ports = new EphemeralPorts(40_000, 40_001, new SeededEntropy(2), new ListenerTable());
        flows.add(new FourTuple(LOCAL, 40_000, REMOTE, 80), "taken");
        flows.add(new FourTuple(LOCAL, 40_001, REMOTE, 80), "old");

        assertThat(ports.choose(LOCAL, REMOTE, 80, flows, "old"::equals)).isEqualTo(40_001);
    }

    @Test
    void beginsElsewhereForEachDestinationWhateverTheCountersSay() {
        // RFC 6056 3.3.4: the offset is a keyed hash of the ends.
        SeededEntropy keys = new SeededEntropy(2);
        EphemeralPorts ports = new EphemeralPorts(
                32_768,
                60_999,
                new Entropy() {
                    @Override
                    public int nextInt() {
                        return 0;
                    }

                    @Override
                    public long nextLong() {
                        return keys.nextLong();
                    }

                    @Override
                    public void nextBytes(byte[] octets) {
                        keys.nextBytes(octets);
                    }
                },
                new ListenerTable());
        Set<Integer> seen = new HashSet<>();

        for (int i = 0; i < 100; i++) {
            seen.add(ports.choose(LOCAL, REMOTE, 1 + i, flows, flow -> false));
        }

        assertThat(seen).hasSizeGreaterThan(90);
    }

    @Test
    void beginsElsewhereUnderAnotherSecret() {
        EphemeralPorts one = new EphemeralPorts(32_768, 60_999, new SeededEntropy(2), new ListenerTable());
        EphemeralPorts other = new EphemeralPorts(32_768, 60_999, new SeededEntropy(3), new ListenerTable());

        assertThat(one.choose(LOCAL, REMOTE, 80, flows, flow -> false))
                .isNotEqualTo(other.choose(LOCAL, REMOTE, 80, flows, flow -> false));
    }
}
