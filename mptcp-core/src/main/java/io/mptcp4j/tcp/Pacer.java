package io.mptcp4j.tcp;

import io.mptcp4j.congestion.CongestionController;

/**
 * Spreads what leaves over time: a quantum at once, and the next when this one's time has passed. No packet waits in a queue for
 * its time; what may not leave yet stays with whoever would send it.
 *
 * <p>The rate is the congestion controller's. Where it names none, it is what the window makes with the least round-trip time,
 * and a little more: bursts of a window that has grown or been opened at once overflow queues shorter than itself, while a
 * window that leaves over a round trip does not. With the least round-trip time this is never what limits a transfer: when
 * there is a queue the rate is above that of acknowledgments, the more the longer the queue, which can then bear bursts.
 *
 * <p>A quantum is what takes a millisecond, so that the loop wakes up no more often, and super-segments are used where rates
 * allow; and two segments at the least, which a peer acknowledges at once, or an initial window where the rate is the window's.
 */
final class Pacer {
    /** How long a quantum takes; a round trip is not divided into less. */
    private static final long QUANTUM_NANOS = 1_000_000L;

    private static final int LEAST_SEGMENTS = 2;

    /** What may leave at once at the begin of a connection (RFC 6928 2) may so later. */
    private static final int LEAST_SEGMENTS_OF_WINDOW = 10;

    /** In slow start the window doubles while it leaves. */
    private static final double SLOW_START_GAIN = 2;

    /** Afterwards it leaves within nine tenths of a round trip, so that it is used up before the first acknowledgment comes. */
    private static final double AVOIDANCE_GAIN = 1.1;

    private static final double SECOND_NANOS = 1e9;

    private final Tcb tcb;
    private final CongestionController congestion;
    private final TcpTimers timers;
    private final RttEstimator rtt;

    /** When all that has left is paid for; as long as nothing is paced, the past. */
    private long paidUntil = Long.MIN_VALUE / 2;

    private boolean blocked;
    private long room = Long.MAX_VALUE;
    private long quantum = Long.MAX_VALUE;

    Pacer(Tcb tcb, CongestionController congestion, TcpTimers timers, RttEstimator rtt) {
        this.tcb = tcb;
        this.congestion = congestion;
        this.timers = timers;
        this.rtt = rtt;
    }

    /** The octets that may leave now; 0 until the timer expires. */
    long room() {
        return room;
    }

    /** Whether octets wait for their time. */
    boolean isBlocked() {
        return blocked;
    }

    /** Octets left, new ones or again. */
    void onSent(long octets, long now) {
        long rate = congestion.pacingRate();
        boolean ofWindow = rate == CongestionController.NO_PACING;
        double octetsANano = ofWindow ? rateOfWindow() : Math.max(1, rate) / SECOND_NANOS;
        if (octetsANano == 0) {
            quantum = Long.MAX_VALUE;
            room = blocked ? 0 : quantum;
            return;
        }
        int least = ofWindow ? LEAST_SEGMENTS_OF_WINDOW : LEAST_SEGMENTS;
        quantum = Math.max((long) (octetsANano * QUANTUM_NANOS), (long) least * tcb.smss);
        long time = (long) (quantum / octetsANano);
        // What was not used is lost, but for a quantum: the loop may wake up a little late.
        paidUntil = Math.max(paidUntil, now - time) + (long) (octets / octetsANano);
        long left = quantum - (long) (Math.max(0, paidUntil - now) * octetsANano);
        if (left >= tcb.smss) {
            room = left;
        } else {
            room = 0;
            blocked = true;
            timers.set(TcpTimers.Timer.PACING, Math.max(now + 1, paidUntil));
        }
    }

    /** Octets a nanosecond by the window and the round-trip time; 0: as many as the window lets through. */
    private double rateOfWindow() {
        long window = congestion.window();
        long roundTrip = rtt.minimum();
        if (roundTrip <= QUANTUM_NANOS || window <= (long) LEAST_SEGMENTS_OF_WINDOW * tcb.smss) {
            return 0;
        }
        // The last round of slow start does not double.
        boolean doubles = window < congestion.slowStartThreshold() / 2;
        return (doubles ? SLOW_START_GAIN : AVOIDANCE_GAIN) * window / roundTrip;
    }

    /** The time has come. */
    void onTimer() {
        blocked = false;
        room = quantum;
    }
}
