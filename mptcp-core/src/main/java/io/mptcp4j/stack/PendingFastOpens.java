package io.mptcp4j.stack;

import java.util.ArrayDeque;

/**
 * The connections of a listener whose SYN had octets that were taken, and whose third ACK has not come, up to a limit (RFC 7413
 * 5.1). One that was reset keeps its place for a while: else a host with a cookie could begin another one with each two packets.
 */
final class PendingFastOpens {
    private static final long PLACE_NANOS = 60_000_000_000L;

    private record Pending(PassiveOpen opening, long beganAt) {}

    private final int limit;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();

    PendingFastOpens(int limit) {
        this.limit = limit;
    }

    /** Whether one more may begin. */
    boolean mayBegin(long now) {
        if (pending.size() >= limit) {
            pending.removeIf(one -> isOver(one, now));
        }
        return pending.size() < limit;
    }

    /** Whether its third ACK has come, or it was reset and has waited since it began. */
    private static boolean isOver(Pending one, long now) {
        return !one.opening.isHalfOpen() && (!one.opening.isClosed() || now - one.beganAt >= PLACE_NANOS);
    }

    /** Notes one more. */
    void add(PassiveOpen opening, long now) {
        pending.add(new Pending(opening, now));
    }

    /** How many have a place. */
    int size() {
        return pending.size();
    }
}
