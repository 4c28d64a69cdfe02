package io.mptcp4j.mptcp.scheduler;

/** A subflow made by hand. */
record View(
        boolean isUsable,
        boolean isBackup,
        boolean isEligible,
        long sendRoom,
        long congestionWindow,
        long slowStartThreshold,
        long octetsInFlight,
        long smoothedRttNanos,
        long minimumRttNanos,
        boolean isTested,
        long peakRate)
        implements SubflowView {
    static final long MILLISECOND = 1_000_000;
    static final int SEGMENT = 1_448;

    /** A healthy one after slow start; times in milliseconds. */
    static View of(long rtt, long room, long window) {
        return new View(
                true, false, true, room, window, window, window - room, rtt * MILLISECOND, rtt * MILLISECOND, true, 0);
    }

    /** A backup; {@code eligible} while no regular one is usable. */
    static View backup(long rtt, long room, long window, boolean eligible) {
        View view = of(rtt, room, window);
        return new View(
                true,
                true,
                eligible,
                room,
                window,
                window,
                window - room,
                view.smoothedRttNanos,
                view.minimumRttNanos,
                true,
                0);
    }

    /** The same in slow start. */
    View inSlowStart() {
        return new View(
                isUsable,
                isBackup,
                isEligible,
                sendRoom,
                congestionWindow,
                Long.MAX_VALUE,
                octetsInFlight,
                smoothedRttNanos,
                minimumRttNanos,
                isTested,
                peakRate);
    }

    /** The same with nothing in flight. */
    View idle() {
        return new View(
                isUsable,
                isBackup,
                isEligible,
                sendRoom,
                congestionWindow,
                slowStartThreshold,
                0,
                smoothedRttNanos,
                minimumRttNanos,
                isTested,
                peakRate);
    }

    /** The same, dead or stale. */
    View gone() {
        return new View(
                false,
                isBackup,
                false,
                sendRoom,
                congestionWindow,
                slowStartThreshold,
                octetsInFlight,
                smoothedRttNanos,
                minimumRttNanos,
                isTested,
                peakRate);
    }

    /** The same on a path that takes this time when there is no queue. */
    View least(long rtt) {
        return new View(
                isUsable,
                isBackup,
                isEligible,
                sendRoom,
                congestionWindow,
                slowStartThreshold,
                octetsInFlight,
                smoothedRttNanos,
                rtt * MILLISECOND,
                isTested,
                peakRate);
    }

    /** The same, of which nobody knows yet what it carries. */
    View untested() {
        return new View(
                isUsable,
                isBackup,
                isEligible,
                sendRoom,
                congestionWindow,
                slowStartThreshold,
                octetsInFlight,
                smoothedRttNanos,
                minimumRttNanos,
                false,
                peakRate);
    }

    /** The same on a path of this rate, in octets a second. */
    View atRate(long rate) {
        return new View(
                isUsable,
                isBackup,
                isEligible,
                sendRoom,
                congestionWindow,
                slowStartThreshold,
                octetsInFlight,
                smoothedRttNanos,
                minimumRttNanos,
                isTested,
                rate);
    }

    @Override
    public long rttVarianceNanos() {
        return smoothedRttNanos / 8;
    }

    @Override
    public long loadedRttNanos() {
        return smoothedRttNanos;
    }

    @Override
    public int maximumSegmentSize() {
        return SEGMENT;
    }

    /** What is to be sent: so much, within a window that is larger than all. */
    static StreamView stream(long unsent) {
        return stream(unsent, 1 << 30);
    }

    /** What is to be sent, and the peer's window. */
    static StreamView stream(long unsent, long window) {
        return new StreamView() {
            @Override
            public long waiting() {
                return Math.min(unsent, window);
            }

            @Override
            public long unsent() {
                return unsent;
            }

            @Override
            public long outstanding() {
                return 0;
            }

            @Override
            public long window() {
                return window;
            }
        };
    }

    /** Asks a scheduler. */
    static int select(Scheduler scheduler, StreamView stream, View... views) {
        return scheduler.select(views, views.length, stream);
    }
}
