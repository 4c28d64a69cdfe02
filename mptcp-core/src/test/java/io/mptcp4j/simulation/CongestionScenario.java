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

/**
 * One multipath connection over two links, which may be one and the same, and TCP connections of other hosts on each of them:
 * what everybody gets in the long run.
 */
final class CongestionScenario {
    /** Settings of the connections that compete. */
    static final ConnectionSettings PLAIN_TCP =
            multipath("reno").toBuilder().multipath(false).build();

    private final LinkProfile first;
    private final LinkProfile second;
    private final int tcpsOnFirst;
    private final int tcpsOnSecond;
    private final Duration warmUp;
    private final Duration measured;

    private CongestionScenario(
            LinkProfile first, LinkProfile second, int tcpsOnFirst, int tcpsOnSecond, Duration warmUp, Duration time) {
        this.first = first;
        this.second = second;
        this.tcpsOnFirst = tcpsOnFirst;
        this.tcpsOnSecond = tcpsOnSecond;
        this.warmUp = warmUp;
        this.measured = time;
    }

    /** Settings of a connection with this congestion control. */
    static ConnectionSettings multipath(String congestion) {
        return ConnectionSettings.builder()
                .congestion(CongestionGroups.byName(congestion))
                .build();
    }

    /** Both subflows over one link, together with TCP connections. */
    static CongestionScenario shared(LinkProfile link, int tcps, Duration measured) {
        return new CongestionScenario(link, null, tcps, 0, Duration.ofSeconds(10), measured);
    }

    /** A link for each subflow, with TCP connections on either. */
    static CongestionScenario disjoint(
            LinkProfile first, int tcpsOnFirst, LinkProfile second, int tcpsOnSecond, Duration measured) {
        return new CongestionScenario(first, second, tcpsOnFirst, tcpsOnSecond, Duration.ofSeconds(10), measured);
    }

    /** A link with this rate, round-trip time and queue. */
    static LinkProfile link(double megabits, int rttMillis, int queuePackets) {
        return LinkProfile.IDEAL
                .withRate((long) (megabits * 1e6))
                .withDelay(Duration.ofMillis(rttMillis).dividedBy(2))
                .withQueuePackets(queuePackets);
    }

    /** Runs it with some seeds; the mean. */
    Outcome mean(String congestion, int seeds) {
        List<Outcome> all = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            all.add(run(congestion, seed));
        }
        return Outcome.mean(all);
    }

    /** Runs it with a congestion control by name. */
    Outcome run(String congestion, long seed) {
        try (HostPairs hosts = new HostPairs(seed)) {
            SharedLink a = hosts.link(first);
            SharedLink b = second == null ? a : hosts.link(second);
            Pair multipath = hosts.pair(multipath(congestion), a, b);
            List<Pair> tcps = new ArrayList<>();
            for (int i = 0; i < tcpsOnFirst + tcpsOnSecond; i++) {
                tcps.add(hosts.pair(PLAIN_TCP, i < tcpsOnFirst ? a : b));
            }
            begin(hosts, multipath, tcps, new Random(seed));
            hosts.run(warmUp);
            long[] before = counts(multipath, tcps);
            hosts.run(measured);
            long[] after = counts(multipath, tcps);
            hosts.assertNothingLeft();
            return outcome(before, after);
        }
    }

    private static void begin(HostPairs hosts, Pair multipath, List<Pair> tcps, Random random) {
        List<Pair> all = new ArrayList<>(tcps);
        all.add(random.nextInt(all.size() + 1), multipath);
        for (Pair pair : all) {
            pair.begin();
            hosts.run(Duration.ofMillis(random.nextInt(1_000)));
        }
    }

    /** What the multipath connection has delivered, over either path, and then each TCP. */
    private static long[] counts(Pair multipath, List<Pair> tcps) {
        long[] counts = new long[3 + tcps.size()];
        counts[0] = multipath.received();
        counts[1] = multipath.deliveredOver(0);
        counts[2] = multipath.deliveredOver(1);
        for (int i = 0; i < tcps.size(); i++) {
            counts[3 + i] = tcps.get(i).received();
        }
        return counts;
    }

    private Outcome outcome(long[] before, long[] after) {
        double[] rates = new double[before.length];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = (after[i] - before[i]) * 8.0 / measured.toMillis() / 1_000;
        }
        double onFirst = Arrays.stream(rates, 3, 3 + tcpsOnFirst).average().orElse(0);
        double onSecond =
                Arrays.stream(rates, 3 + tcpsOnFirst, rates.length).average().orElse(0);
        return new Outcome(rates[0], rates[1], rates[2], onFirst, onSecond);
    }

    /**
     * What everybody got, in Mbit/s.
     *
     * @param multipath octets of the application that the multipath connection delivered
     * @param overFirst octets of its packets that came over the first path
     * @param overSecond and over the second
     * @param tcpOnFirst the mean of the TCP connections on the first link; 0 without any
     * @param tcpOnSecond and on the second
     */
    record Outcome(double multipath, double overFirst, double overSecond, double tcpOnFirst, double tcpOnSecond) {
        /** What the multipath connection got of what a TCP beside it got. */
        double toTcp() {
            return multipath / tcpOnFirst;
        }

        /** The share of the multipath connection's packets that went over the first path. */
        double shareOverFirst() {
            return overFirst / (overFirst + overSecond);
        }

        /** The mean of several. */
        static Outcome mean(List<Outcome> all) {
            double[] sums = new double[5];
            for (Outcome one : all) {
                double[] values = {one.multipath, one.overFirst, one.overSecond, one.tcpOnFirst, one.tcpOnSecond};
                Arrays.setAll(sums, i -> sums[i] + values[i] / all.size());
            }
            return new Outcome(sums[0], sums[1], sums[2], sums[3], sums[4]);
        }
    }
}
