package io.mptcp4j.mptcp;

import java.time.Duration;

/**
 * Keeps the queue short that a subflow makes for itself. Who has everything sent everywhere does so for the sake of delay, and
 * a congestion control by losses fills each queue until it overflows: then a repetition, and what another subflow has left
 * undone, waits as long as the queue is.
 *
 * <p>While the smoothed round-trip time is beyond the bound, what may be in flight shrinks in proportion, by half of what is too much
 * in each round trip, and grows likewise when it has come below; until the congestion window is less. A congestion window that is not
 * the limit does not grow meanwhile.
 *
 * <p>A queue that stays when half as much is in flight is made by others, or the path has become longer: then the bound would
 * leave the path to them, and it is given up for some time.
 */
final class DelayBound {
    /** So much longer than the least round-trip time may the smoothed one be, and a share of the least besides. */
    private static final long LONGEST_QUEUE_NANOS = Duration.ofMillis(5).toNanos();

    private static final int SHARE_OF_LEAST = 4;

    /** How long the bound is given up where others make the queue. */
    private static final long GIVEN_UP_NANOS = Duration.ofSeconds(5).toNanos();

    /** So few segments make no queue: that their acknowledgment comes late is the peer's way (RFC 9293 3.8.6.3). */
    private static final int FEW_SEGMENTS = 8;

    /** A whole one would overshoot: what is measured is a round trip old. */
    private static final double GAIN = 0.5;

    /** In one round trip what may be in flight does not change by more than half. */
    private static final double MOST_CHANGE = 0.5;

    /** Of our own queue half as much in flight leaves less than this. */
    private static final double AS_LONG = 0.75;

    /** So many segments have passed when the smoothed time, which takes in one of each two or so, has forgotten what was before. */
    private static final int FORGOTTEN_AFTER_SEGMENTS = 32;

    private static final double NONE = Double.MAX_VALUE;

    /** What may be in flight, in octets; {@link #NONE} where the congestion window alone decides. */
    private double window = NONE;

    /** What might be in flight when it began to shrink, and the longest smoothed round-trip time then or since. */
    private double windowBefore;

    private long longest;

    /** Octets that have arrived since it was half of that. */
    private long arrivedSinceHalved;

    private long arrived;
    private long givenUpUntil = Long.MIN_VALUE;

    /** The octets that may leave now, in whole segments; {@code Long.MAX_VALUE} where the congestion window alone decides. */
    long room(Subflow subflow, long nowNanos) {
        long all = subflow.tcp().octetsSent() - subflow.octetsInFlight();
        if (all > arrived) {
            onArrived(subflow, all - arrived, nowNanos);
            arrived = all;
        }
        if (window == NONE) {
            return Long.MAX_VALUE;
        }
        long room = Math.max(0, (long) window - subflow.octetsInFlight());
        return room - room % subflow.maximumSegmentSize();
    }

    private void onArrived(Subflow subflow, long octets, long nowNanos) {
        long least = subflow.tcp().minimumRttNanos();
        long rtt = subflow.tcp().smoothedRttNanos();
        long bound = least + least / SHARE_OF_LEAST + LONGEST_QUEUE_NANOS;
        double few = (double) FEW_SEGMENTS * subflow.maximumSegmentSize();
        boolean givenUp = nowNanos < givenUpUntil;
        if (window == NONE) {
            if (rtt <= bound || givenUp || subflow.congestionWindow() < 2 * few) {
                return;
            }
            window = subflow.congestionWindow();
            begin(rtt);
        }
        if (givenUp) {
            window += octets * MOST_CHANGE;
        } else if (rtt <= bound) {
            window += octets * Math.min(MOST_CHANGE, GAIN * ((double) bound / rtt - 1));
            begin(rtt);
        } else if (windowBefore < 2 * few) {
            // Half would be too few to tell by; but few segments do not make a round trip twice as long.
            window = Math.max(few, window + shrinking(octets, bound, rtt));
            if (rtt > 2 * Math.max(longest, bound)) {
                givenUpUntil = nowNanos + GIVEN_UP_NANOS;
            }
        } else if (window > windowBefore / 2) {
            longest = Math.max(longest, rtt);
            window += shrinking(octets, bound, rtt);
        } else {
            judge(subflow, octets, rtt, nowNanos);
        }
        if (window >= subflow.congestionWindow()) {
            window = NONE;
        }
    }

    private static double shrinking(long octets, long bound, long rtt) {
        return octets * Math.max(-MOST_CHANGE, GAIN * ((double) bound / rtt - 1));
    }

    private void begin(long rtt) {
        windowBefore = window;
        longest = rtt;
        arrivedSinceHalved = 0;
    }

    /** Half as much is in flight: has that made the queue shorter? */
    private void judge(Subflow subflow, long octets, long rtt, long nowNanos) {
        arrivedSinceHalved += octets;
        if (arrivedSinceHalved < windowBefore + (double) FORGOTTEN_AFTER_SEGMENTS * subflow.maximumSegmentSize()) {
            return;
        }
        if (rtt > AS_LONG * longest) {
            givenUpUntil = nowNanos + GIVEN_UP_NANOS;
        }
        begin(rtt);
    }
}
