package io.mptcp4j.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.mptcp4j.testing.SeededEntropy;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowTableTest {
    private static final IpAddress LOCAL = IpAddress.parse("10.0.0.1");
    private static final IpAddress REMOTE = IpAddress.parse("10.0.0.2");

    private final FlowTable<String> table = new FlowTable<>(new SeededEntropy(1));

    @Test
    void findsWhatWasAddedAndNothingElse() {
        table.add(new FourTuple(LOCAL, 80, REMOTE, 5000), "a");

        assertThat(table.find(new FourTuple(LOCAL, 80, REMOTE, 5000))).isEqualTo("a");
        assertThat(table.find(new FourTuple(LOCAL, 81, REMOTE, 5000))).isNull();
        assertThat(table.find(new FourTuple(LOCAL, 80, REMOTE, 5001))).isNull();
        assertThat(table.find(new FourTuple(REMOTE, 80, LOCAL, 5000))).isNull();
        assertThat(table.find(new FourTuple(LOCAL, 5000, REMOTE, 80))).isNull();
    }

    @Test
    void keepsTheFirstEntryOfATuple() {
        table.add(new FourTuple(LOCAL, 80, REMOTE, 5000), "a");

        boolean added = table.add(new FourTuple(LOCAL, 80, REMOTE, 5000), "b");

        assertThat(added).isFalse();
        assertThat(table.find(new FourTuple(LOCAL, 80, REMOTE, 5000))).isEqualTo("a");
        assertThat(table.size()).isEqualTo(1);
    }

    @Test
    void tellsIpv6AddressesApartThatDifferInOneHalf() {
        IpAddress local = IpAddress.parse("fd00::1");
        table.add(new FourTuple(local, 80, IpAddress.parse("fd00:1::2"), 5000), "a");
        table.add(new FourTuple(local, 80, IpAddress.parse("fd00:2::2"), 5000), "b");

        assertThat(table.find(new FourTuple(local, 80, IpAddress.parse("fd00:1::2"), 5000)))
                .isEqualTo("a");
        assertThat(table.find(new FourTuple(local, 80, IpAddress.parse("fd00:2::2"), 5000)))
                .isEqualTo("b");
        assertThat(table.find(new FourTuple(local, 80, IpAddress.parse("fd00:3::2"), 5000)))
                .isNull();
    }

    @Test
    void agreesWithAMapOverManyAdditionsAndRemovals() {
        Random random = new Random(7);
        Map<FourTuple, String> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            FourTuple tuple = new FourTuple(LOCAL, 1 + random.nextInt(20), REMOTE, 1 + random.nextInt(100));
            if (random.nextInt(5) < 3) {
                assertThat(table.add(tuple, "e" + i)).isEqualTo(model.putIfAbsent(tuple, "e" + i) == null);
            } else {
                assertThat(table.remove(tuple)).isEqualTo(model.remove(tuple));
            }
        }

        assertThat(table.size()).isEqualTo(model.size());
        for (int port = 1; port <= 20; port++) {
            for (int remotePort = 1; remotePort <= 100; remotePort++) {
                FourTuple tuple = new FourTuple(LOCAL, port, REMOTE, remotePort);
                assertThat(table.find(tuple)).isEqualTo(model.get(tuple));
            }
        }
    }
}
