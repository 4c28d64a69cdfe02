package io.mptcp4j.stack;

import io.mptcp4j.wire.IpAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections of a listener whose handshake is not complete, up to a limit, and up to another one for each source (RFC 4987
 * 3.1). A source is an IPv4 address or the network of 64 bits that an IPv6 address is in, all of which one host may have.
 */
final class SynBacklog {
    private final int limit;
    private final int limitOfSource;
    // In the order in which they came, as in ConnectionTable.
    private final Map<PassiveOpen, IpAddress> halfOpen = new LinkedHashMap<>();
    private final Map<IpAddress, Integer> bySource = new HashMap<>();

    SynBacklog(int limit, int limitOfSource) {
        this.limit = limit;
        this.limitOfSource = limitOfSource;
    }

    /** Whether there is no room for one more. */
    boolean isFull() {
        return halfOpen.size() >= limit;
    }

    /** Whether there is no room for one more from this address. */
    boolean isFullFor(IpAddress remote) {
        return isFull() || bySource.getOrDefault(sourceOf(remote), 0) >= limitOfSource;
    }

    /** Notes one more. */
    void add(PassiveOpen opening, IpAddress remote) {
        IpAddress source = sourceOf(remote);
        halfOpen.put(opening, source);
        bySource.merge(source, 1, Integer::sum);
    }

    /** Forgets one; returns whether it was here. */
    boolean remove(PassiveOpen opening) {
        IpAddress source = halfOpen.remove(opening);
        if (source != null) {
            bySource.computeIfPresent(source, (key, count) -> count > 1 ? count - 1 : null);
        }
        return source != null;
    }

    private static IpAddress sourceOf(IpAddress remote) {
        return remote.isIpv4() ? remote : IpAddress.ofIpv6(remote.high(), 0);
    }

    /** All that are here now. */
    List<PassiveOpen> snapshot() {
        return List.copyOf(halfOpen.keySet());
    }

    /** How many are here. */
    int size() {
        return halfOpen.size();
    }

    /** From how many sources they are. */
    int sources() {
        return bySource.size();
    }
}
