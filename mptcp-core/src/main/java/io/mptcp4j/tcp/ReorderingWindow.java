package io.mptcp4j.tcp;

import io.mptcp4j.number.SequenceNumber;

/**
 * How long a segment that was overtaken may still be on its way (RFC 8985 6.2 steps 3 and 4): RACK.reo_wnd. None while nothing
 * suggests that the path reorders; more with each round trip in which the peer tells that a retransmission was needless.
 */
final class ReorderingWindow {
    /** RFC 8985 6.2 step 4: it begins with a quarter of RACK.min_RTT. */
    private static final int DIVISOR = 4;

    /** RFC 8985 6.2 step 4: after so many recoveries without D-SACK it begins anew. */
    private static final int PERSISTENCE = 16;

    /** Packets come in batches, and a quarter of a local round trip is nothing. */
    private static final long LEAST_NANOS = 1_000_000L;

    private final RttEstimator rtt;

    /** RACK.fack. */
    private int forwardMost;

    /** RACK.fack as it was before the acknowledgment that is being processed: within one there is no order. */
    private int forwardMostBefore;

    /** RACK.reordering_seen. */
    private boolean seen;

    /** RACK.reo_wnd_mult. */
    private int multiplier = 1;

    /** RACK.reo_wnd_persist. */
    private int persistence;

    /** RACK.dsack_round; counts when {@link #inRound}. */
    private int roundEnd;

    private boolean inRound;

    ReorderingWindow(RttEstimator rtt, int iss) {
        this.rtt = rtt;
        forwardMost = iss;
        forwardMostBefore = iss;
    }

    /** An acknowledgment is about to be processed. */
    void beginAcknowledgment() {
        forwardMostBefore = forwardMost;
    }

    /** What ends there has arrived. */
    void onDelivered(int end, boolean wasRepeated) {
        if (SequenceNumber.greaterThan(end, forwardMost)) {
            forwardMost = end;
        }
        // RFC 8985 6.2 step 3: something sent once that arrives behind what was sent later.
        if (!wasRepeated && SequenceNumber.lessThan(end, forwardMostBefore)) {
            seen = true;
        }
    }

    /** The peer has received a retransmission of ours that was needless. */
    void onDuplicateReport(int sndUna, int sndNxt) {
        // RFC 8985 6.2 step 4: by one quarter for each round trip that sees D-SACK.
        if (inRound && SequenceNumber.lessThan(sndUna, roundEnd)) {
            return;
        }
        inRound = true;
        roundEnd = sndNxt;
        multiplier++;
        persistence = PERSISTENCE;
    }

    /** The hole that was taken for a loss was filled by what had left first. */
    void onLateArrival() {
        seen = true;
    }

    /** Fast recovery, or that after a timeout, is over. */
    void onRecovered() {
        persistence--;
        if (persistence <= 0) {
            multiplier = 1;
        }
    }

    /** The highest number acknowledged, by SACK or not. */
    int forwardMost() {
        return forwardMost;
    }

    /** Whether the path has reordered: then three duplicates are no loss. */
    boolean isSeen() {
        return seen;
    }

    /** RACK_update_reo_wnd, in nanoseconds. */
    long length(boolean recovering, int sackedSegments) {
        if (!seen && (recovering || sackedSegments >= RetransmissionQueue.DUP_THRESH)) {
            return 0;
        }
        // RFC 8985 6.2 step 4: no more than SRTT.
        long window = Math.max(LEAST_NANOS, rtt.minimum() / DIVISOR);
        return Math.min(multiplier * window, Math.max(LEAST_NANOS, rtt.smoothed()));
    }
}
