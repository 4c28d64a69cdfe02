package io.mptcp4j.tcp;

import io.mptcp4j.metric.Counter;
import io.mptcp4j.metric.StackCounters;
import io.mptcp4j.wire.FourTuple;
import io.mptcp4j.wire.IpAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a host keeps for the SYNs that it sends with octets (RFC 7413 4.1.3): the cookies that it was given, with the segments
 * that their givers take, and to which destinations such SYNs did not get through. What is remembered expires; when there is
 * no room what was asked for longest ago is forgotten.
 */
public final class FastOpenMemory {
    /** The pause grows to this many times the first one. */
    static final int LONGEST_PAUSE = 64;

    /** A cookie is good for as long as its giver likes; one that is not costs nothing but a cookie. */
    static final long COOKIE_EXPIRY_NANOS = TimeUnit.HOURS.toNanos(24);

    /** RFC 7413 4.1.3: larger SYNs may confuse firewalls. */
    private static final int LARGEST_MSS_IPV4 = 1460;

    private static final int LARGEST_MSS_IPV6 = 1440;

    private static final float LOAD_FACTOR = 0.75f;

    private final int capacity;
    private final long firstPauseNanos;
    private final StackCounters counters;

    /** RFC 7413 4.1.3: one cookie for each pair of addresses, whatever the port. */
    private final Map<Pair, Entry> cookies = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    /** RFC 7413 4.1.3.1: cookies are independent of the port, but refusals are not. */
    private final Map<Pair, Pause> pauses = new LinkedHashMap<>(16, LOAD_FACTOR, true);

    private record Pair(IpAddress local, IpAddress remote, int port) {}

    private record Entry(byte[] cookie, int maximumSegmentSize, long expiresAt) {}

    private record Pause(int times, long until, long forgottenAt) {}

    /**
     * An empty memory.
     *
     * @param capacity cookies at most, and as many destinations that are spared; 0 to remember none
     * @param firstPauseNanos how long a destination that swallows or ignores what Fast Open adds to a SYN is spared at first;
     *     0 for not at all
     */
    public FastOpenMemory(int capacity, long firstPauseNanos, StackCounters counters) {
        this.capacity = capacity;
        this.firstPauseNanos = firstPauseNanos;
        this.counters = counters;
    }

    /** The cookie for a destination; null when there is none. Not to be changed. */
    byte[] cookie(FourTuple tuple, long now) {
        Entry entry = cookies.isEmpty() ? null : cookies.get(pair(tuple));
        if (entry != null && now - entry.expiresAt >= 0) {
            cookies.remove(pair(tuple));
            return null;
        }
        return entry == null ? null : entry.cookie;
    }

    /** The payload octets of a segment without options that the giver of the cookie takes. */
    int maximumSegmentSize(FourTuple tuple) {
        return cookies.get(pair(tuple)).maximumSegmentSize;
    }

    /** A destination has given a cookie, or one with a segment size known anew. */
    void remember(FourTuple tuple, byte[] cookie, int maximumSegmentSize, long now) {
        if (capacity > 0) {
            int largest = tuple.isIpv4() ? LARGEST_MSS_IPV4 : LARGEST_MSS_IPV6;
            makeRoom(cookies);
            cookies.put(
                    pair(tuple), new Entry(cookie, Math.min(largest, maximumSegmentSize), now + COOKIE_EXPIRY_NANOS));
        }
    }

    /** Whether SYNs to this destination are better sent as if there was no Fast Open. */
    boolean isSpared(FourTuple tuple, long now) {
        Pause pause = pause(tuple, now);
        return pause != null && now - pause.until < 0;
    }

    /** What was added to a SYN had no answer, or the SYN itself had none: the destination is spared, each time longer. */
    void onFailed(FourTuple tuple, long now) {
        if (firstPauseNanos == 0 || capacity == 0) {
            return;
        }
        Pause before = pause(tuple, now);
        int times = before == null ? 0 : before.times;
        long pause = firstPauseNanos * Math.min(LONGEST_PAUSE, 1L << Math.min(times, Integer.SIZE));
        makeRoom(pauses);
        // The next attempt after the pause decides whether the next pause is longer; there may be none for long.
        long forgottenAt = now + pause + LONGEST_PAUSE * firstPauseNanos;
        pauses.put(destination(tuple), new Pause(times + 1, now + pause, forgottenAt));
        counters.count(Counter.FAST_OPEN_PAUSES);
    }

    /** Octets of a SYN have arrived. */
    void onSucceeded(FourTuple tuple) {
        if (!pauses.isEmpty()) {
            pauses.remove(destination(tuple));
        }
    }

    /** How many cookies are kept. */
    public int cookieCount() {
        return cookies.size();
    }

    /** How many destinations are spared, or were a while ago. */
    public int pauseCount() {
        return pauses.size();
    }

    private Pause pause(FourTuple tuple, long now) {
        Pause pause = pauses.isEmpty() ? null : pauses.get(destination(tuple));
        if (pause != null && now - pause.forgottenAt >= 0) {
            pauses.remove(destination(tuple));
            return null;
        }
        return pause;
    }

    private <T> void makeRoom(Map<Pair, T> map) {
        if (map.size() >= capacity) {
            map.remove(map.keySet().iterator().next());
        }
    }

    private static Pair pair(FourTuple tuple) {
        return new Pair(tuple.localAddress(), tuple.remoteAddress(), 0);
    }

    private static Pair destination(FourTuple tuple) {
        return new Pair(tuple.localAddress(), tuple.remoteAddress(), tuple.remotePort());
    }
}
