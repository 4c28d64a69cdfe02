package io.mptcp4j.mptcp.path;

/** Announces addresses, and again a little later when not all could be. */
final class Announcements {
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private long deadline = Long.MAX_VALUE;

    /** Announces each address of this host. */
    void announceAll(PathRequests requests, long nowNanos) {
        begin();
        for (int i = 0; i < requests.localAddressCount(); i++) {
            announce(requests, requests.localAddress(i), 0, nowNanos);
        }
    }

    /** All announcements are made anew. */
    void begin() {
        deadline = Long.MAX_VALUE;
    }

    void announce(PathRequests requests, LocalAddress local, int port, long nowNanos) {
        if (!requests.announce(local, port)) {
            deadline = nowNanos + PAUSE_NANOS;
        }
    }

    /** When to try again; {@code Long.MAX_VALUE} for never. */
    long nextDeadline() {
        return deadline;
    }
}
