package io.mptcp4j.mptcp.scheduler;

import java.util.function.Consumer;

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
        return of(rtt, room, window).but(it -> {
            it.isBackup = true;
            it.isEligible = eligible;
        });
    }

    /** The same in slow start. */
    View inSlowStart() {
        return but(it -> it.slowStartThreshold = Long.MAX_VALUE);
    }

    /** The same with nothing in flight. */
    View idle() {
        return but(it -> it.octetsInFlight = 0);
    }

    /** The same, dead or stale. */
    View gone() {
        return but(it -> {
            it.isUsable = false;
            it.isEligible = false;
        });
    }

    /** The same on a path that takes this time when there is no queue. */
    View least(long rtt) {
        return but(it -> it.minimumRttNanos = rtt * MILLISECOND);
    }

    /** The same, of which nobody knows yet what it carries. */
    View untested() {
        return but(it -> it.isTested = false);
    }

    /** The same on a path of this rate, in octets a second. */
    View atRate(long rate) {
        return but(it -> it.peakRate = rate);
    }

    private View but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.view();
    }

    /** A view that can be changed. */
    private static final class Draft {
        private boolean isUsable;
        private boolean isBackup;
        private boolean isEligible;
        private long sendRoom;
        private long congestionWindow;
        private long slowStartThreshold;
        private long octetsInFlight;
        private long smoothedRttNanos;
        private long minimumRttNanos;
        private boolean isTested;
        private long peakRate;

        Draft(View view) {
            isUsable = view.isUsable;
            isBackup = view.isBackup;
            isEligible = view.isEligible;
            sendRoom = view.sendRoom;
            congestionWindow = view.congestionWindow;
            slowStartThreshold = view.slowStartThreshold;
            octetsInFlight = view.octetsInFlight;
            smoothedRttNanos = view.smoothedRttNanos;
            minimumRttNanos = view.minimumRttNanos;
            isTested = view.isTested;
            peakRate = view.peakRate;
        }

        View view() {
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
                    peakRate);
        }
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
