package io.mptcp4j.stack;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The connections of a listener whose handshake is not complete, up to a limit (RFC 4987 3.1). */
final class SynBacklog {
    private final int limit;
    private final Set<PassiveOpen> halfOpen = Collections.newSetFromMap(new IdentityHashMap<>());

    SynBacklog(int limit) {
        this.limit = limit;
    }

    /** Whether there is no room for one more. */
    boolean isFull() {
        return halfOpen.size() >= limit;
    }

    /** Notes one more. */
    void add(PassiveOpen opening) {
        halfOpen.add(opening);
    }

    /** Forgets one; returns whether it was here. */
    boolean remove(PassiveOpen opening) {
        return halfOpen.remove(opening);
    }

    /** All that are here now. */
    List<PassiveOpen> snapshot() {
        return List.copyOf(halfOpen);
    }

    /** How many are here. */
    int size() {
        return halfOpen.size();
    }
}
