package io.mptcp4j.tcp;

/**
 * The largest packet that a path takes, found with routers that tell (RFC 1191, RFC 8201) and without (RFC 8899 5, RFC 4821 7).
 * Sizes are octets of a packet, its IP header included. It decides sizes and times; who sends and who loses is not its business.
 *
 * <pre>
 *             a router tells                         black hole                       and still nothing arrives
 *  COMPLETE ------------------> COMPLETE, smaller --------------> BASE (1200, 1280) ---------------------------> ERROR (floor)
 *     ^                             | 10 minutes                   | something arrives                              |
 *     |                             v                              v                                                |
 *     +---------------------- SEARCHING by probes: the ceiling first, then halving <--------------------------------+
 * </pre>
 */
final class PathMtuSearch {
    /** The phases of RFC 8899 5.2. */
    enum State {
        /** The size is small enough to pass nearly everywhere; whether it does is not known yet. */
        BASE,
        /** Probes look for a larger one. */
        SEARCHING,
        /** The size is the largest known; now and then a larger one is looked for. */
        COMPLETE,
        /** Not even the base passed. */
        ERROR
    }

    /** No time. */
    static final long NEVER = Long.MAX_VALUE;

    /** RFC 8899 5.1.2: MAX_PROBES. */
    static final int MAX_PROBES = 3;

    /** RFC 8899 5.1.1: PMTU_RAISE_TIMER; RFC 1191 6.3 and RFC 8201 4: ten minutes. */
    static final long RAISE_NANOS = 600_000_000_000L;

    /** A difference that is not worth a probe. */
    static final int GRANULARITY = 8;

    private final int floor;
    private final int base;
    private State state = State.COMPLETE;
    private int size = Integer.MAX_VALUE;
    private int ceiling = Integer.MAX_VALUE;

    /** The size before a black hole was suspected; 0: none was, or more has been heard since. */
    private int unsuspected;

    /** SEARCHING: the least size that is known not to pass. */
    private int failing;

    private int probe;
    private int failures;
    private long nextProbeAt;
    private long raiseAt = NEVER;

    /**
     * A search that believes in the ceiling until told otherwise (RFC 4821 7.2).
     *
     * @param floor below which no path is believed to be
     * @param base the size that is tried in a black hole (RFC 8899 5.1.2: BASE_PLPMTU)
     */
    PathMtuSearch(int floor, int base) {
        this.floor = floor;
        this.base = Math.max(floor, base);
    }

    /** The size that the first hop and the peer allow. */
    void limit(int octets) {
        ceiling = octets;
    }

    /** The size of packets now. */
    int size() {
        return Math.min(size, ceiling);
    }

    State state() {
        return state;
    }

    /**
     * A router says that packets of more than so many octets do not pass.
     *
     * @return whether that is news: the size is smaller now, or the probe on its way is known to be lost
     */
    boolean onReport(int mtu, long now) {
        unsuspected = 0;
        int credible = Math.max(floor, mtu);
        if (credible < size()) {
            size = credible;
            complete(now);
            return true;
        }
        if (state == State.SEARCHING && credible < probe) {
            // RFC 8899 4.6.2: between what passes and what was probed, the report is the next to probe.
            failing = credible + 1;
            failures = 0;
            probe = credible;
            if (failing - size() <= GRANULARITY) {
                complete(now);
            }
            return true;
        }
        return false;
    }

    /**
     * Packets of {@code octets} have been sent again and again, and nothing was heard of them.
     *
     * @return whether smaller ones are to be tried
     */
    boolean onBlackHole(int octets) {
        int before = size;
        // RFC 8899 4.3 and RFC 4821 7.7: fall back to the base; when that does not pass either, to the least.
        if (octets > base && size() > base) {
            size = base;
            state = State.BASE;
        } else if (octets > floor && size() > floor) {
            size = floor;
            state = State.ERROR;
        } else {
            return false;
        }
        unsuspected = Math.max(unsuspected, before);
        return true;
    }

    /** The timeouts that made it suspected have been recovered from: nobody will find out that they were needless. */
    void onRecovered() {
        unsuspected = 0;
    }

    /**
     * What had been sent again and again had arrived the first time: it was late.
     *
     * @return whether the size is what it was before smaller ones were tried
     */
    boolean onLate(long now) {
        if (unsuspected == 0) {
            return false;
        }
        size = unsuspected;
        unsuspected = 0;
        complete(now);
        return true;
    }

    /** Packets of the present size arrive. */
    void onDelivered(long now) {
        if (state == State.BASE || state == State.ERROR) {
            search(now);
            // It has been lost three times over: if it was not the link that was down, one more will tell.
            failures = MAX_PROBES - 1;
        }
    }

    /** The size of a probe that is to leave now; 0: none is. */
    int probeDue(long now) {
        if (state == State.COMPLETE && now >= raiseAt) {
            search(now);
        }
        return state == State.SEARCHING && now >= nextProbeAt ? probe : 0;
    }

    /** A probe of so many octets arrived (RFC 4821 7.6.1). */
    void onProbeDelivered(int octets, long now) {
        unsuspected = 0;
        if (octets > size()) {
            size = octets;
        }
        if (state == State.SEARCHING) {
            failures = 0;
            nextProbeAt = now;
            aim(now);
        }
    }

    /**
     * A probe of so many octets was lost.
     *
     * @param isConclusive whether nothing near it was lost (RFC 4821 7.6.4)
     * @param pauseNanos how long to wait before the next (RFC 4821 7.6.2)
     */
    void onProbeLost(int octets, boolean isConclusive, long pauseNanos, long now) {
        if (state != State.SEARCHING || octets != probe) {
            return;
        }
        nextProbeAt = now + pauseNanos;
        if (isConclusive && ++failures == MAX_PROBES) {
            failing = probe;
            failures = 0;
            aim(now);
        }
    }

    private void search(long now) {
        if (size() >= ceiling) {
            complete(now);
            return;
        }
        state = State.SEARCHING;
        failing = ceiling + 1;
        failures = 0;
        nextProbeAt = now;
        // What looked like a black hole is mostly a link that was down for a while: the old size first.
        probe = ceiling;
    }

    private void aim(long now) {
        if (failing - size() <= GRANULARITY) {
            complete(now);
        } else {
            probe = size() + failing >>> 1;
        }
    }

    private void complete(long now) {
        state = State.COMPLETE;
        raiseAt = size() < ceiling ? now + RAISE_NANOS : NEVER;
    }
}
