package io.mptcp4j.mptcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.IpAddress;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * What a host has learnt about the destinations it connected to: which versions they do not speak (RFC 8684 3.1: "MAY cache
 * information for a peer"), and whether the way there swallows SYNs with MP_CAPABLE (3.9.3: a system-wide cache). A
 * destination is an address and a port. What is remembered expires; when there is no room the destination that was asked for
 * longest ago is forgotten.
 */
public final class DestinationMemory {
    /** The pause without MPTCP grows to this many times the first one. */
    static final int LONGEST_PAUSE = 64;

    /** So long it is remembered that a destination does not speak a version. */
    static final long VERSION_EXPIRY_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final float LOAD_FACTOR = 0.75f;

    private final int capacity;
    private final long firstPauseNanos;
    private final StackCounters counters;
    private final Map<Destination, Entry> entries = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private record Destination(IpAddress address, int port) {}

    private static final class Entry {
        private final Set<MptcpVersion> unspoken = EnumSet.noneOf(MptcpVersion.class);
        private long unspokenUntil;
        private int swallowed;
        private long pauseUntil;
        private long pauseForgottenAt;

        /** Drops what has expired; false when nothing is left. */
        private boolean refresh(long now) {
            if (!unspoken.isEmpty() && now - unspokenUntil >= 0) {
                unspoken.clear();
            }
            if (swallowed > 0 && now - pauseForgottenAt >= 0) {
                swallowed = 0;
            }
            return swallowed > 0 || !unspoken.isEmpty();
        }
    }

    /**
     * An empty memory.
     *
     * @param capacity destinations at most; 0 to remember none
     * @param firstPauseNanos how long a destination that swallows MPTCP is spared at first; 0 for not at all
     */
    public DestinationMemory(int capacity, long firstPauseNanos, StackCounters counters) {
        this.capacity = capacity;
        this.firstPauseNanos = firstPauseNanos;
        this.counters = counters;
    }

    // ---- what connections ask

    /** Whether SYNs with MP_CAPABLE to this destination were swallowed a short while ago: better not to send one. */
    boolean isSpared(IpAddress address, int port, long now) {
        Entry entry = find(address, port, now);
        return entry != null && entry.swallowed > 0 && now - entry.pauseUntil < 0;
    }

    /** The version to ask for: the highest of these that the destination is not known to refuse. */
    MptcpVersion versionFor(IpAddress address, int port, Set<MptcpVersion> allowed, long now) {
        Entry entry = find(address, port, now);
        if (entry != null) {
            Set<MptcpVersion> candidates = EnumSet.copyOf(allowed);
            candidates.removeAll(entry.unspoken);
            if (!candidates.isEmpty()) {
                return MptcpVersion.highest(candidates);
            }
        }
        return MptcpVersion.highest(allowed);
    }

    // ---- what connections tell

    /** The destination answered a SYN without MP_CAPABLE, and several with it not: it is spared for a while, each time longer. */
    void onSwallowed(IpAddress address, int port, long now) {
        if (firstPauseNanos == 0 || capacity == 0) {
            return;
        }
        Entry entry = entry(address, port, now);
        int factor = Math.min(LONGEST_PAUSE, 1 << Math.min(entry.swallowed, Integer.SIZE - 2));
        long pause = Math.multiplyExact(firstPauseNanos, factor);
        entry.swallowed++;
        entry.pauseUntil = now + pause;
        // The next attempt after the pause decides whether the next pause is longer; there may be none for long.
        entry.pauseForgottenAt = entry.pauseUntil + LONGEST_PAUSE * firstPauseNanos;
        counters.count(Counter.BLACKHOLES);
    }

    /** The destination answered our SYN with MP_CAPABLE of this version. */
    void onAnswered(IpAddress address, int port, MptcpVersion version, long now) {
        Entry entry = find(address, port, now);
        if (entry != null) {
            entry.swallowed = 0;
            entry.unspoken.remove(version);
            if (entry.unspoken.isEmpty()) {
                entries.remove(new Destination(address, port));
            }
        }
    }

    /**
     * The destination answered our SYN of this version otherwise. Remembered only when there is another version to try.
     *
     * @param allowed the versions that we speak
     */
    void onUnspoken(IpAddress address, int port, MptcpVersion version, Set<MptcpVersion> allowed, long now) {
        if (allowed.size() > 1 && capacity > 0) {
            Entry entry = entry(address, port, now);
            entry.swallowed = 0;
            entry.unspoken.add(version);
            entry.unspokenUntil = now + VERSION_EXPIRY_NANOS;
        }
    }

    /** How many destinations are remembered. */
    public int size() {
        return entries.size();
    }

    // ---- steps

    private Entry find(IpAddress address, int port, long now) {
        if (entries.isEmpty()) {
            return null;
        }
        Destination destination = new Destination(address, port);
        Entry entry = entries.get(destination);
        if (entry == null || entry.refresh(now)) {
            return entry;
        }
        entries.remove(destination);
        return null;
    }

    private Entry entry(IpAddress address, int port, long now) {
        Entry known = find(address, port, now);
        if (known != null) {
            return known;
        }
        if (entries.size() >= capacity) {
            entries.remove(entries.keySet().iterator().next());
        }
        Entry entry = new Entry();
        entries.put(new Destination(address, port), entry);
        return entry;
    }
}
