package io.mptcp4j.device;

/**
 * The drop-tail queue before a link of a given rate. It holds no packets: a packet's time of departure is known when it
 * enters, so the queue is a matter of times.
 */
final class LinkQueue {
    /** What {@link #enter} returns for a packet that finds the queue full. */
    static final long FULL = Long.MIN_VALUE;

    private static final long BITS_NANOS = 8L * 1_000_000_000L;

    private final long bitsPerSecond;
    private final long maxOctets;
    private final int maxPackets;
    private final long[] departures;

    private int first;
    private int waiting;
    private long busyUntil;

    /** The queue of a profile, whose first packets wait for those that entered {@code previous} (null for none). */
    LinkQueue(LinkProfile profile, LinkQueue previous) {
        bitsPerSecond = profile.bitsPerSecond();
        maxOctets = profile.queueOctets();
        maxPackets = profile.queuePackets();
        boolean counts = bitsPerSecond != LinkProfile.UNLIMITED && maxPackets != LinkProfile.UNLIMITED_PACKETS;
        departures = counts ? new long[maxPackets] : null;
        busyUntil = previous == null ? Long.MIN_VALUE : previous.busyUntil;
    }

    /** Lets a packet in and returns when its last octet will have left, or {@link #FULL}. */
    long enter(int octets, long nowNanos) {
        if (bitsPerSecond == LinkProfile.UNLIMITED) {
            return nowNanos;
        }
        if (isFull(octets, nowNanos)) {
            return FULL;
        }
        busyUntil = Math.max(busyUntil, nowNanos) + octets * BITS_NANOS / bitsPerSecond;
        if (departures != null) {
            departures[(first + waiting++) % maxPackets] = busyUntil;
        }
        return busyUntil;
    }

    /** The octets that have not left yet. */
    long octets(long nowNanos) {
        if (busyUntil <= nowNanos) {
            return 0;
        }
        return (long) ((double) (busyUntil - nowNanos) * bitsPerSecond / BITS_NANOS);
    }

    private boolean isFull(int octets, long nowNanos) {
        if (departures != null) {
            while (waiting > 0 && departures[first] <= nowNanos) {
                first = (first + 1) % maxPackets;
                waiting--;
            }
            if (waiting == maxPackets) {
                return true;
            }
        }
        long before = octets(nowNanos);
        // An idle link takes any packet.
        return before > 0 && before + octets > maxOctets;
    }
}
