package io.mptcp4j.mptcp.scheduler;

/**
 * The default: the subflow with the lowest round-trip time. When it is full, the next quicker one that has room, unless
 * waiting delivers the octets earlier ({@link EcfScheduler}), or octets on the slower one would close the peer's window for the
 * quicker one ({@link BlestScheduler}).
 *
 * <p>Of subflows with about the same round-trip time nobody knows which has the higher rate before slow start has found out,
 * and what it puts on the slower one meanwhile would hold up a small window. There each carries all octets until then: the
 * quicker one is as quick as it would be alone.
 */
public final class DefaultScheduler implements Scheduler {
    /** The name under which users choose it. */
    public static final String NAME = "default";

    /** A window is small when slow start fills it from ten segments (RFC 6928 2) in five round trips; a larger one has room for both. */
    private static final int SMALL_WINDOW_SEGMENTS = 10 << 5;

    /** So much higher must a rate be to count as that. */
    private static final double CLEARLY = 1.25;

    /** So many times slower is a path on which nothing is done in time. */
    private static final int FAR = 4;

    private final EcfScheduler completion = new EcfScheduler();
    private SubflowView last;

    /** Whether the application has had more to send than the window holds. */
    private boolean bulk;

    /** Untested subflows whose least round-trip time is not longer carry what others carry; 0: none. */
    private long longestTested;

    @Override
    public boolean copies(SubflowView subflow) {
        return subflow.minimumRttNanos() <= longestTested && !subflow.isTested() && subflow.isEligible();
    }

    @Override
    public boolean leads(SubflowView subflow) {
        return last == null || !last.isTested();
    }

    @Override
    public int select(SubflowView[] subflows, int count, StreamView stream) {
        longestTested = 0;
        bulk |= stream.unsent() + stream.outstanding() >= stream.window();
        int best = bulk && isSmall(subflows, count, stream.window()) ? best(subflows, count, stream.window()) : WAIT;
        if (best >= 0) {
            SubflowView found = subflows[best];
            boolean fills = found.congestionWindow() >= stream.window();
            if (fills || !found.isTested()) {
                last = found;
                longestTested = found.isTested() ? found.loadedRttNanos() / 4 * 3 : found.loadedRttNanos() / 4 * 5;
                return share(best, subflows, count, stream);
            }
        }
        int quickest = SubflowChoice.quickestAfter(last, subflows, count);
        return share(filling(quickest, subflows, count, stream.window()), subflows, count, stream);
    }

    /** The one of about the same delay that fills the window by itself; where there is none, the one that was found quickest. */
    private static int filling(int quickest, SubflowView[] subflows, int count, long window) {
        if (quickest < 0 || subflows[quickest].congestionWindow() >= window) {
            return quickest;
        }
        long longest = subflows[quickest].minimumRttNanos() / 4 * 5;
        for (int i = 0; i < count; i++) {
            SubflowView subflow = subflows[i];
            boolean fills = subflow.isEligible() && subflow.congestionWindow() >= window;
            if (fills && subflow.minimumRttNanos() <= longest) {
                return i;
            }
        }
        return quickest;
    }

    private static boolean isSmall(SubflowView[] subflows, int count, long window) {
        return count > 1 && window <= (long) SMALL_WINDOW_SEGMENTS * subflows[0].maximumSegmentSize();
    }

    /** The eligible subflow of the highest rate, which is the last one unless another is clearly better; or {@link #WAIT}. */
    private int best(SubflowView[] subflows, int count, long window) {
        int best = WAIT;
        double highest = 0;
        boolean filled = false;
        for (int i = 0; i < count; i++) {
            SubflowView subflow = subflows[i];
            if (!subflow.isEligible() || subflow.loadedRttNanos() == 0) {
                continue;
            }
            boolean fills = subflow.isTested() && subflow.congestionWindow() >= window;
            if (filled && !fills) {
                continue;
            }
            double rate = rate(subflow, window);
            if (rate > highest || fills && !filled) {
                best = i;
                highest = rate;
            }
            filled |= fills;
        }
        return best;
    }

    private double rate(SubflowView subflow, long window) {
        double octets = Math.min(window, subflow.congestionWindow());
        double rtt = subflow.loadedRttNanos();
        return octets / (subflow == last ? rtt : CLEARLY * (rtt + 2 * subflow.rttVarianceNanos()));
    }

    private int share(int quickest, SubflowView[] subflows, int count, StreamView stream) {
        if (quickest < 0) {
            return WAIT;
        }
        if (subflows[quickest].sendRoom() > 0) {
            last = subflows[quickest];
            return quickest;
        }
        int candidate = SubflowChoice.quickest(subflows, count, true);
        if (candidate < 0) {
            return WAIT;
        }
        SubflowView quick = subflows[quickest];
        if (quick.congestionWindow() >= stream.window() && quick.octetsInFlight() > 0) {
            // What holds it back is not its congestion window.
            return WAIT;
        }
        SubflowView slow = subflows[candidate];
        boolean slower = !quick.isTested()
                || outgrows(quick, slow)
                || slow.smoothedRttNanos() > quick.smoothedRttNanos() / 4 * 5;
        boolean waits = completion.isWaitingQuicker(quick, slow, stream.unsent())
                || slower && BlestScheduler.blocks(quick, slow, stream.window());
        if (waits) {
            return WAIT;
        }
        last = slow;
        return candidate;
    }

    /**
     * Whether a subflow in slow start soon fills by itself a window that looks as if it had room for both, and the other one takes far
     * longer for what it is given, whatever its round-trip time has been.
     */
    private static boolean outgrows(SubflowView quick, SubflowView slow) {
        return quick.congestionWindow() < quick.slowStartThreshold()
                && slow.peakRate() > 0
                && slow.peakRate() < quick.peakRate() / FAR;
    }

    @Override
    public String name() {
        return NAME;
    }
}
