package io.mptcp4j.congestion;

/**
 * HyStart++ (RFC 9406): ends slow start when the round-trip time grows, which it does when a queue fills, and so before that queue
 * overflows. Between slow start and congestion avoidance lies conservative slow start, which grows a quarter as fast, and goes
 * back when the longer round-trip time was no more than a hiccup.
 *
 * <p>It says how much of an acknowledgment may grow the window and when slow start is over; the window is its controller's.
 * Rounds are counted in octets delivered: a round is over when all that was in flight at its begin has arrived.
 */
public final class HyStart {
    // RFC 9406 4.3: the recommended values.
    private static final long MIN_RTT_THRESH = 4_000_000L;
    private static final long MAX_RTT_THRESH = 16_000_000L;
    private static final int MIN_RTT_DIVISOR = 8;
    private static final int N_RTT_SAMPLE = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    private static final int CSS_ROUNDS = 5;

    private static final long UNKNOWN = Long.MAX_VALUE;

    /** The stages. */
    private enum Phase {
        SLOW_START,
        CONSERVATIVE,
        OVER
    }

    private Phase phase = Phase.SLOW_START;
    private long delivered;
    private long roundEnd;
    private long lastRoundMinRtt = UNKNOWN;
    private long currentRoundMinRtt = UNKNOWN;
    private long baselineMinRtt = UNKNOWN;
    private int samples;
    private int conservativeRounds;

    /**
     * Takes in an acknowledgment of the first slow start.
     *
     * @param ackedOctets newly delivered
     * @param inFlight octets in flight before this acknowledgment
     * @param rttNanos a round-trip sample, or 0
     * @return by how many octets the window may grow
     */
    public long onAcked(long ackedOctets, long inFlight, long rttNanos) {
        delivered += ackedOctets;
        if (rttNanos > 0) {
            currentRoundMinRtt = Math.min(currentRoundMinRtt, rttNanos);
            samples++;
        }
        // RFC 9406 4.2: an acknowledgment that ends a round belongs to it.
        long growth = phase == Phase.CONSERVATIVE ? ackedOctets / CSS_GROWTH_DIVISOR : ackedOctets;
        judge();
        if (delivered >= roundEnd) {
            endRound(Math.max(0, inFlight - ackedOctets));
        }
        return growth;
    }

    private void judge() {
        if (samples < N_RTT_SAMPLE || currentRoundMinRtt == UNKNOWN) {
            return;
        }
        if (phase == Phase.SLOW_START && lastRoundMinRtt != UNKNOWN) {
            // RFC 9406 4.2: RttThresh = max(MIN_RTT_THRESH, min(lastRoundMinRTT / MIN_RTT_DIVISOR, MAX_RTT_THRESH)).
            long threshold = Math.max(MIN_RTT_THRESH, Math.min(lastRoundMinRtt / MIN_RTT_DIVISOR, MAX_RTT_THRESH));
            if (currentRoundMinRtt >= lastRoundMinRtt + threshold) {
                baselineMinRtt = currentRoundMinRtt;
                conservativeRounds = 0;
                phase = Phase.CONSERVATIVE;
            }
        } else if (phase == Phase.CONSERVATIVE && currentRoundMinRtt < baselineMinRtt) {
            // RFC 9406 4.2: the round-trip time has fallen again, slow start was left too early.
            baselineMinRtt = UNKNOWN;
            phase = Phase.SLOW_START;
        }
    }

    private void endRound(long inFlightNow) {
        if (phase == Phase.CONSERVATIVE && ++conservativeRounds >= CSS_ROUNDS) {
            phase = Phase.OVER;
        }
        roundEnd = delivered + Math.max(1, inFlightNow);
        lastRoundMinRtt = currentRoundMinRtt;
        currentRoundMinRtt = UNKNOWN;
        samples = 0;
    }

    /** Whether congestion avoidance shall begin (RFC 9406 4.2: ssthresh = cwnd). */
    public boolean isOver() {
        return phase == Phase.OVER;
    }
}
