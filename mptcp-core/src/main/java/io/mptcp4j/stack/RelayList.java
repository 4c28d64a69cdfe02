package io.mptcp4j.stack;

/** Relays in the order of their last packets. All of a list may be idle for the same time. */
final class RelayList {
    private final long idleNanos;
    private Relay oldest;
    private Relay newest;

    RelayList(long idleNanos) {
        this.idleNanos = idleNanos;
    }

    /** Puts a relay last, out of whichever list it was in. */
    void touch(Relay relay, long nowNanos) {
        relay.lastNanos = nowNanos;
        if (relay == newest) {
            return;
        }
        if (relay.list != null) {
            relay.list.remove(relay);
        }
        relay.list = this;
        relay.older = newest;
        if (newest == null) {
            oldest = relay;
        } else {
            newest.newer = relay;
        }
        newest = relay;
    }

    void remove(Relay relay) {
        if (relay.older == null) {
            oldest = relay.newer;
        } else {
            relay.older.newer = relay.newer;
        }
        if (relay.newer == null) {
            newest = relay.older;
        } else {
            relay.newer.older = relay.older;
        }
        relay.list = null;
        relay.older = null;
        relay.newer = null;
    }

    /** The relay whose last packet is longest ago; null for none. */
    Relay oldest() {
        return oldest;
    }

    /** When the oldest has been idle for too long. */
    long nextDeadline() {
        return oldest == null ? Long.MAX_VALUE : oldest.lastNanos + idleNanos;
    }
}
