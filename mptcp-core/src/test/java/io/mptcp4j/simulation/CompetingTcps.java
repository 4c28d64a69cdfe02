package io.mptcp4j.simulation;

import io.mptcp4j.device.LinkProfile;
import io.mptcp4j.mptcp.ConnectionSettings;
import io.mptcp4j.mptcp.congestion.CongestionGroups;
import io.mptcp4j.testing.HostPairs;
import io.mptcp4j.testing.HostPairs.Pair;
import io.mptcp4j.testing.SharedLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** TCP connections of different hosts through one bottleneck, each with the congestion control of its name: what each gets. */
final class CompetingTcps {
    private static final int MILLIS_UNTIL_ALL_HAVE_BEGUN = 1_000;

    /** A queue in proportion to what the path holds. */
    private static final int PACKET = 1_500;

    private CompetingTcps() {}

    /** A link with this rate and round-trip time, and a queue of so many times what the path holds. */
    static LinkProfile link(double megabits, int rttMillis, double queue) {
        double held = megabits * 1e6 / Byte.SIZE * rttMillis / 1e3 / PACKET;
        return CongestionScenario.link(megabits, rttMillis, (int) Math.max(2, Math.round(queue * held)));
    }

    /** A connection without MPTCP. */
    static ConnectionSettings tcp(String congestion) {
        return ConnectionSettings.builder()
                .multipath(false)
                .sendBuffer(32 << 20)
                .receiveBuffer(32 << 20)
                .congestion(CongestionGroups.byName(congestion))
                .build();
    }

    /** What each gets, in Mbit/s of its application. */
    static double[] rates(LinkProfile link, Duration warmUp, Duration measured, long seed, String... names) {
        try (HostPairs hosts = new HostPairs(seed)) {
            SharedLink bottleneck = hosts.link(link);
            List<Pair> pairs = new ArrayList<>();
            for (String name : names) {
                pairs.add(hosts.pair(tcp(name), bottleneck));
            }
            Random random = new Random(seed);
            int wait = MILLIS_UNTIL_ALL_HAVE_BEGUN / names.length;
            List<Pair> order = new ArrayList<>(pairs);
            java.util.Collections.shuffle(order, random);
            for (Pair pair : order) {
                pair.begin();
                hosts.run(Duration.ofMillis(random.nextInt(wait)));
            }
            hosts.run(warmUp);
            double[] before = received(pairs);
            hosts.run(measured);
            double[] after = received(pairs);
            hosts.assertNothingLeft();
            Arrays.setAll(after, i -> (after[i] - before[i]) * Byte.SIZE / 1e6 / (measured.toMillis() / 1e3));
            return after;
        }
    }

    private static double[] received(List<Pair> pairs) {
        return pairs.stream().mapToDouble(Pair::received).toArray();
    }
}
