package io.mptcp4j.examples.progress;

import io.mptcp4j.socket.ConnectionInfo;
import io.mptcp4j.socket.SubflowInfo;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What each path has carried, from repeated looks at one connection. A subflow that has gone is remembered with what it
 * had carried when it was last seen. Thread-safe.
 */
public final class PathMeter {
    private static final long RATE_WINDOW_NANOS = 1_000_000_000L;

    /** Which octets count. */
    public enum Direction {
        /** Those that we sent, without retransmissions. */
        SENT,
        /** Those that we received, without duplicates. */
        RECEIVED
    }

    private final PathNames names;
    private final Direction direction;
    private final Map<Ends, Long> subflows = new LinkedHashMap<>();
    private final Deque<Sample> recent = new ArrayDeque<>();
    private ConnectionInfo last;

    /** A meter of paths with these names, all of which begin at zero. */
    public PathMeter(PathNames names, Direction direction) {
        this.names = names;
        this.direction = direction;
    }

    /** Takes a look into account. */
    public synchronized void sample(ConnectionInfo info, long nowNanos) {
        last = info;
        for (SubflowInfo subflow : info.subflows()) {
            long octets = direction == Direction.SENT ? subflow.octetsSent() : subflow.octetsReceived();
            subflows.merge(new Ends(subflow.local(), subflow.remote()), octets, Math::max);
        }
        recent.addLast(new Sample(nowNanos, octets()));
        while (recent.size() > 2 && nowNanos - recent.peekFirst().nanos > RATE_WINDOW_NANOS) {
            recent.removeFirst();
        }
    }

    /** The octets that each path has carried so far. */
    public synchronized Map<String, Long> octets() {
        Map<String, Long> sums = new LinkedHashMap<>();
        names.all().forEach(name -> sums.put(name, 0L));
        subflows.forEach((ends, octets) -> sums.merge(names.of(ends.local().getAddress()), octets, Long::sum));
        return sums;
    }

    /** Octets a second that each path has carried during the last second or so. */
    public synchronized Map<String, Double> rates() {
        Map<String, Double> rates = new LinkedHashMap<>();
        Sample newest = recent.peekLast();
        Sample oldest = recent.peekFirst();
        if (newest != null) {
            double seconds = Math.max(1, newest.nanos - oldest.nanos) / 1e9;
            newest.octets.forEach(
                    (name, octets) -> rates.put(name, (octets - oldest.octets.getOrDefault(name, 0L)) / seconds));
        }
        return rates;
    }

    /** What was last seen of the connection; null when it was never looked at. */
    public synchronized ConnectionInfo last() {
        return last;
    }

    private record Ends(InetSocketAddress local, InetSocketAddress remote) {}

    private record Sample(long nanos, Map<String, Long> octets) {}
}
